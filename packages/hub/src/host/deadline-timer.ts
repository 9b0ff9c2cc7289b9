import type { Instant, Millis } from '@parley/core';
import type { HostTime } from './conversation-time.ts';

/**
 * The one timer of an awake conversation. A deadline that moves away (as each word of a speaker moves the
 * end of its silence) leaves the timer where it is: it then fires early once, finds nothing due, and is
 * armed again.
 */
export class DeadlineTimer {
  readonly #time: HostTime;
  readonly #backOff: { readonly retryMs: Millis; readonly retryMaxMs: Millis };
  readonly #fire: () => void;
  #cancel: (() => void) | null = null;
  #firesAt: Instant = 0;
  /** Longer after each failure in a row; 0 after a success. */
  #waitMs: Millis = 0;
  #off = false;

  constructor(time: HostTime, backOff: { retryMs: Millis; retryMaxMs: Millis }, fire: () => void) {
    this.#time = time;
    this.#backOff = backOff;
    this.#fire = fire;
  }

  /** Fires at `due`, seen from `now` in the conversation's own time; not before the wait of a failure. */
  arm(due: Instant | null, now: Instant): void {
    if (this.#off) return;
    if (due === null) return this.#stop();
    const delay = Math.max(0, due - now, this.#waitMs);
    const firesAt = this.#time.now() + delay;
    if (this.#cancel && this.#firesAt <= firesAt && this.#waitMs === 0) return;
    this.#stop();
    this.#firesAt = firesAt;
    this.#cancel = this.#time.after(delay, () => {
      this.#cancel = null;
      this.#fire();
    });
  }

  /** The log failed: what is due is tried again, later each time. */
  failed(): void {
    const { retryMs, retryMaxMs } = this.#backOff;
    this.#waitMs = this.#waitMs === 0 ? retryMs : Math.min(this.#waitMs * 2, retryMaxMs);
  }

  succeeded(): void {
    this.#waitMs = 0;
  }

  /** For good. */
  disarm(): void {
    this.#off = true;
    this.#stop();
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
