import type { Instant, Millis } from '@parley/core';
import { iso } from '@parley/core';
import type { Clock } from '../../ports/clock.ts';
import type { Membership } from '../../sessions/membership.ts';
import type { Refusal } from '../../sessions/refusal.ts';

/** Words that waited for a turn and were refused then, as the task tells it. */
export interface NotSaid {
  /** As the client named its message. */
  readonly messageId: string;
  readonly code: Refusal['code'];
  readonly message: string;
  readonly at: string;
}

/** As many as can wait at once: of one member's words, all that were refused together are told. */
const OF_ONE_MAX = 8;
/** Members; of more, those are forgotten whose words were refused longest ago. With ids of 256 characters, 4 MiB. */
const MEMBERS_MAX = 1_000;
/** Who has not looked by then does not ask what became of it any more; the same message can be sent again. */
const KEPT_MS: Millis = 10 * 60_000;

/**
 * What became of words that were to be said later (A2-6), for clients that did not wait to be told: their next
 * look at the task shows it. In memory, like the words themselves.
 */
export class Refusals {
  readonly #clock: Clock;
  /** The member whose words were refused last comes last. */
  readonly #members = new Map<string, { readonly at: Instant; readonly notSaid: readonly NotSaid[] }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many members have some. */
  get size(): number {
    return this.#members.size;
  }

  note(member: Membership, messageId: string, { code, message }: Refusal): void {
    const at = this.#clock.now();
    const name = nameOf(member);
    const others = this.of(member).filter((each) => each.messageId !== messageId);
    this.#members.delete(name);
    const notSaid = [...others, { messageId, code, message, at: iso(at) }].slice(-OF_ONE_MAX);
    this.#members.set(name, { at, notSaid });
    for (const [first, { at: since }] of this.#members) {
      if (this.#members.size <= MEMBERS_MAX && at - since < KEPT_MS) return;
      this.#members.delete(first);
    }
  }

  /** The client knows, or tries again. */
  forget(member: Membership, messageId: string): void {
    const name = nameOf(member);
    const known = this.#members.get(name);
    const notSaid = known?.notSaid.filter((each) => each.messageId !== messageId) ?? [];
    if (known && notSaid.length > 0) this.#members.set(name, { ...known, notSaid });
    else this.#members.delete(name);
  }

  of(member: Membership): readonly NotSaid[] {
    const known = this.#members.get(nameOf(member));
    return known && this.#clock.now() - known.at < KEPT_MS ? known.notSaid : [];
  }
}

const nameOf = ({ conversation, participant }: Membership): string => `${conversation}/${participant}`;
