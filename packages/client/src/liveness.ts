import type { Clock } from './clock.ts';

/** The longest wait for the answer to a probe; a hub that is slower than that is as good as gone. */
const PROBE_MS_MAX = 10_000;

/**
 * Notices a connection that is dead without having been closed. Programs cannot see the hub's pings, so
 * after 2.5 heartbeats of silence one frame is sent that the hub answers at once; no answer, no hub.
 */
export class Liveness {
  readonly #clock: Clock;
  readonly #heartbeatMs: number;
  readonly #probe: () => void;
  readonly #dead: () => void;
  #heardAt: number;
  #cancel: () => void;

  constructor(clock: Clock, heartbeatMs: number, probe: () => void, dead: () => void) {
    this.#clock = clock;
    this.#heartbeatMs = heartbeatMs;
    this.#probe = probe;
    this.#dead = dead;
    this.#heardAt = clock.now();
    this.#cancel = clock.after(heartbeatMs * 2.5, () => this.#check());
  }

  heard(): void {
    this.#heardAt = this.#clock.now();
  }

  stop(): void {
    this.#cancel();
  }

  /** One timer that looks when it fires, instead of one that is set anew for every message. */
  #check(): void {
    const silentMs = this.#clock.now() - this.#heardAt;
    const restMs = this.#heartbeatMs * 2.5 - silentMs;
    if (restMs > 0) {
      this.#cancel = this.#clock.after(restMs, () => this.#check());
      return;
    }
    const heardBefore = this.#heardAt;
    this.#cancel = this.#clock.after(Math.min(this.#heartbeatMs, PROBE_MS_MAX), () => {
      if (this.#heardAt > heardBefore) this.#check();
      else this.#dead();
    });
    this.#probe();
  }
}
