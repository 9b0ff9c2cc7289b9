import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '@parley/client/react';
import { useFeedback } from '../../shell/feedback.tsx';
import { useRoom } from '../room-context.tsx';
import { slotsOf } from './standing.ts';

export interface MyFloor {
  readonly holding: boolean;
  /** There is room and nobody waits: whoever asks has the floor at once. */
  readonly free: boolean;
  readonly waiting: boolean;
  readonly position: number | null;
  readonly estimatedWaitMs: number | null;
  /** Whether the policy knows interruptions, none is open, and there is no free place to take instead. */
  readonly mayInterrupt: boolean;
  /** May this person ask for the floor now? */
  readonly maySpeak: boolean;
  /** What asking for the floor amounts to under the strategy: a key under `floor.ask`. */
  readonly asking: 'take' | 'raise' | 'bid' | 'vote';
  /** Where asking and answering is done in a card of its own at the moment. */
  readonly elsewhere: boolean;
  readonly busy: boolean;
  readonly raise: () => Promise<boolean>;
  readonly lower: () => Promise<boolean>;
  readonly release: () => Promise<boolean>;
  readonly interrupt: (reason?: string) => Promise<boolean>;
}

/** Of a bid that is made with one press; it can be changed while the window is open. */
const USUAL_URGENCY = 0.5;
const ESTIMATE_STEP_MS = 1000;

/** The floor as it stands for me, and what I can do. Failures are shown, not thrown. */
export function useMyFloor(): MyFloor {
  const { t } = useTranslation();
  const { room, connection, view, me, isObserver } = useRoom();
  const { attempt, announce } = useFeedback();
  const [busy, setBusy] = useState(false);
  useNow(connection, ESTIMATE_STEP_MS);

  const run = useCallback(
    async (work: () => Promise<unknown>) => {
      setBusy(true);
      const well = await attempt(work);
      setBusy(false);
      return well;
    },
    [attempt],
  );

  const { strategy } = view.config.floor;
  const bidding = strategy.kind === 'bidding';
  const slots = slotsOf(view.config.floor);
  const decidesFirst = bidding || strategy.kind === 'consensus';
  const holding = view.floor.holders.some((holder) => holder.participant === me);
  const position = view.floor.queue.find((entry) => entry.participant === me)?.position ?? null;
  const free = !decidesFirst && view.floor.holders.length < slots && view.floor.queue.length === 0;
  return {
    holding,
    free,
    waiting: position !== null,
    // Before a window or a ballot nobody has a place.
    position: decidesFirst ? null : position,
    estimatedWaitMs: room.floor.estimatedWaitMs,
    mayInterrupt:
      view.config.interruption.kind !== 'forbidden' &&
      view.floor.interruption.state === 'none' &&
      view.floor.holders.length >= slots,
    maySpeak: !isObserver && view.status === 'active',
    asking: bidding ? 'bid' : strategy.kind === 'consensus' ? 'vote' : free ? 'take' : 'raise',
    elsewhere: bidding && (view.floor.window !== undefined || position !== null),
    busy,
    raise: useCallback(
      () => run(() => room.floor.request(bidding ? { urgency: USUAL_URGENCY } : {})),
      [room, run, bidding],
    ),
    lower: useCallback(() => run(() => room.floor.cancel()), [room, run]),
    release: useCallback(() => run(() => room.floor.release()), [room, run]),
    interrupt: useCallback(
      (reason?: string) =>
        run(async () => {
          const answer = await room.floor.interrupt({
            queueIfDenied: true,
            ...(reason === undefined || reason === '' ? {} : { reason }),
          });
          announce(t(`interrupt.${answer.outcome}`));
        }),
      [room, run, announce, t],
    ),
  };
}
