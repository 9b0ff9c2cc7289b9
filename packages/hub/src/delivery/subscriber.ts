import type { Instant, ParticipantId, Seq, State, Variant, ViewTerms } from '@parley/core';
import { levelOf, viewTermsOf } from '@parley/core';
import type { Reader } from './chain.ts';
import type { WaitingLimits } from './dropping.ts';
import { DroppingOutbox } from './dropping.ts';
import { EarlyEvents } from './early.ts';
import type { Frame } from './frame.ts';
import type { Holds } from './holding.ts';
import { HoldingOutbox } from './holding.ts';
import type { EventOutbox } from './outbox.ts';

/** What the terms of a view are kept with. */
export interface ViewTools {
  readonly holds: Holds;
  /** Tells a participant that so many events for it were dropped (CS-4). */
  dropped(participant: ParticipantId, count: number): Frame;
  /** How much may wait for a view from which the oldest is dropped. */
  readonly waiting: WaitingLimits;
}

/** What is known of what waits for a view (CS-2). */
export interface Lag {
  /** So many bytes had been sent at `at`, up to event `seq`; null while none of them waits. */
  mark: { readonly bytes: number; readonly seq: Seq; readonly at: Instant } | null;
  /** The view was told that it is behind. */
  told: boolean;
}

/** One recipient of one conversation's events. */
export class Subscriber implements Reader {
  readonly participant: ParticipantId | null;
  readonly historyFrom: Seq;
  /** Of its connection: past whatever the terms of its view put in front. */
  readonly connection: EventOutbox;
  /** For what is read from the log for it. */
  direct: EventOutbox;
  /** For events as they are published. */
  outbox: EventOutbox;
  /** Null for whoever has not joined: it is served in order. */
  level: Variant | null = null;
  terms: ViewTerms | null = null;
  /** Last event of its chain: the `after` of the next one. */
  sent: Seq;
  /** Nothing up to here is looked at (again). */
  seen: Seq;
  /** Everything up to here has left for it, as far as it was looked at. */
  left: Seq;
  /** Gets events as they are published; otherwise somebody is reading the log for it. */
  live = false;
  /** Since when it is not live. */
  behindSince: Instant = 0;
  /** While it is behind and its terms let live events go ahead (CS-3). */
  early: EarlyEvents | null = null;
  /** While something waits for it, or it was told so (CS-2). */
  lag: Lag | null = null;
  detached = false;

  constructor(participant: ParticipantId | null, connection: EventOutbox, after: Seq, historyFrom: Seq) {
    this.participant = participant;
    this.connection = connection;
    this.direct = connection;
    this.outbox = connection;
    this.historyFrom = historyFrom;
    this.sent = after;
    this.seen = after;
    this.left = after;
  }

  /** Keeps to the level of its view from now on. */
  adopt(state: State, tools: ViewTools): void {
    const { participant } = this;
    if (participant === null) return;
    const member = Object.hasOwn(state.participants, participant) ? state.participants[participant] : null;
    const level = member ? levelOf(state, member) : state.config.consistency;
    const terms = viewTermsOf(level);
    this.level = level;
    if (this.terms === terms) return;
    this.terms = terms;
    this.release();
    const drops = terms.whenFull === 'dropOldest';
    if (drops && !(this.direct instanceof DroppingOutbox)) {
      const told = (count: number): Frame => tools.dropped(participant, count);
      this.direct = new DroppingOutbox(this.connection, told, tools.waiting);
    }
    if (this.direct instanceof DroppingOutbox) this.direct.drops = drops;
    const { holdMs } = terms;
    this.outbox = holdMs > 0 ? new HoldingOutbox(this.direct, tools.holds, holdMs) : this.direct;
    if (!terms.early) this.early?.lose();
  }

  /** It is not live any more. `last` is the last event of its chain, where that is known. */
  fallBehind(seen: Seq, last: Seq | null): void {
    this.live = false;
    this.seen = Math.max(this.seen, seen);
    this.release();
    this.early = this.terms?.early ? new EarlyEvents(last) : null;
  }

  /** It has caught up with the log. */
  catchUp(): void {
    this.live = true;
    this.early = null;
  }

  /** What is held back for it goes on now. */
  release(): void {
    if (this.outbox instanceof HoldingOutbox) this.outbox.release();
  }
}
