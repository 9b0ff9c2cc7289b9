import type { ConversationId, Millis, ParticipantId, Seq } from '@parley/core';
import { HUB } from '@parley/core';
import type { Commit, Conversations } from '../host/submission.ts';
import type { Turns } from '../host/turns.ts';
import type { Clock } from '../ports/clock.ts';
import type { ChainStart } from './membership.ts';

/** What connects a participant at this moment: a connection's place in a conversation, or a lease. */
export interface Attachment {
  readonly conversation: ConversationId;
  readonly participant: ParticipantId;
  /** Its loss concerns nobody who has returned since. */
  readonly generation: ChainStart['generation'];
  /** Last seq up to which everything has arrived, as the participant says (CS-1, CS-3). */
  acknowledged: Seq;
  /** The same participant is connected elsewhere now; nothing more will come here. */
  replaced(): void;
  /** The membership is over; its last events are on their way. */
  ended(): void;
}

/** How long until `connection.lost` is tried again where the log did not take it. */
const RETRY_MS: Millis = 1_000;

/**
 * Who is connected, on whatever channel. At most one attachment for each participant; when the last one
 * goes, the conversation is told, again and again until it is written (DG-2), unless somebody came back.
 */
export class Attendance {
  readonly #conversations: Conversations;
  readonly #clock: Clock;
  readonly #turns: Turns;
  readonly #attached = new Map<string, Attachment>();
  /** Lost, but not yet written: how to call the next attempt off. */
  readonly #unwritten = new Map<string, () => void>();
  readonly #unsubscribe: () => void;
  #stopped = false;

  constructor(conversations: Conversations, clock: Clock, turns: Turns) {
    this.#conversations = conversations;
    this.#clock = clock;
    this.#turns = turns;
    this.#unsubscribe = conversations.subscribe((commit) => this.#watch(commit));
  }

  get size(): number {
    return this.#attached.size;
  }

  has(conversation: ConversationId, participant: ParticipantId): boolean {
    return this.#attached.has(nameOf(conversation, participant));
  }

  /** What connects the participant now. */
  of(conversation: ConversationId, participant: ParticipantId): Attachment | undefined {
    return this.#attached.get(nameOf(conversation, participant));
  }

  /** Puts `attachment` in the place of whatever connected this participant before. */
  attach(attachment: Attachment): void {
    const name = nameOf(attachment.conversation, attachment.participant);
    const before = this.#attached.get(name);
    this.#attached.set(name, attachment);
    this.#unwritten.get(name)?.();
    this.#unwritten.delete(name);
    if (before && before !== attachment) before.replaced();
  }

  /** The connection is gone. Does nothing where another has taken its place. */
  lost(attachment: Attachment): void {
    const name = nameOf(attachment.conversation, attachment.participant);
    if (this.#attached.get(name) !== attachment) return;
    this.#attached.delete(name);
    if (!this.#stopped) void this.#report(name, attachment);
  }

  /** From now on nobody is reported: a hub that starts again finds out who was connected by itself. */
  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    for (const cancel of this.#unwritten.values()) cancel();
    this.#unwritten.clear();
  }

  async #report(name: string, attachment: Attachment): Promise<void> {
    const { conversation, participant, generation } = attachment;
    const outcome = await this.#turns.run(`${conversation}/lost`, async () =>
      // Back already: the conversation need not know.
      this.#stopped || this.#attached.has(name)
        ? null
        : this.#conversations.submit(conversation, {
            op: 'connection.lost',
            data: { participant, generation },
            author: HUB,
          }),
    );
    const retry = outcome?.ok === false && outcome.rejection.code !== 'not_found';
    if (!retry || this.#stopped || this.#attached.has(name)) return;
    this.#unwritten.set(
      name,
      this.#clock.after(RETRY_MS, () => {
        this.#unwritten.delete(name);
        if (!this.#attached.has(name)) void this.#report(name, attachment);
      }),
    );
  }

  /** A member that left, was removed or timed out has nothing to be connected to any more. */
  #watch(commit: Commit): void {
    for (const event of commit.events) {
      if (event.type !== 'participant.left') continue;
      const { data } = JSON.parse(event.json) as { data: { participant: ParticipantId } };
      const name = nameOf(commit.conversation, data.participant);
      const attachment = this.#attached.get(name);
      this.#attached.delete(name);
      attachment?.ended();
    }
  }
}

/** Ids have no slash. */
const nameOf = (conversation: ConversationId, participant: ParticipantId): string =>
  `${conversation}/${participant}`;
