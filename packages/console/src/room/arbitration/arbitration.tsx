import { useTranslation } from 'react-i18next';
import { useRoom } from '../room-context.tsx';
import { BidCard } from './bid-card.tsx';
import { InterruptionCard } from './interruption-card.tsx';
import { LatestResult } from './latest-result.tsx';
import { Offer, Preemption } from './notices.tsx';
import { VoteCard } from './vote-card.tsx';

/** All that is open about the floor, whatever strategy and policy decide it; empty most of the time. */
export function Arbitration() {
  const { t } = useTranslation();
  const { room, view, me } = useRoom();
  const { ballot, holders, interruption } = view.floor;
  const kind = view.config.floor.strategy.kind;
  const mine = holders.find(({ participant }) => participant === me);
  // Whoever raised a hand knows what for: only what came unasked is put as a question.
  const unbegun = mine !== undefined && mine.startedAt === undefined;
  const offered = kind === 'roundRobin' && unbegun && !room.floor.asked;
  return (
    <div className="floor__asks" id="asks" tabIndex={-1} role="group" aria-label={t('ask.title')}>
      {holders.map((holder) => (
        <Preemption key={holder.grant} holder={holder} />
      ))}
      {interruption.state !== 'none' && (
        <InterruptionCard key={interruption.interruption} open={interruption} />
      )}
      {offered && <Offer />}
      {ballot?.kind === 'turn' && <VoteCard key={ballot.ballot} ballot={ballot} />}
      {kind === 'bidding' && <BidCard />}
      <LatestResult />
    </div>
  );
}
