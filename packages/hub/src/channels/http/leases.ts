import type { Millis, Seq } from '@parley/core';
import type { Attachment } from '../../sessions/attendance.ts';
import type { ChainStart, Membership } from '../../sessions/membership.ts';
import type { SessionParts } from '../../sessions/parts.ts';

/**
 * CN-3: participants that poll have no connection, so they count as present for a while after each call,
 * and for as long as a poll or stream of theirs is open.
 */
export class Leases {
  readonly #parts: SessionParts;
  readonly #leaseMs: Millis;
  readonly #leases = new Map<string, Lease>();
  readonly #returning = new Map<string, Promise<void>>();

  constructor(parts: SessionParts, leaseMs: Millis) {
    this.#parts = parts;
    this.#leaseMs = leaseMs;
  }

  get size(): number {
    return this.#leases.size;
  }

  /** Whether it is by one of these leases that the participant is present. */
  has(membership: Membership): boolean {
    return this.#leases.has(nameOf(membership));
  }

  /**
   * The participant has just joined or resumed by HTTP: from now on it is here, whatever it was before. It
   * has everything up to `after`.
   */
  take(membership: Membership, start: Pick<ChainStart, 'after' | 'generation'>): void {
    const name = nameOf(membership);
    const gone = (): void => {
      if (this.#leases.get(name) === lease) this.#leases.delete(name);
    };
    const lease: Lease = new Lease(this.#parts, membership, start, this.#leaseMs, gone);
    this.#leases.set(name, lease);
    this.#parts.attendance.attach(lease);
    lease.touch();
  }

  /**
   * A member called. One that is connected by another channel stays there; one that was missed has come
   * back, which the conversation is told first: with everything up to `acknowledged`.
   */
  async touch(membership: Membership, acknowledged: Seq): Promise<void> {
    const name = nameOf(membership);
    const known = this.#leases.get(name);
    if (known) return known.touch();
    if (this.#parts.attendance.has(membership.conversation, membership.participant)) return undefined;
    // Several calls at once are one return.
    const returning = this.#returning.get(name) ?? this.#return(membership, acknowledged);
    this.#returning.set(name, returning);
    await returning.finally(() => this.#returning.delete(name));
    return undefined;
  }

  async #return(membership: Membership, acknowledged: Seq): Promise<void> {
    await this.#parts.conversations.submit(membership.conversation, {
      op: 'connection.restored',
      data: { participant: membership.participant, acknowledged },
      author: { participant: membership.participant, steward: false },
      onSettled: (outcome, state) => {
        const generation = state?.participants[membership.participant]?.resumeGeneration;
        if (outcome.ok && generation !== undefined) {
          this.take(membership, { after: acknowledged, generation });
        }
      },
    });
  }

  /** Keeps the lease while a call is open. Returns how to let it run again. */
  hold(membership: Membership): () => void {
    return this.#leases.get(nameOf(membership))?.hold() ?? (() => undefined);
  }

  stop(): void {
    for (const lease of this.#leases.values()) lease.stop();
    this.#leases.clear();
  }
}

class Lease implements Attachment {
  readonly conversation: string;
  readonly participant: string;
  acknowledged: Seq;
  readonly generation: number;
  readonly #parts: SessionParts;
  readonly #leaseMs: Millis;
  readonly #gone: () => void;
  #cancel: () => void = () => undefined;
  #held = 0;
  #over = false;

  constructor(
    parts: SessionParts,
    membership: Membership,
    { after, generation }: Pick<ChainStart, 'after' | 'generation'>,
    leaseMs: Millis,
    gone: () => void,
  ) {
    this.#parts = parts;
    this.acknowledged = after;
    this.conversation = membership.conversation;
    this.participant = membership.participant;
    this.generation = generation;
    this.#leaseMs = leaseMs;
    this.#gone = gone;
  }

  touch(): void {
    this.#cancel();
    if (this.#over || this.#held > 0) return;
    this.#cancel = this.#parts.clock.after(this.#leaseMs, () => {
      this.stop();
      this.#gone();
      this.#parts.attendance.lost(this);
    });
  }

  hold(): () => void {
    this.#held += 1;
    this.#cancel();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#held -= 1;
      this.touch();
    };
  }

  replaced(): void {
    this.stop();
    this.#gone();
  }

  ended(): void {
    this.stop();
    this.#gone();
  }

  stop(): void {
    this.#over = true;
    this.#cancel();
  }
}

const nameOf = ({ conversation, participant }: Membership): string => `${conversation}/${participant}`;
