import type { Millis, State } from '@parley/core';
import { hears } from '../../delivery/chain.ts';
import type { Commit } from '../../host/submission.ts';
import type { Call } from './call.ts';
import type { Member } from './member.ts';
import { stateNow } from './member.ts';

/**
 * Waits until `look` finds something, looking now and after everything that happens in the conversation;
 * null after `ms`, or where the client has gone or the hub stops. Meanwhile the member counts as present
 * (CN-3).
 */
export async function until<T>(
  call: Call,
  member: Member,
  ms: Millis,
  look: (state: State) => T | null | Promise<T | null>,
): Promise<T | null> {
  const { parts, waiters, leases } = call.context;
  const end = parts.clock.now() + ms;
  const release = leases.hold(member.membership);
  try {
    for (;;) {
      const stop = new AbortController();
      const signal = AbortSignal.any([call.signal, stop.signal]);
      // Listens before it looks: nothing can come in between unseen.
      const woken = waiters.next(
        member.conversation,
        Math.max(0, end - parts.clock.now()),
        signal,
        concerns(member),
      );
      try {
        const found = await look(await stateNow(call, member));
        if (found !== null || !(await woken)) return found;
      } finally {
        stop.abort();
      }
    }
  } finally {
    release();
  }
}

/** Something durable that the member is told. */
const concerns =
  ({ participant }: Member) =>
  (commit: Commit): boolean =>
    commit.events.some(({ seq, audience }) => seq !== null && hears(audience, participant));
