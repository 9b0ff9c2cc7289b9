/** What a fault has to meet to have tried anything. */
export const MOMENTS = ['append', 'turn', 'resume'] as const;
export type Moment = (typeof MOMENTS)[number];
export type Met = Record<Moment, number>;

/** Counts which faults met what: a simulation that never meets anything passes every check. */
export class Encounters<K extends string> {
  readonly counts: Record<K, Met>;
  readonly #active = new Map<K, number>();

  constructor(kinds: readonly K[]) {
    const none = (): Met => ({ append: 0, turn: 0, resume: 0 });
    this.counts = Object.fromEntries(kinds.map((kind) => [kind, none()])) as Record<K, Met>;
  }

  /** A fault begins while `moments` go on. */
  begin(kind: K, moments: readonly Moment[]): void {
    this.#active.set(kind, (this.#active.get(kind) ?? 0) + 1);
    for (const moment of moments) this.counts[kind][moment] += 1;
  }

  end(kind: K): void {
    this.#active.set(kind, (this.#active.get(kind) ?? 0) - 1);
  }

  /** Something begins while faults go on. */
  met(moment: Moment): void {
    for (const [kind, many] of this.#active) if (many > 0) this.counts[kind][moment] += 1;
  }
}
