import type { Seq } from '@parley/core';
import type { DurableWireEvent } from './events.ts';

/** As many as a hub sends ahead (CS-3); more means that the rest has to be asked for anew. */
const AHEAD_MAX = 1_000;

/** Events that came before their place in the log: told at once, and kept until it is their turn (CS-3). */
export class EarlyEvents {
  /** By the seq of the event before each of them. */
  readonly #byAfter = new Map<Seq, DurableWireEvent>();

  /** `gap` where there is no room for it. */
  add(event: DurableWireEvent): 'early' | 'duplicate' | 'gap' {
    const after = event.after ?? 0;
    if (this.#byAfter.has(after)) return 'duplicate';
    if (this.#byAfter.size >= AHEAD_MAX) return 'gap';
    this.#byAfter.set(after, event);
    return 'early';
  }

  /** The one whose turn it is after `seq`, which is then kept no longer. */
  take(seq: Seq): DurableWireEvent | undefined {
    const event = this.#byAfter.get(seq);
    this.#byAfter.delete(seq);
    return event;
  }

  clear(): void {
    this.#byAfter.clear();
  }
}
