import type { Seq } from '@parley/core';
import { memberById } from '@parley/core';
import type { WireData } from '@parley/protocol';
import type { Commit } from '../../host/submission.ts';
import { acknowledge } from '../../sessions/acknowledging.ts';
import { grantOf, isOver } from '../calling/standing.ts';
import type { A2aCall } from './call.ts';
import type { RoomParts } from './room-parts.ts';
import type { Spoken } from './speaker.ts';
import type { Sent } from './speakers.ts';
import type { MemberTask } from './tasks.ts';

/** A2-7: how long a blocking call waits for a turn. Less than common proxies and clients wait. */
export const TURN_WAIT_MS = 240_000;

/** How a call wants its next turn. */
export interface Wants {
  readonly request: WireData<'floor.request'>;
  /** Utterances up to here are no reason for one. */
  readonly after: Seq;
}

/**
 * Resolves when what was sent has been said (or refused) and it is the member's turn again, when its
 * membership is over, when its client has gone, or after {@link TURN_WAIT_MS}. The outcome of words that
 * waited, where there is one by then.
 */
export async function turnOf(
  { parts, leases, waiters, speakers }: RoomParts,
  call: A2aCall,
  { membership }: MemberTask,
  sent: Sent | null,
  wants: Wants | null,
): Promise<Spoken | null> {
  const { conversation, participant } = membership;
  const until = parts.clock.now() + TURN_WAIT_MS;
  const leave = call.enter();
  const release = leases.hold(membership);
  const quit = wants && speakers.listen(membership, wants.request, wants.after);
  let spoken: Spoken | null = null;
  try {
    if (sent?.waits) {
      spoken = await within(sent.spoken);
      if (!spoken?.ok) return spoken;
    } else if (sent) {
      spoken = sent.spoken;
    }
    const used = spoken?.ok ? spoken.grant : null;
    const isTurn = ({ state }: Pick<Commit, 'state'>): boolean => {
      // It will be told in the digest of its turn, so the turns before that need not wait for it (CS-1).
      acknowledge(parts, state, participant, state.seq);
      if (!memberById(state, participant) || isOver(state)) return true;
      const grant = grantOf(state, participant);
      return grant !== undefined && grant.grant !== used && !speakers.hasWords(membership);
    };
    // Listens before it looks: nothing can come in between unseen.
    const stop = new AbortController();
    const signal = AbortSignal.any([call.closed, stop.signal]);
    const next = waiters.next(conversation, Math.max(0, until - parts.clock.now()), signal, isTurn);
    try {
      const state = await parts.conversations.state(conversation);
      if (state && !isTurn({ state })) await next;
    } finally {
      stop.abort();
    }
    return spoken;
  } finally {
    quit?.(call.closed.aborted);
    release();
    leave();
  }

  /** Null where it was not said in time; it still waits. */
  function within(words: Promise<Spoken>): Promise<Spoken | null> {
    const { promise, resolve } = Promise.withResolvers<Spoken | null>();
    const end = (): void => resolve(null);
    const cancel = parts.clock.at(until, end);
    call.closed.addEventListener('abort', end, { once: true });
    void words.then(resolve);
    return promise.finally(() => {
      cancel();
      call.closed.removeEventListener('abort', end);
    });
  }
}
