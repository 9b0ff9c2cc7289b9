import type { Seq } from '@parley/core';
import type { LoggedEvent } from '../ports/event-log.ts';
import type { EventPage } from './submission.ts';

/**
 * The newest events of an awake conversation, so that a long poll or a resume that lacks a few of them
 * needs no disk. Bounded by characters; the oldest go first.
 */
export class Tail {
  readonly #max: number;
  #events: LoggedEvent[] = [];
  /** Where the events that are still kept begin in `#events`; moved in strides to keep `push` cheap. */
  #start = 0;
  #characters = 0;

  constructor(max: number) {
    this.#max = max;
  }

  push(events: readonly LoggedEvent[]): void {
    for (const event of events) {
      this.#events.push(event);
      this.#characters += event.json.length;
    }
    while (this.#characters > this.#max && this.#start < this.#events.length) {
      this.#characters -= this.#events[this.#start]!.json.length;
      this.#start += 1;
    }
    if (this.#start > 64 && this.#start * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#start);
      this.#start = 0;
    }
  }

  clear(): void {
    this.#events = [];
    this.#start = 0;
    this.#characters = 0;
  }

  /** The events after `after`, or null where some of them are no longer (or were never) kept. */
  read(after: Seq, head: Seq, limits: { limit: number; maxBytes: number }): EventPage | null {
    if (after >= head) return { events: [], next: after, head };
    const first = this.#events[this.#start];
    if (!first || after + 1 < first.seq) return null;
    const begin = this.#start + (after + 1 - first.seq);
    let end = begin;
    let characters = 0;
    while (end < this.#events.length && end - begin < limits.limit) {
      characters += this.#events[end]!.json.length;
      if (characters > limits.maxBytes && end > begin) break;
      end += 1;
    }
    const events = this.#events.slice(begin, end);
    return { events, next: events.at(-1)?.seq ?? after, head };
  }
}
