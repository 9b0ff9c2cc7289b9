import type { StreamResponse } from '@a2a-js/sdk';
import { Outbox } from '../../delivery/outbox.ts';
import { historyFrom } from '../../delivery/catch-up.ts';
import { acknowledge } from '../../sessions/acknowledging.ts';
import type { Refusal } from '../../sessions/refusal.ts';
import type { A2aCall } from './call.ts';
import { taskNotFound } from './errors.ts';
import { EventQueue } from './event-queue.ts';
import type { RoomParts } from './room-parts.ts';
import type { Spoken } from './speaker.ts';
import type { MemberTask } from './tasks.ts';
import { agentMessage, isTerminal, statusOf, statusUpdate, taskOf } from './tasks.ts';
import { Translator } from './translator.ts';
import type { Wants } from './turn.ts';

interface Following {
  readonly historyLength?: number | undefined;
  /** Words that wait for a turn: the stream tells when they are refused. */
  readonly waits?: { readonly spoken: Promise<Spoken>; readonly messageId: string };
  /** While it is open, turns are asked for. */
  readonly wants?: Wants;
}

/**
 * A task's stream (A2-6): the task as it stands, bounded, and then everything that happens after exactly
 * that point, live or from the log as fast as its reader takes it (CN-2, CS-5). It goes on over any number
 * of turns and ends with the task.
 */
export async function* follow(
  shared: RoomParts,
  call: A2aCall,
  task: MemberTask,
  { historyLength, waits, wants }: Following = {},
): AsyncGenerator<StreamResponse, void, undefined> {
  const { parts, tick, leases, speakers, queues, settings } = shared;
  const { conversations, delivery, clock } = parts;
  const { membership } = task;
  const { conversation, participant } = membership;
  const state = await conversations.state(conversation);
  if (!state) throw taskNotFound();
  const leave = call.enter();
  const release = leases.hold(membership);
  const quit = wants && speakers.listen(membership, wants.request, wants.after);
  const queue = new EventQueue();
  const outbox = new Outbox(queue, tick, clock);
  const subscription = delivery.attach({
    conversation,
    participant,
    outbox,
    state,
    after: state.seq,
    historyFrom: historyFrom(state, participant),
  });
  queues.add(queue);
  const end = (): void => {
    outbox.end();
    queue.abort();
  };
  if (call.closed.aborted) end();
  else call.closed.addEventListener('abort', end, { once: true });
  const { expiresAt = null } = call.caller ?? {};
  // Whoever's token has expired is no longer known: the stream ends, and the next call is refused.
  const cancelExpiry = expiresAt === null ? () => undefined : clock.at(expiresAt, end);
  // Should the lease have been another channel's and have ended, this stream takes its place.
  let cancelTouch = clock.after(settings.heartbeatMs, touch);
  let refused: Refusal | null = null;
  void waits?.spoken.then((spoken) => {
    if (spoken.ok) return;
    refused = spoken.error;
    queue.poke();
  });
  try {
    const hasWords = (): boolean => speakers.hasWords(membership);
    const words = speakers.wordsOf(membership);
    const snapshot = await taskOf(conversations, state, task, { historyLength, ...words });
    yield { payload: { $case: 'task', value: snapshot } };
    acknowledge(parts, subscription.state, participant, state.seq);
    if (isTerminal(snapshot)) return;
    const translator = new Translator(conversations, state, task, hasWords);
    for (let frame = await queue.next(); frame; frame = await queue.next()) {
      if (refused) {
        yield* notSaid(refused);
        if (waits) speakers.told(membership, waits.messageId);
        refused = null;
      }
      if (frame === 'poke') continue;
      yield* await translator.translate(frame);
      // Asked for more: the connection has taken what came before, and A2A has no other acknowledgement (CS-1).
      acknowledge(parts, subscription.state, participant, frame.seq ?? 0);
      if (translator.over) return;
    }
  } finally {
    cancelTouch();
    cancelExpiry();
    call.closed.removeEventListener('abort', end);
    subscription.detach();
    end();
    queues.delete(queue);
    quit?.(call.closed.aborted);
    release();
    leave();
  }

  function touch(): void {
    void leases
      .touch(membership, 0)
      .catch((error: unknown) => parts.logger.warn({ err: error }, 'a member could not be kept present'));
    cancelTouch = clock.after(settings.heartbeatMs, touch);
  }

  async function* notSaid({ code, message }: Refusal): AsyncGenerator<StreamResponse, void, undefined> {
    const now = (await conversations.state(conversation)) ?? state!;
    const status = await statusOf(conversations, now, task, speakers.hasWords(membership));
    const text = agentMessage(task, `refused-${now.seq}`, `Not said: ${message}`, { code });
    yield statusUpdate(task, { ...status, message: status.message ?? text }, { refused: { code, message } });
  }
}
