import { useState } from 'react';
import {
  Form,
  Input,
  Label,
  NumberField,
  Slider,
  SliderOutput,
  SliderThumb,
  SliderTrack,
} from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button, TextField } from '../../shell/controls.tsx';
import { useDecisions } from '../decisions/decisions.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { useRoom } from '../room-context.tsx';
import { useCredits } from './use-credits.ts';

interface BidFormProps {
  /** The open window; without one it is a bid for the next. */
  readonly window: string | undefined;
  /** I have a bid already, and this one takes its place. */
  readonly replaces: boolean;
  readonly onDone: () => void;
  readonly onCancel: (() => void) | undefined;
}

const PREVIEW_LENGTH = 280;

/** TS-5: how urgent it is to me, what I offer for it, and what it will be about. */
export function BidForm({ window, replaces, onDone, onCancel }: BidFormProps) {
  const { t } = useTranslation();
  const { room, view } = useRoom();
  const { attempt } = useFeedback();
  const { bid } = useDecisions();
  const { balance, escrow } = useCredits();
  const [urgency, setUrgency] = useState(() => Math.round((bid?.urgency ?? 0.5) * 100));
  const [offer, setOffer] = useState(bid?.amount ?? 0);
  const [preview, setPreview] = useState(bid?.preview ?? '');
  const [busy, setBusy] = useState(false);
  const { currency } = view.config.credits;
  const payment = String(view.config.floor.strategy['payment']);

  const send = async (): Promise<void> => {
    setBusy(true);
    const said = preview.trim();
    const wish = {
      urgency: urgency / 100,
      amount: { currency, value: offer },
      ...(said === '' ? {} : { preview: said }),
    };
    const well = await attempt(() =>
      window === undefined ? room.floor.request(wish) : room.bids.place({ ...wish, window }),
    );
    setBusy(false);
    if (well) onDone();
  };

  return (
    <Form
      className="bid"
      aria-label={t('bid.form')}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Slider
        className="slider bid__urgency"
        value={urgency}
        step={5}
        onChange={(next) => setUrgency(Number(next))}
      >
        <Label className="field__label">{t('bid.urgency')}</Label>
        <SliderOutput className="slider__value">{t('bid.percent', { value: urgency })}</SliderOutput>
        <SliderTrack className="slider__track">
          <SliderThumb className="slider__thumb" />
        </SliderTrack>
      </Slider>
      <NumberField
        className="field bid__offer"
        value={offer}
        minValue={0}
        maxValue={balance + escrow}
        step={1}
        onChange={(next) => setOffer(Number.isNaN(next) ? 0 : next)}
      >
        <Label className="field__label">{t(`bid.offer.${currency}`, { defaultValue: currency })}</Label>
        <Input className="input" />
      </NumberField>
      <div className="bid__preview">
        <TextField
          label={t('bid.preview')}
          value={preview}
          maxLength={PREVIEW_LENGTH}
          onChange={setPreview}
        />
      </div>
      <div className="bid__actions">
        <p className="field__help">{t(`bid.payment.${payment}`, { defaultValue: payment })}</p>
        {onCancel !== undefined && <Button onPress={onCancel}>{t('action.cancel')}</Button>}
        {window !== undefined && !replaces && (
          <Button isDisabled={busy} onPress={() => void attempt(() => room.bids.pass(window)).then(onDone)}>
            {t('bid.pass')}
          </Button>
        )}
        <Button look="primary" type="submit" isDisabled={busy}>
          {t(replaces ? 'bid.replace' : 'bid.place')}
        </Button>
      </div>
    </Form>
  );
}
