import { useTranslation } from 'react-i18next';
import { Button } from '../shell/controls.tsx';
import { Dialog } from '../shell/dialog.tsx';

interface ConfirmDialogProps {
  /** Its words in the catalogue: `confirm.<name>`, `…Help` and `…Button`. */
  readonly name: 'leave' | 'end';
  readonly danger?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function ConfirmDialog({ name, danger = false, onConfirm, onClose }: ConfirmDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={t(`confirm.${name}`)} isOpen onClose={onClose}>
      <div className="dialog__body">
        <p>{t(`confirm.${name}Help`)}</p>
      </div>
      <div className="dialog__actions">
        <Button onPress={onClose}>{t('action.cancel')}</Button>
        <Button
          look={danger ? 'danger' : 'primary'}
          autoFocus
          onPress={() => {
            onClose();
            onConfirm();
          }}
        >
          {t(`confirm.${name}Button`)}
        </Button>
      </div>
    </Dialog>
  );
}
