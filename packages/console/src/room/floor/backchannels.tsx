import { useTranslation } from 'react-i18next';
import { Button } from '../../shell/controls.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { useRoom } from '../room-context.tsx';

/** IP-7: short signs of listening; they never take the floor. Their words are the catalogue's. */
const BACKCHANNELS = ['mhm', 'yes', 'goOn'] as const;

export function Backchannels() {
  const { t } = useTranslation();
  const { room } = useRoom();
  const { attempt } = useFeedback();
  return (
    <div className="backchannels" role="group" aria-label={t('backchannel.title')}>
      {BACKCHANNELS.map((name) => (
        <Button
          key={name}
          small
          look="quiet"
          onPress={() => void attempt(() => room.signal('backchannel', t(`backchannel.${name}`)))}
        >
          {t(`backchannel.${name}`)}
        </Button>
      ))}
    </div>
  );
}
