import type { Room } from '@parley/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../messages/formats.ts';
import type { View } from '../../session/types.ts';
import { Button } from '../../shell/controls.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { useRoom } from '../room-context.tsx';
import { Approvals } from './approvals.tsx';
import { Ask } from './ask.tsx';
import { OneCandidate } from './one-candidate.tsx';
import { Ranking } from './ranking.tsx';

type Ballot = NonNullable<View['floor']['ballot']>;
type Choice = Parameters<Room['vote']>[1];

/** TS-16: the vote on who speaks next. What one chose is secret until the close, and can be changed. */
export function VoteCard({ ballot }: { readonly ballot: Ballot }) {
  const { t } = useTranslation();
  const { room, view, me } = useRoom();
  const { attempt } = useFeedback();
  const [open, setOpen] = useState(true);
  const [busy, setBusy] = useState(false);
  const { strategy } = view.config.floor;
  const method = String(strategy['method']);
  const elector = ballot.electorate.includes(me);
  const voted = ballot.voted.includes(me);
  const choosing = elector && (!voted || open) && view.status === 'active';

  const vote = async (choice: Choice): Promise<void> => {
    setBusy(true);
    const well = await attempt(() => room.vote(ballot.ballot, choice));
    setBusy(false);
    if (well) setOpen(false);
  };

  return (
    <Ask
      title={t('vote.title')}
      icon="ballot"
      until={ballot.closesAt}
      wholeMs={Number(strategy['votingPeriodMs'])}
      mine={elector && !voted}
    >
      <Turnout ballot={ballot} needed={Number(strategy['minVotes'])} />
      {!elector && <p className="ask__facts">{t('vote.notElector')}</p>}
      {elector && voted && !open && (
        <div className="ask__row">
          <p className="ask__mine">{t('vote.voted')}</p>
          <Button onPress={() => setOpen(true)}>{t('vote.change')}</Button>
        </div>
      )}
      {choosing && (
        <>
          {method === 'ranked' ? (
            <Ranking candidates={ballot.candidates} busy={busy} onVote={vote} />
          ) : method === 'approval' ? (
            <Approvals candidates={ballot.candidates} busy={busy} onVote={vote} />
          ) : (
            <OneCandidate candidates={ballot.candidates} busy={busy} onVote={vote} />
          )}
        </>
      )}
    </Ask>
  );
}

/** Who has voted, and how many are needed. */
export function Turnout({ ballot, needed }: { readonly ballot: Ballot; readonly needed: number }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { person, me } = useRoom();
  const names = ballot.voted.map((id) =>
    id === me ? t('people.you') : (person(id)?.displayName ?? t('people.somebody')),
  );
  return (
    <p className="ask__facts">
      <span>{t('vote.turnout', { count: ballot.voted.length, of: ballot.electorate.length })}</span>
      <span>{t('vote.needed', { count: needed })}</span>
      {names.length > 0 && <span>{t('vote.who', { names: formats.list(names) })}</span>}
    </p>
  );
}
