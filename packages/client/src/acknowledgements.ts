import type { ConversationView, ParticipantId, Seq, ViewTerms } from '@parley/core';
import { consistencyLevels, viewTermsOf } from '@parley/core';
import type { Clock } from './clock.ts';
import type { WireEvent } from './events.ts';

/** A view that no turn waits for says this often, and when it is idle, what it has. */
const ACK_MS = 300;

export interface AcknowledgingRoom {
  readonly me: ParticipantId;
  readonly view: ConversationView;
  /** Up to here everything has arrived. */
  readonly resume: { readonly seq: Seq };
  /** False while nothing can be sent. */
  readonly live: boolean;
}

/**
 * Tells the hub what has arrived: each utterance in the same turn of the event loop where the next turn
 * waits for it (CS-1), anything else a little later. Never more than one frame in a turn.
 */
export class Acknowledgements {
  readonly #room: AcknowledgingRoom;
  readonly #clock: Clock;
  readonly #send: (seq: Seq) => void;
  /** What the hub knows. */
  #acknowledged: Seq;
  #cancel: (() => void) | null = null;
  #soon = false;

  constructor(room: AcknowledgingRoom, clock: Clock, send: (seq: Seq) => void) {
    this.#room = room;
    this.#clock = clock;
    this.#send = send;
    this.#acknowledged = room.resume.seq;
  }

  /** An event was taken in, and is about to be handed to the program. */
  received(event: WireEvent): void {
    const terms = termsOf(this.#room);
    // Who is never given anything again has nothing to acknowledge (CS-4).
    if (event.seq === undefined || terms?.resume === 'snapshot') return;
    const awaited = event.event === 'speech.ended' && terms !== null && terms.barrierTimeoutMs !== null;
    if (this.#cancel && (this.#soon || !awaited)) return;
    this.#cancel?.();
    this.#soon = awaited;
    this.#cancel = this.#clock.after(awaited ? 0 : ACK_MS, () => this.#tell());
  }

  /** A resume was answered: what it said is known to the hub. */
  resumed(): void {
    this.stop();
    this.#acknowledged = this.#room.resume.seq;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #tell(): void {
    this.#cancel = null;
    const { seq } = this.#room.resume;
    if (!this.#room.live || seq <= this.#acknowledged) return;
    this.#acknowledged = seq;
    this.#send(seq);
  }
}

/** What the own view is promised; null for a level that this SDK does not know. */
export function termsOf({ view, me }: Pick<AcknowledgingRoom, 'view' | 'me'>): ViewTerms | null {
  const own = view.participants.find(({ id }) => id === me)?.consistency;
  const level = own ?? view.config.consistency;
  return Object.hasOwn(consistencyLevels, level.kind) ? viewTermsOf(level) : null;
}

/** How long the next turn may wait for somebody's view (CS-1). */
export function longestBarrierMs({ config, participants }: ConversationView): number {
  const levels = [config.consistency, ...participants.flatMap(({ consistency }) => consistency ?? [])];
  const known = levels.filter(({ kind }) => Object.hasOwn(consistencyLevels, kind));
  return Math.max(0, ...known.map((level) => viewTermsOf(level).barrierTimeoutMs ?? 0));
}
