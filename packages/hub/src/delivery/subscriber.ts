import type { ParticipantId, Seq } from '@parley/core';
import type { Reader } from './chain.ts';
import type { EventOutbox } from './outbox.ts';

/** One recipient of one conversation's events. */
export class Subscriber implements Reader {
  readonly participant: ParticipantId | null;
  readonly outbox: EventOutbox;
  readonly historyFrom: Seq;
  /** Last event of its chain: the `after` of the next one. */
  sent: Seq;
  /** Nothing up to here is looked at (again). */
  seen: Seq;
  /** Gets events as they are published; otherwise somebody is reading the log for it. */
  live = false;
  detached = false;

  constructor(participant: ParticipantId | null, outbox: EventOutbox, after: Seq, historyFrom: Seq) {
    this.participant = participant;
    this.outbox = outbox;
    this.historyFrom = historyFrom;
    this.sent = after;
    this.seen = after;
  }
}
