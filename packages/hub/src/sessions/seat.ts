import type { ConversationId, ParticipantId, Seq } from '@parley/core';
import type { Subscription } from '../delivery/delivery.ts';
import type { Outbox } from '../delivery/outbox.ts';
import { acknowledge } from './acknowledging.ts';
import type { Attachment } from './attendance.ts';
import type { Actor } from './commands.ts';
import { GatedOutbox } from './gated-outbox.ts';
import type { ChainStart, Membership, Place } from './membership.ts';
import type { SessionParts } from './parts.ts';

/** What a session wants to hear from its seats. */
export interface SeatOwner {
  /** The same participant is connected elsewhere. */
  replaced(seat: Seat): void;
  /** The membership is over. */
  ended(seat: Seat): void;
}

type SeatParts = Pick<SessionParts, 'attendance' | 'conversations' | 'clock' | 'delivery'>;

/** A connection's place in one conversation: a participant, and the stream of events to it. */
export class Seat implements Attachment, Place {
  readonly conversation: ConversationId;
  readonly #parts: SeatParts;
  readonly #outbox: GatedOutbox;
  readonly #owner: SeatOwner;
  acknowledged: Seq = 0;
  #membership: Membership | null = null;
  #subscription: Subscription | null = null;
  #generation = 0;
  /** Given up for a newer seat of the same connection: nobody has to be told. */
  #abandoned = false;

  constructor(parts: SeatParts, conversation: ConversationId, outbox: Outbox, owner: SeatOwner) {
    this.#parts = parts;
    this.conversation = conversation;
    this.#outbox = new GatedOutbox(outbox);
    this.#owner = owner;
  }

  get taken(): boolean {
    return this.#membership !== null;
  }

  get participant(): ParticipantId {
    return this.#membership?.participant ?? '';
  }

  get generation(): number {
    return this.#generation;
  }

  get actor(): Actor {
    const { participant, steward, principal } = this.#membership!;
    return { participant, steward, principal, acknowledged: this.acknowledged };
  }

  take(membership: Membership, { after, historyFrom, state, generation }: ChainStart): void {
    this.#membership = membership;
    this.#generation = generation;
    this.acknowledged = after;
    const { conversation, participant } = membership;
    this.#parts.attendance.attach(this);
    this.#subscription = this.#parts.delivery.attach({
      conversation,
      participant,
      outbox: this.#outbox,
      state,
      after,
      historyFrom,
    });
  }

  /** Everything up to `seq` has arrived. Gives a refusal where that cannot be. */
  acknowledge(seq: Seq) {
    const state = this.#subscription?.state;
    return state ? acknowledge(this.#parts, state, this.participant, seq) : null;
  }

  /** The answer to the join is on its way: events may follow it. */
  open(): void {
    this.#outbox.open();
  }

  abandon(): void {
    this.#abandoned = true;
    this.#detach();
  }

  /** The connection is gone. */
  lost(): void {
    this.#detach();
    if (this.taken) this.#parts.attendance.lost(this);
  }

  replaced(): void {
    this.#detach();
    if (!this.#abandoned) this.#owner.replaced(this);
  }

  ended(): void {
    // What is held behind the answer to the join, the end of the membership at last, still follows it.
    this.#subscription?.detach();
    this.#owner.ended(this);
  }

  #detach(): void {
    this.#subscription?.detach();
    this.#outbox.shut();
  }
}
