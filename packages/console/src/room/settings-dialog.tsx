import { useMemo, useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { changes } from '../lobby/changes.ts';
import type { PartialConfig } from '../lobby/config-value.ts';
import { SettingsForm } from '../lobby/settings-form.tsx';
import { useConfigFields } from '../lobby/use-config-fields.ts';
import { useErrorText } from '../messages/error-text.ts';
import { Button } from '../shell/controls.tsx';
import { Dialog } from '../shell/dialog.tsx';
import { useFeedback } from '../shell/feedback.tsx';
import { Loading } from '../shell/notice.tsx';
import { useRoom } from './room-context.tsx';

/** What can be changed while people talk: who speaks, whether one may interrupt, and who hears what, and when. */
const LIVE: ReadonlySet<string> = new Set(['floor', 'interruption', 'routing', 'consistency']);

/** FL-15: strategy, policy and their settings, changed while the conversation runs. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { announce } = useFeedback();
  const { room, view } = useRoom();
  const { fields, problem } = useConfigFields();
  // As it was when the dialog was opened: what another changes meanwhile is not undone from here.
  const [before] = useState<PartialConfig>(() => ({ ...view.config }));
  const [after, setAfter] = useState(before);
  const [refused, setRefused] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const shown = useMemo(() => fields?.filter(({ path: [first = ''] }) => LIVE.has(first)) ?? null, [fields]);
  const wrong = refused ?? problem;
  const config = useMemo(() => changes(shown ?? [], before, after), [shown, before, after]);
  const unchanged = Object.keys(config).length === 0;

  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      await room.send('conversation.configure', { config });
      announce(t('settings.saved'));
      onClose();
    } catch (error) {
      setRefused(errorText(error));
      setBusy(false);
    }
  };

  return (
    <Dialog title={t('settings.title')} isOpen onClose={onClose}>
      <Form
        className="dialog__inner"
        onSubmit={(event) => {
          event.preventDefault();
          if (!unchanged) void save();
        }}
      >
        <div className="dialog__body">
          <p className="field__help">{t('settings.help')}</p>
          {shown === null && wrong === null && <Loading label={t('create.loading')} />}
          {shown !== null && <SettingsForm fields={shown} config={after} onChange={setAfter} />}
          {wrong !== null && (
            <p className="field__error" role="alert">
              {wrong}
            </p>
          )}
        </div>
        <div className="dialog__actions">
          <Button onPress={onClose}>{t('action.cancel')}</Button>
          <Button look="primary" type="submit" isDisabled={busy || unchanged}>
            {t('settings.save')}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
