import { useState } from 'react';
import { Form, Input, Label, NumberField, Text } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Participant } from '../../session/types.ts';
import { Button, TextField } from '../../shell/controls.tsx';
import { Dialog } from '../../shell/dialog.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { useRoom } from '../room-context.tsx';

interface CreditsDialogProps {
  readonly person: Participant;
  readonly onClose: () => void;
}

/** TS-8: a moderator makes credits for a member, or destroys some of what it has. */
export function CreditsDialog({ person, onClose }: CreditsDialogProps) {
  const { t } = useTranslation();
  const { room, view } = useRoom();
  const { attempt } = useFeedback();
  const [amount, setAmount] = useState(10);
  const [reason, setReason] = useState('');
  const { currency, initial } = view.config.credits;
  const { balance } = view.credits.find(({ participant }) => participant === person.id) ?? {
    balance: initial,
  };
  const change = async (value: number): Promise<void> => {
    const why = reason.trim();
    if (await attempt(() => room.mint(person.id, value, why === '' ? undefined : why))) onClose();
  };
  return (
    <Dialog title={t('credits.title', { name: person.displayName })} isOpen onClose={onClose}>
      <Form
        className="dialog__inner"
        onSubmit={(event) => {
          event.preventDefault();
          void change(amount);
        }}
      >
        <div className="dialog__body">
          <p>
            {t('credits.has', {
              name: person.displayName,
              credits: t(`credits.${currency}`, { count: balance, defaultValue: `${balance} ${currency}` }),
            })}
          </p>
          <NumberField
            className="field"
            value={amount}
            minValue={1}
            maxValue={1_000_000}
            step={1}
            onChange={(next) => setAmount(Number.isNaN(next) ? 1 : next)}
            autoFocus
          >
            <Label className="field__label">{t('credits.amount')}</Label>
            <Input className="input" />
            <Text slot="description" className="field__help">
              {t('credits.amountHelp')}
            </Text>
          </NumberField>
          <TextField label={t('credits.reason')} value={reason} maxLength={500} onChange={setReason} />
        </div>
        <div className="dialog__actions">
          <Button onPress={onClose}>{t('action.cancel')}</Button>
          <Button look="danger" isDisabled={amount > balance} onPress={() => void change(-amount)}>
            {t('credits.take')}
          </Button>
          <Button look="primary" type="submit">
            {t('credits.give')}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
