import { useMemo, useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../messages/error-text.ts';
import { useSession } from '../session/session.tsx';
import { Button, TextField } from '../shell/controls.tsx';
import { Dialog } from '../shell/dialog.tsx';
import { Loading } from '../shell/notice.tsx';
import { Select } from '../shell/select.tsx';
import type { PartialConfig } from './config-value.ts';
import { PRESETS } from './presets.ts';
import { SettingsForm } from './settings-form.tsx';
import { useConfigFields } from './use-config-fields.ts';

interface CreateDialogProps {
  readonly onClose: () => void;
  readonly onCreated: (conversation: string) => void;
}

/** Creates a conversation. Its settings are whatever the hub's own schema describes. */
export function CreateDialog({ onClose, onCreated }: CreateDialogProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { hub, signIn } = useSession();
  const { fields, problem: unread } = useConfigFields();
  const [title, setTitle] = useState('');
  const [preset, setPreset] = useState('conversation');
  const [config, setConfig] = useState<PartialConfig>({});
  const [refused, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const problem = refused ?? unread;
  const presets = useMemo(() => PRESETS.map(({ id }) => ({ value: id, label: t(`preset.${id}`) })), [t]);

  const create = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const created = await hub.createConversation({ title: title.trim() || t('create.untitled'), config });
      if (created.token !== undefined) signIn(created.token);
      onCreated(created.id);
      onClose();
    } catch (error) {
      setProblem(errorText(error));
      setBusy(false);
    }
  };

  return (
    <Dialog title={t('create.title')} isOpen onClose={onClose}>
      <Form
        className="dialog__inner"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <div className="dialog__body">
          <TextField
            label={t('create.name')}
            placeholder={t('create.untitled')}
            value={title}
            maxLength={200}
            onChange={setTitle}
            autoFocus
          />
          <Select
            label={t('create.preset')}
            help={t(`preset.${preset}Help`)}
            value={preset}
            choices={presets}
            onChange={(next) => {
              setPreset(next);
              setConfig(PRESETS.find(({ id }) => id === next)?.config ?? {});
            }}
          />
          {fields === null && problem === null && <Loading label={t('create.loading')} />}
          {fields !== null && <SettingsForm fields={fields} config={config} onChange={setConfig} />}
          {problem !== null && (
            <p className="field__error" role="alert">
              {problem}
            </p>
          )}
        </div>
        <div className="dialog__actions">
          <Button onPress={onClose}>{t('action.cancel')}</Button>
          <Button look="primary" type="submit" isDisabled={busy}>
            {t('create.submit')}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
