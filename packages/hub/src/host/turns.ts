import type { Millis } from '@parley/core';
import type { Clock } from '../ports/clock.ts';

/** Runs `task` once this turn of the event loop is over. */
export type Scheduler = (task: () => void) => void;

export interface TurnsOptions {
  readonly clock: Clock;
  /** By default `setImmediate`. */
  readonly schedule?: Scheduler;
}

/** Pieces under way at once: enough to share a commit of the disk, and few enough to be decided in one go. */
const WIDTH = 8;
/** A piece that takes longer, say because a log hangs, does not keep the others from beginning. */
const HELD_MS: Millis = 1_000;
/** On a hub that is never idle a piece waits for so long and no longer: it costs the others less than it waits. */
const GIVES_WAY_MS: Millis = 2;

/**
 * Work that can wait takes turns: one piece begins in each turn of the event loop, and few are under way at
 * once. However much of it comes together, say when thousands of connections come back, everything else that
 * the hub does waits for a piece or two and not for all of them.
 *
 * What others do who are here already goes before ({@link precede}): they are not to notice.
 *
 * Pieces go in rotation over their keys, in order within a key, so that nobody waits for all of somebody
 * else's. How many wait is bounded by whoever calls: there is one for each connection, reader or call.
 */
export class Turns {
  readonly #clock: Clock;
  readonly #schedule: Scheduler;
  readonly #ends: (() => void)[] = [];
  readonly #byKey = new Map<string, (() => void)[]>();
  #underWay = 0;
  /** Somebody had this turn of the event loop; the next is given away when it comes. */
  #taken = false;
  /** How much is under way that goes before. */
  #preceding = 0;
  /** Goes on with the turn that gives way; null while none does. */
  #goOn: (() => void) | null = null;

  constructor({ clock, schedule = setImmediate }: TurnsOptions) {
    this.#clock = clock;
    this.#schedule = schedule;
  }

  /** Pieces that have yet to begin or to end. */
  get waiting(): number {
    let waiting = this.#ends.length;
    for (const { length } of this.#byKey.values()) waiting += length;
    return waiting;
  }

  /** Runs `task` when it is its turn: at once, where nobody is in its way. */
  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    if (!this.#taken && this.#underWay < WIDTH && this.#preceding === 0) {
      this.#take();
      return this.#begin(task);
    }
    return new Promise((resolve) => {
      const begin = (): void => resolve(this.#begin(task));
      const line = this.#byKey.get(key);
      if (line) line.push(begin);
      else this.#byKey.set(key, [begin]);
      if (!this.#taken && this.#underWay < WIDTH) this.#take();
    });
  }

  /**
   * `work` goes before everything here: while some such is under way, and until what it brought about has been sent,
   * no piece begins, except that one that has waited for {@link GIVES_WAY_MS} does.
   */
  precede(work: Promise<unknown>): void {
    this.#preceding += 1;
    const over = (): void =>
      // What it brought about is sent at the end of this turn of the event loop.
      this.#schedule(() => {
        this.#preceding -= 1;
        if (this.#preceding === 0) this.#goOn?.();
      });
    work.then(over, over);
  }

  /** Within a piece: a turn for the rest of it, before anything else begins. */
  end(): Promise<void> {
    if (!this.#taken && this.#preceding === 0) {
      this.#take();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#ends.push(resolve);
      if (!this.#taken) this.#take();
    });
  }

  #begin<T>(task: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    let over = false;
    const release = (): void => {
      if (over) return;
      over = true;
      cancel();
      this.#underWay -= 1;
      if (!this.#taken && this.#byKey.size > 0) this.#take();
    };
    const cancel = this.#clock.after(HELD_MS, release);
    return task().finally(release);
  }

  #take(): void {
    this.#taken = true;
    this.#schedule(() => (this.#preceding > 0 ? this.#giveWay() : this.#pass()));
  }

  #giveWay(): void {
    const goOn = (): void => {
      this.#goOn = null;
      cancel();
      this.#pass();
    };
    const cancel = this.#clock.after(GIVES_WAY_MS, goOn);
    this.#goOn = goOn;
  }

  #pass(): void {
    const go = this.#ends.shift() ?? (this.#underWay < WIDTH ? this.#nextInRotation() : undefined);
    this.#taken = false;
    if (!go) return;
    this.#take();
    go();
  }

  #nextInRotation(): (() => void) | undefined {
    for (const [key, line] of this.#byKey) {
      const go = line.shift();
      this.#byKey.delete(key);
      if (line.length > 0) this.#byKey.set(key, line);
      return go;
    }
    return undefined;
  }
}
