import type { HostMetrics } from '../host/options.ts';

/** Where a hub is in its life; only `ready` takes work. */
export type Phase = 'starting' | 'ready' | 'stopping';

export interface Readiness {
  readonly ready: boolean;
  readonly phase: Phase;
  /** Parts that are not in order, by name, with a reason that may be shown to anybody. */
  readonly problems: Readonly<Record<string, string>>;
}

/** Tells a supervisor whether the hub lives, and a load balancer whether to send it work. */
export class Health {
  #phase: Phase = 'starting';
  readonly #problems = new Map<string, string>();

  get phase(): Phase {
    return this.#phase;
  }

  /** The log is open, checked and recovered, and the port listens. */
  started(): void {
    this.#phase = 'ready';
  }

  stopping(): void {
    this.#phase = 'stopping';
  }

  /** Says what is wrong with a part, or with null that it is well again. */
  report(part: string, problem: string | null): void {
    if (problem === null) this.#problems.delete(part);
    else this.#problems.set(part, problem);
  }

  /** DG-2: a log that refuses is a problem until it takes something again. All is passed on to `metrics`. */
  watching(metrics: HostMetrics): HostMetrics {
    return {
      ...metrics,
      appended: (records, events, tookMs) => {
        this.report('log', null);
        metrics.appended?.(records, events, tookMs);
      },
      appendFailed: (reason) => {
        if (reason === 'storage') this.report('log', 'The log cannot be written.');
        metrics.appendFailed?.(reason);
      },
    };
  }

  readiness(): Readiness {
    return {
      ready: this.#phase === 'ready' && this.#problems.size === 0,
      phase: this.#phase,
      problems: Object.fromEntries(this.#problems),
    };
  }
}
