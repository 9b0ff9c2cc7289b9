import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../messages/formats.ts';
import { Button } from '../../shell/controls.tsx';
import { useRoom } from '../room-context.tsx';
import { InterruptDialog } from './interrupt-dialog.tsx';
import { useMyFloor } from './use-my-floor.ts';

/** The hand, raised and lowered; giving the floor back; breaking in where the policy knows that. */
export function FloorActions() {
  const { t } = useTranslation();
  const formats = useFormats();
  const { view } = useRoom();
  const floor = useMyFloor();
  const [interrupting, setInterrupting] = useState(false);
  if (!floor.maySpeak && !floor.holding && !floor.waiting) return null;
  return (
    <div className="floor__actions">
      {floor.position !== null && (
        <p className="floor__place">
          {t('floor.place', { position: floor.position, of: view.floor.queue.length })}
          {floor.estimatedWaitMs !== null && (
            <span>{t('floor.wait', { time: formats.duration(floor.estimatedWaitMs) })}</span>
          )}
        </p>
      )}
      {floor.mayInterrupt && !floor.holding && (
        <Button icon="interrupt" onPress={() => setInterrupting(true)}>
          {t('floor.interrupt')}
        </Button>
      )}
      {floor.holding ? (
        <Button icon="release" isDisabled={floor.busy} onPress={() => void floor.release()}>
          {t('floor.release')}
        </Button>
      ) : floor.elsewhere ? null : floor.waiting ? (
        <Button icon="hand" isDisabled={floor.busy} onPress={() => void floor.lower()}>
          {t('floor.lower')}
        </Button>
      ) : (
        <Button icon="hand" look="primary" isDisabled={floor.busy} onPress={() => void floor.raise()}>
          {t(`floor.ask.${floor.asking}`)}
        </Button>
      )}
      {interrupting && (
        <InterruptDialog
          onClose={() => setInterrupting(false)}
          onInterrupt={(reason) => void floor.interrupt(reason)}
        />
      )}
    </div>
  );
}
