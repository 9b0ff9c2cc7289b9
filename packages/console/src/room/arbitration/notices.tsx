import { useTranslation } from 'react-i18next';
import type { Holder } from '../../session/types.ts';
import { Button } from '../../shell/controls.tsx';
import { useDecisions } from '../decisions/decisions.tsx';
import { reasonText } from '../decisions/reason-text.ts';
import { useFeedback } from '../../shell/feedback.tsx';
import { useRoom } from '../room-context.tsx';
import { Ask } from './ask.tsx';

/** TS-11: a turn is being cut short for a better claim; the numbers say why. */
export function Preemption({ holder }: { readonly holder: Holder }) {
  const { t } = useTranslation();
  const { view, me, person } = useRoom();
  const { revoking } = useDecisions();
  const why = revoking.get(holder.grant);
  if (holder.cutAt === undefined || why?.cause !== 'preempted') return null;
  const mine = holder.participant === me;
  const next = view.floor.queue[0]?.participant;
  const names = {
    name: person(holder.participant)?.displayName ?? t('people.somebody'),
    next: next === undefined ? t('people.somebody') : (person(next)?.displayName ?? t('people.somebody')),
  };
  return (
    <Ask
      title={t(mine ? 'preempt.mine' : 'preempt.title', names)}
      icon="alert"
      until={holder.cutAt}
      wholeMs={view.config.floor.timers.revokeGraceMs}
      mine={mine}
    >
      {why.reason !== undefined && <p className="ask__facts">{reasonText(why.reason, t)}</p>}
      {mine && <p className="ask__facts">{t('preempt.help')}</p>}
    </Ask>
  );
}

/** TS-14: an offer is a grant, and passing it on is giving it back without a word. */
export function Offer() {
  const { t } = useTranslation();
  const { room } = useRoom();
  const { attempt } = useFeedback();
  return (
    <Ask title={t('offer.title')} icon="round" mine>
      <div className="ask__row">
        <p className="ask__facts">{t('offer.help')}</p>
        <Button onPress={() => document.getElementById('composer')?.focus()}>{t('offer.speak')}</Button>
        <Button onPress={() => void attempt(() => room.floor.release())}>{t('offer.pass')}</Button>
      </div>
    </Ask>
  );
}
