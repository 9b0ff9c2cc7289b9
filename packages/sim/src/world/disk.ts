import { MemoryEventLog, StorageError } from '@parley/hub/testing';
import type { EventLog } from '@parley/hub/testing';
import type { Random } from '../random.ts';
import type { Life } from './life.ts';

/** What the disk does with what is asked of it. */
export type DiskFailure = 'unavailable' | 'full';

/** Between asking and storing, and between storing and answering, each; in ms. */
const SOUND_MS: readonly [number, number] = [0, 2];
const SLOW_MS: readonly [number, number] = [20, 250];

/**
 * The one disk of a simulated world. It outlives every process that opens it, keeps what it has stored,
 * answers late, refuses, and stores without the answer ever being heard.
 */
export class Disk {
  readonly stored = new MemoryEventLog();
  /** Null while it works. `full` refuses to store, `unavailable` to read as well. */
  failure: DiskFailure | null = null;
  slow = false;
  /** Runs once, when a record has just been stored and nobody knows yet. */
  onceStored: (() => void) | null = null;
  /** Called whenever something is about to be stored. */
  appending: () => void = () => undefined;
  #inFlight = 0;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** An append is under way. */
  get busy(): boolean {
    return this.#inFlight > 0;
  }

  /** The log as one process sees it, for as long as the process lives. */
  open(life: Life): EventLog {
    const { stored } = this;
    let last: Promise<unknown> = Promise.resolve();
    const rested = async (): Promise<void> => {
      await life.pause(this.#random.integer(...(this.slow ? SLOW_MS : SOUND_MS)));
    };
    const read = async <T>(work: () => Promise<T>): Promise<T> => {
      await rested();
      this.#fail(['unavailable']);
      return work();
    };
    const write = async <T>(work: () => Promise<T>): Promise<T> => {
      await rested();
      this.#fail(['unavailable', 'full']);
      const result = await work();
      await rested();
      return result;
    };
    const append: EventLog['append'] = async (...args) => {
      const answer = await stored.append(...args);
      if (answer.outcome !== 'appended') return answer;
      const once = this.onceStored;
      this.onceStored = null;
      once?.();
      return answer;
    };
    /** One after the other, in the order in which they were asked for. */
    const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
      const turn = last.then(work, work);
      last = turn.catch(() => undefined);
      return turn;
    };
    return {
      append: (record, expected, index) => {
        if (life.over) return new Promise(() => undefined);
        this.#inFlight += 1;
        this.appending();
        return inOrder(() => write(() => append(record, expected, index))).finally(() => {
          this.#inFlight -= 1;
        });
      },
      saveSnapshot: (conversation, snapshot) =>
        inOrder(() => write(() => stored.saveSnapshot(conversation, snapshot))),
      read: (conversation, after, limits) => read(() => stored.read(conversation, after, limits)),
      readRecords: (conversation, after, limits) =>
        read(() => stored.readRecords(conversation, after, limits)),
      head: (conversation) => read(() => stored.head(conversation)),
      findCommand: (conversation, author, id) => read(() => stored.findCommand(conversation, author, id)),
      latestSnapshot: (conversation) => read(() => stored.latestSnapshot(conversation)),
      list: (filter, page) => read(() => stored.list(filter, page)),
      dueBefore: (instant, limit) => read(() => stored.dueBefore(instant, limit)),
      close: async () => undefined,
    };
  }

  /** The process that had something in flight is gone. */
  abandon(): void {
    this.#inFlight = 0;
    this.onceStored = null;
  }

  #fail(failures: readonly DiskFailure[]): void {
    if (this.failure === null || !failures.includes(this.failure)) return;
    throw new StorageError(`storage.${this.failure}`, 'the simulated disk refuses');
  }
}
