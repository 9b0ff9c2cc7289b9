import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, TextField } from '../../shell/controls.tsx';

interface EntryFormProps {
  readonly label: string;
  readonly submit: string;
  readonly initial?: string;
  /** Resolves to whether it went well; then the form closes. */
  readonly onSubmit: (text: string) => Promise<boolean>;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

const MAX_LENGTH = 2_000;

/** A line of text for the shared context; Escape closes it. */
export function EntryForm({ label, submit, initial = '', onSubmit, onClose, children }: EntryFormProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(initial);
  const [busy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    const entry = text.trim();
    if (entry === '') return;
    setBusy(true);
    const well = await onSubmit(entry);
    setBusy(false);
    if (well) onClose();
  };
  return (
    <form
      className="entry-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      {children}
      <TextField label={label} value={text} maxLength={MAX_LENGTH} rows={2} onChange={setText} autoFocus />
      <div className="entry-form__actions">
        <Button small onPress={onClose}>
          {t('action.cancel')}
        </Button>
        <Button small look="primary" type="submit" isDisabled={busy || text.trim() === ''}>
          {submit}
        </Button>
      </div>
    </form>
  );
}
