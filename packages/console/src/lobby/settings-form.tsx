import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Field } from '../session/schema.ts';
import { Icon } from '../shell/icon.tsx';
import type { PartialConfig } from './config-value.ts';
import { SettingField } from './setting-field.tsx';

interface SettingsFormProps {
  readonly fields: readonly Field[];
  readonly config: PartialConfig;
  readonly onChange: (config: PartialConfig) => void;
}

/** Strategy, policy, routing and the like first: what makes one conversation another. The rest on demand. */
export function SettingsForm({ fields, config, onChange }: SettingsFormProps) {
  const { t } = useTranslation();
  const [first, rest] = split(fields);
  return (
    <>
      {first.map((field) => (
        <SettingField key={field.path.join('.')} field={field} config={config} onChange={onChange} />
      ))}
      {rest.length > 0 && (
        <Disclosure className="disclosure">
          <Heading level={3} className="disclosure__heading">
            <Button slot="trigger" className="disclosure__trigger">
              <Icon name="chevron" />
              {t('create.more')}
            </Button>
          </Heading>
          <DisclosurePanel className="disclosure__panel">
            {rest.map((field) => (
              <SettingField key={field.path.join('.')} field={field} config={config} onChange={onChange} />
            ))}
          </DisclosurePanel>
        </Disclosure>
      )}
    </>
  );
}

/** What a variant of its own decides everywhere; a plain option among others is not worth a first look. */
const ALWAYS_ASKED: ReadonlySet<string> = new Set([
  'floor.strategy',
  'interruption',
  'routing',
  'consistency',
]);

function split(fields: readonly Field[]): readonly [readonly Field[], readonly Field[]] {
  const first: Field[] = [];
  const rest: Field[] = [];
  for (const field of fields) {
    if (ALWAYS_ASKED.has(field.path.join('.'))) first.push(field);
    else if (field.type === 'group') {
      const [inner, others] = split(field.fields);
      first.push(...inner);
      if (others.length > 0) rest.push({ ...field, fields: others });
    } else rest.push(field);
  }
  return [first, rest];
}
