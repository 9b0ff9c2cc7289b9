import type { ReactNode } from 'react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field } from '../session/schema.ts';
import { blankOf } from '../session/schema.ts';
import { Button, IconButton, TextField } from '../shell/controls.tsx';
import type { PartialConfig } from './config-value.ts';
import { valueAt, withValue } from './config-value.ts';

interface SettingTableProps {
  readonly field: Extract<Field, { type: 'table' }>;
  readonly label: string;
  readonly config: PartialConfig;
  readonly onChange: (config: PartialConfig) => void;
  /** Draws the setting that an entry is. */
  readonly renderEntry: (field: Field, label: string) => ReactNode;
}

/** Entries by names that one gives: for each its own setting, beside a way to take it out; at the end a new one. */
export function SettingTable({ field, label, config, onChange, renderEntry }: SettingTableProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const names = Object.keys(valueAt(config, field.path) ?? {});
  const { of } = field;
  const wanted = name.trim();
  const known = names.includes(wanted);
  const table = useRef<HTMLFieldSetElement>(null);
  const removed = useRef<number | null>(null);
  useEffect(() => {
    if (removed.current === null) return;
    // The button that was pressed is gone: the focus goes to the next entry's, or behind the last one.
    const next = table.current?.querySelectorAll<HTMLElement>(':scope > .setting-table__row > button');
    const add = table.current?.querySelector<HTMLElement>(':scope > .setting-table__new > button');
    (next?.[removed.current] ?? add)?.focus();
    removed.current = null;
  });

  const add = (): void => {
    if (wanted === '' || known) return;
    onChange(withValue(config, [...field.path, wanted], blankOf(of)));
    setName('');
  };

  return (
    <fieldset className="setting-table" ref={table}>
      <legend className="field__label">{label}</legend>
      {field.help !== undefined && <p className="field__help">{field.help}</p>}
      {names.map((row, index) => (
        <div key={row} className="setting-table__row">
          {renderEntry(
            { ...of, path: [...field.path, row], help: undefined },
            t(`settings.row.${field.path.at(-1)}`, {
              name: row,
              defaultValue: t('settings.row.any', { name: row }),
            }),
          )}
          <IconButton
            icon="close"
            label={t('settings.removeRow', { name: row })}
            onPress={() => {
              removed.current = index;
              onChange(withValue(config, [...field.path, row], undefined));
            }}
          />
        </div>
      ))}
      <div className="setting-table__new">
        <TextField
          label={t(`settings.newRow.${field.path.at(-1)}`, { defaultValue: t('settings.newRow.any') })}
          value={name}
          maxLength={64}
          error={known ? t('settings.rowKnown', { name: wanted }) : undefined}
          onChange={setName}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || wanted === '') return event.continuePropagation();
            event.preventDefault();
            add();
          }}
        />
        {/* Never disabled: what has just been added leaves the field empty, and the focus would be lost. */}
        <Button
          onPress={() => {
            add();
            table.current?.querySelector<HTMLElement>(':scope > .setting-table__new input')?.focus();
          }}
        >
          {t('tags.add')}
        </Button>
      </div>
    </fieldset>
  );
}
