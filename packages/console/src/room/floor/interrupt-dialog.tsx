import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button, TextField } from '../../shell/controls.tsx';
import { Dialog } from '../../shell/dialog.tsx';

interface InterruptDialogProps {
  readonly onClose: () => void;
  readonly onInterrupt: (reason: string) => void;
}

/** An interruption says why: its reason goes to the holder and into the log. */
export function InterruptDialog({ onClose, onInterrupt }: InterruptDialogProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  return (
    <Dialog title={t('interrupt.title')} isOpen onClose={onClose}>
      <Form
        className="dialog__inner"
        onSubmit={(event) => {
          event.preventDefault();
          onInterrupt(reason.trim());
          onClose();
        }}
      >
        <div className="dialog__body">
          <TextField
            label={t('interrupt.reason')}
            help={t('interrupt.help')}
            value={reason}
            maxLength={500}
            onChange={setReason}
            autoFocus
          />
        </div>
        <div className="dialog__actions">
          <Button onPress={onClose}>{t('action.cancel')}</Button>
          <Button look="primary" type="submit">
            {t('floor.interrupt')}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
