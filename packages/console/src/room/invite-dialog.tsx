import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../messages/error-text.ts';
import { useSession } from '../session/session.tsx';
import { Button, TextField } from '../shell/controls.tsx';
import { Dialog } from '../shell/dialog.tsx';
import { Select } from '../shell/select.tsx';
import { useFeedback } from '../shell/feedback.tsx';
import { roomPath } from '../shell/router.ts';
import { useRoom } from './room-context.tsx';

const ROLES = ['participant', 'observer', 'moderator'] as const;
const HOURS = 24;
const MAX_USES = 20;

/** Makes a link with which others come in, for a day; its code stands after the `#`, so no server logs it. */
export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { hub } = useSession();
  const { room } = useRoom();
  const { attempt, announce } = useFeedback();
  const [role, setRole] = useState<string>('participant');
  const [link, setLink] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const make = async (): Promise<void> => {
    setProblem(null);
    try {
      const { code } = await hub.createInvite(room.id, {
        roles: [role],
        kinds: ['human'],
        maxUses: MAX_USES,
        expiresAt: new Date(Date.now() + HOURS * 3_600_000).toISOString(),
      });
      setLink(new URL(`${roomPath(room.id)}#invite=${code}`, location.href).href);
    } catch (error) {
      setProblem(errorText(error));
    }
  };
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(link ?? '');
    announce(t('invite.copied'));
  };

  return (
    <Dialog title={t('invite.title')} isOpen onClose={onClose}>
      <div className="dialog__body">
        <p>{t('invite.help', { hours: HOURS, count: MAX_USES })}</p>
        {link === null ? (
          <Select
            label={t('invite.role')}
            value={role}
            choices={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
            onChange={setRole}
          />
        ) : (
          <TextField label={t('invite.link')} value={link} isReadOnly />
        )}
        {problem !== null && (
          <p className="field__error" role="alert">
            {problem}
          </p>
        )}
      </div>
      <div className="dialog__actions">
        <Button onPress={onClose}>{t('action.close')}</Button>
        {link === null ? (
          <Button look="primary" onPress={() => void make()}>
            {t('invite.make')}
          </Button>
        ) : (
          <Button look="primary" icon="link" onPress={() => void attempt(copy)}>
            {t('invite.copy')}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
