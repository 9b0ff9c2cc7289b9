import {
  Button,
  Disclosure,
  DisclosurePanel,
  Heading,
  Input,
  Label,
  NumberField,
  Text,
} from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Field } from '../session/schema.ts';
import { TextField } from '../shell/controls.tsx';
import { Icon } from '../shell/icon.tsx';
import { Select } from '../shell/select.tsx';
import { TagField } from '../shell/tag-field.tsx';
import type { PartialConfig } from './config-value.ts';
import { valueAt, withValue } from './config-value.ts';
import { humanise } from './humanise.ts';
import { SettingTable } from './setting-table.tsx';

interface SettingFieldProps {
  readonly field: Field;
  /** Instead of the catalogue's name of the setting. */
  readonly label?: string;
  readonly config: PartialConfig;
  readonly onChange: (config: PartialConfig) => void;
}

/** Groups deeper than this, within a strategy, are details: they are shown when asked for. */
const GROUPS_SHOWN = 2;

/** One setting, drawn from its description. Names come from the catalogue where it has them. */
export function SettingField({ field, label: given, config, onChange }: SettingFieldProps) {
  const { t } = useTranslation();
  const key = field.path.at(-1) ?? '';
  const label = given ?? t(`settings.${field.path.join('_')}`, { defaultValue: humanise(key) });
  const value = valueAt(config, field.path);
  const set = (next: unknown): void => onChange(withValue(config, field.path, next));

  switch (field.type) {
    case 'group':
      if (field.path.length > GROUPS_SHOWN) {
        return (
          <Disclosure className="disclosure">
            <Heading level={3} className="disclosure__heading">
              <Button slot="trigger" className="disclosure__trigger">
                <Icon name="chevron" />
                {label}
              </Button>
            </Heading>
            <DisclosurePanel className="disclosure__panel">
              {field.fields.map((inner) => (
                <SettingField key={inner.path.join('.')} field={inner} config={config} onChange={onChange} />
              ))}
            </DisclosurePanel>
          </Disclosure>
        );
      }
      return (
        <fieldset className="setting-group">
          <legend className="setting-group__title">{label}</legend>
          {field.fields.map((inner) => (
            <SettingField key={inner.path.join('.')} field={inner} config={config} onChange={onChange} />
          ))}
        </fieldset>
      );
    case 'variant': {
      const chosen = valueAt(config, [...field.path, 'kind']);
      const kind = typeof chosen === 'string' ? chosen : field.initial;
      const fields = field.kinds.find((candidate) => candidate.kind === kind)?.fields ?? [];
      return (
        <div className="setting-variant">
          <Select
            label={label}
            help={field.help}
            value={kind}
            choices={field.kinds.map((candidate) => ({
              value: candidate.kind,
              label: t(`kinds.${candidate.kind}`, { defaultValue: humanise(candidate.kind) }),
            }))}
            onChange={(next) => set({ kind: next })}
          />
          {fields.length > 0 && (
            <div className="setting-variant__own">
              {fields.map((inner) => (
                <SettingField
                  key={`${kind}.${inner.path.join('.')}`}
                  field={inner}
                  config={config}
                  onChange={(next) => onChange(withValue(next, [...field.path, 'kind'], kind))}
                />
              ))}
            </div>
          )}
        </div>
      );
    }
    case 'number': {
      // Times are milliseconds on the wire and seconds for people.
      const scale = key.endsWith('Ms') ? 1000 : 1;
      const shown = typeof value === 'number' ? value : field.initial;
      return (
        <NumberField
          className="field"
          validationBehavior="aria"
          value={shown === undefined ? Number.NaN : shown / scale}
          {...(field.min === undefined ? {} : { minValue: field.min / scale })}
          {...(field.max === undefined ? {} : { maxValue: field.max / scale })}
          onChange={(next) => set(Number.isNaN(next) ? undefined : Math.round(next * scale * 1e6) / 1e6)}
        >
          <Label className="field__label">
            {scale === 1000 ? t('settings.inSeconds', { label }) : label}
          </Label>
          <Input className="input" placeholder={t('settings.unset')} />
          {field.help !== undefined && (
            <Text slot="description" className="field__help">
              {field.help}
            </Text>
          )}
        </NumberField>
      );
    }
    case 'choice':
    case 'boolean': {
      const choices = field.type === 'choice' ? field.choices : ['true', 'false'];
      const shown = value ?? field.initial ?? choices[0];
      return (
        <Select
          label={label}
          help={field.help}
          value={String(shown)}
          choices={choices.map((choice) => ({
            value: choice,
            label: t(`kinds.${choice}`, { defaultValue: humanise(choice) }),
          }))}
          onChange={(next) => set(field.type === 'boolean' ? next === 'true' : next)}
        />
      );
    }
    case 'list':
      return (
        <TagField
          label={label}
          help={field.help}
          tags={Array.isArray(value) ? value.map(String) : []}
          maxTags={field.maxItems}
          maxLength={field.maxLength}
          onChange={set}
        />
      );
    case 'table':
      return (
        <SettingTable
          field={field}
          label={label}
          config={config}
          onChange={onChange}
          renderEntry={(inner, name) => (
            <SettingField field={inner} label={name} config={config} onChange={onChange} />
          )}
        />
      );
    case 'text':
      return (
        <TextField
          label={label}
          help={field.help}
          value={typeof value === 'string' ? value : (field.initial ?? '')}
          {...(field.maxLength === undefined ? {} : { maxLength: field.maxLength })}
          onChange={(next) => set(next === '' ? undefined : next)}
        />
      );
  }
}
