import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { View } from '../../session/types.ts';
import { Button } from '../../shell/controls.tsx';
import { useDecisions } from '../decisions/decisions.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { useRoom } from '../room-context.tsx';
import { Ask } from './ask.tsx';
import { Turnout } from './vote-card.tsx';

type Open = Exclude<View['floor']['interruption'], { state: 'none' }>;
const MOTION_CHOICES = ['yes', 'no', 'abstain'] as const;

/** How long each stage takes from beginning to end; undefined where that is not known in advance. */
const wholeOf = ({ since, deadline }: Open): number => Date.parse(deadline) - Date.parse(since);

/** An interruption that is not decided yet, for the holder, for whoever interrupts, and for the others. */
export function InterruptionCard({ open }: { readonly open: Open }) {
  const { t } = useTranslation();
  const { me, person } = useRoom();
  const { wishes } = useDecisions();
  const nameOf = (id: string): string => person(id)?.displayName ?? t('people.somebody');
  const role = open.holder === me ? 'holder' : open.participant === me ? 'interrupter' : 'others';
  const names = { name: nameOf(open.participant), holder: nameOf(open.holder) };
  const wish = wishes.get(open.interruption);
  return (
    <Ask
      title={t(`interruption.${open.stage}.${role}`, names)}
      icon={open.stage === 'overlap' ? 'overlap' : 'interrupt'}
      until={open.deadline}
      wholeMs={wholeOf(open)}
      mine={open.stage === 'voting' ? role === 'others' : role === 'holder' && open.stage !== 'deferred'}
    >
      {wish !== undefined && (
        <p className="ask__reason" dir="auto">
          {t('interruption.reason', { reason: wish })}
        </p>
      )}
      {open.stage === 'asked' && role === 'holder' && <Answer open={open} name={names.name} />}
      {open.stage === 'voting' && <Motion />}
      {open.stage === 'overlap' && <Overlap mine={role !== 'others'} />}
    </Ask>
  );
}

/** IP-4: the holder lets the other speak, or goes on. No answer is one too, at the end of the time. */
function Answer({ open, name }: { readonly open: Open; readonly name: string }) {
  const { t } = useTranslation();
  const { room } = useRoom();
  const { attempt } = useFeedback();
  const [busy, setBusy] = useState(false);
  const answer = async (grant: boolean): Promise<void> => {
    setBusy(true);
    await attempt(() => room.floor.answer(open.interruption, grant));
    setBusy(false);
  };
  return (
    <div className="ask__row ask__row--end">
      <Button isDisabled={busy} onPress={() => void answer(false)}>
        {t('interruption.goOn')}
      </Button>
      <Button look="primary" isDisabled={busy} onPress={() => void answer(true)}>
        {t('interruption.let', { name })}
      </Button>
    </div>
  );
}

/** IP-3: yes or no to an interruption; whoever made the motion has said yes. */
function Motion() {
  const { t } = useTranslation();
  const { room, view, me } = useRoom();
  const { attempt } = useFeedback();
  const { ballot } = view.floor;
  if (ballot?.kind !== 'motion') return null;
  const elector = ballot.electorate.includes(me);
  const voted = ballot.voted.includes(me);
  return (
    <>
      <Turnout ballot={ballot} needed={Number(view.config.interruption['minVotes'])} />
      {elector && (
        <div className="ask__row ask__row--end">
          {voted && <p className="ask__mine">{t('vote.voted')}</p>}
          {MOTION_CHOICES.map((choice) => (
            <Button
              key={choice}
              look={choice === 'yes' && !voted ? 'primary' : 'plain'}
              onPress={() => void attempt(() => room.vote(ballot.ballot, choice))}
            >
              {t(`vote.${choice}`)}
            </Button>
          ))}
        </div>
      )}
    </>
  );
}

/** IP-5: two speak at once until one gives way. */
function Overlap({ mine }: { readonly mine: boolean }) {
  const { t } = useTranslation();
  const { room } = useRoom();
  const { attempt } = useFeedback();
  return (
    <div className="ask__row">
      <p className="ask__facts">{t('interruption.overlapHelp')}</p>
      {mine && (
        <Button look="primary" onPress={() => void attempt(() => room.signal('yield'))}>
          {t('interruption.yield')}
        </Button>
      )}
    </div>
  );
}
