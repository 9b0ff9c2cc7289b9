import type { Instant, Millis, ParticipantId } from '@parley/core';
import type { HostTime } from '../host/conversation-time.ts';
import type { Frame } from './frame.ts';
import type { Notices } from './notices.ts';
import { notice } from './notices.ts';
import type { Room } from './room.ts';
import type { Lag, Subscriber } from './subscriber.ts';

/** How often it is looked. A view is told two looks late at most: one sees that something waits, one for how long. */
const LOOK_MS: Millis = 50;
/**
 * Views looked at in one go, and the pause behind it where there are more: what a look costs is not to be felt by
 * those who are spoken to meanwhile. With more than 2 500 views each is looked at less often.
 */
const LOOKS_AT_ONCE = 250;
const BETWEEN_MS: Millis = 5;
/** How many views that fell behind the others of a conversation are told of in a second. */
const ANNOUNCED_PER_SECOND = 10;

interface Watched {
  readonly room: Room;
  /** Something was published since it was looked at last. */
  stirred: boolean;
  /** Views that the others were told of. */
  readonly announced: Set<ParticipantId>;
  second: Instant;
  announcements: number;
}

/**
 * CS-2: notices when something has been waiting in the hub for a view for longer than its `maxLagMs`, and
 * tells it. Only rooms in which something happened are looked at, all of them by one timer.
 */
export class LagWatch {
  readonly #time: HostTime;
  readonly #watched = new WeakMap<Room, Watched>();
  readonly #active = new Set<Watched>();
  /** What a look finds is told at its end: to tell a view unsettles its connection, which other views may share. */
  readonly #found: (() => void)[] = [];
  #round: Generator<void, void> | null = null;
  /** When the round began that is under way, or was last. */
  #began: Instant = 0;
  #cancel: (() => void) | null = null;

  constructor(time: HostTime) {
    this.#time = time;
  }

  /** Something was published in the room, or somebody in it reads the log. */
  stir(room: Room): void {
    const watched = this.#of(room);
    watched.stirred = true;
    this.#active.add(watched);
    this.#cancel ??= this.#time.after(LOOK_MS, () => this.#look());
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#active.clear();
  }

  #of(room: Room): Watched {
    const known = this.#watched.get(room);
    if (known) return known;
    const watched = { room, stirred: true, announced: new Set<string>(), second: 0, announcements: 0 };
    this.#watched.set(room, watched);
    return watched;
  }

  #look(): void {
    if (this.#round === null) {
      this.#round = this.#eachView();
      this.#began = this.#time.now();
    }
    for (let looks = 0; looks < LOOKS_AT_ONCE && this.#round; looks += 1) {
      if (this.#round.next().done) this.#round = null;
    }
    for (const tell of this.#found.splice(0)) tell();
    this.#cancel = this.#again();
  }

  /** The rest of the round soon, the next one when it is time. */
  #again(): (() => void) | null {
    if (this.#round) return this.#time.after(BETWEEN_MS, () => this.#look());
    if (this.#active.size === 0) return null;
    const inMs = Math.max(BETWEEN_MS, this.#began + LOOK_MS - this.#time.now());
    return this.#time.after(inMs, () => this.#look());
  }

  *#eachView(): Generator<void, void> {
    for (const watched of this.#active) {
      watched.stirred = false;
      let waits = false;
      for (const subscriber of watched.room.subscribers) {
        if (this.#lookAt(watched, subscriber)) waits = true;
        yield;
      }
      this.#forgetLeavers(watched);
      if (!waits && !watched.stirred) this.#active.delete(watched);
    }
  }

  /** True while something waits. */
  #lookAt(watched: Watched, subscriber: Subscriber): boolean {
    const { terms, outbox, live } = subscriber;
    if (!terms || (terms.maxLagMs === null && subscriber.lag === null)) return false;
    const buffered = outbox.leftBytes < outbox.sentBytes;
    if (live && !buffered && outbox.settled) {
      subscriber.left = subscriber.sent;
      this.#caughtUp(watched, subscriber);
      return false;
    }
    const lag = (subscriber.lag ??= { mark: null, told: false });
    const now = this.#time.now();
    this.#mark(subscriber, lag, buffered, now);
    const since = Math.min(live ? now : subscriber.behindSince, lag.mark ? lag.mark.at - terms.holdMs : now);
    if (!lag.told && terms.maxLagMs !== null && now - since > terms.maxLagMs) {
      this.#stale(watched, subscriber, now - since);
      lag.told = true;
    }
    return true;
  }

  /** What had been sent at the last mark has left: the next mark shows how long what came since then takes. */
  #mark(subscriber: Subscriber, lag: Lag, buffered: boolean, now: Instant): void {
    const { outbox } = subscriber;
    if (lag.mark && outbox.leftBytes >= lag.mark.bytes) {
      subscriber.left = Math.max(subscriber.left, lag.mark.seq);
      lag.mark = null;
    }
    if (lag.mark || !buffered) return;
    // What is not with the channel yet is not among those bytes.
    const seq = outbox.settled ? subscriber.sent : subscriber.left;
    lag.mark = { bytes: outbox.sentBytes, seq, at: now };
  }

  #stale(watched: Watched, subscriber: Subscriber, lagMs: Millis): void {
    const { participant, left } = subscriber;
    const head = Math.max(watched.room.head ?? 0, left);
    this.#tell(subscriber, watched, 'view.stale', { seq: left, head, lagMs });
    if (participant !== null && this.#mayAnnounce(watched)) {
      watched.announced.add(participant);
      this.#tellOthers(subscriber, watched, 'view.stale', { seq: left, head, lagMs });
    }
  }

  #caughtUp(watched: Watched, subscriber: Subscriber): void {
    const { participant, lag, sent: seq } = subscriber;
    subscriber.lag = null;
    if (lag?.told) this.#tell(subscriber, watched, 'view.caught_up', { seq });
    // Whoever came back over another connection was announced as behind over its former one.
    if (participant !== null && watched.announced.delete(participant)) {
      this.#tellOthers(subscriber, watched, 'view.caught_up', { seq });
    }
  }

  /** Past whatever is held back or waits in front of its connection, and however full that is, as replies are. */
  #tell<T extends Told>(subscriber: Subscriber, watched: Watched, type: T, data: DataOf<T>): void {
    const frame = this.#frame(subscriber, watched, type, data);
    this.#found.push(() => subscriber.connection.push(frame));
  }

  #tellOthers<T extends Told>(subscriber: Subscriber, watched: Watched, type: T, data: DataOf<T>): void {
    const frame = this.#frame(subscriber, watched, type, data);
    const others = (other: Subscriber): boolean => other.participant !== subscriber.participant;
    this.#found.push(() => watched.room.announce(frame, others));
  }

  #frame<T extends Told>(subscriber: Subscriber, watched: Watched, type: T, data: DataOf<T>): Frame {
    const about = { participant: subscriber.participant ?? '', level: subscriber.level?.kind ?? '' };
    const { conversation } = watched.room;
    return notice(type, conversation, this.#time.now(), { ...about, ...data } as Notices[T]);
  }

  #mayAnnounce(watched: Watched): boolean {
    const second = Math.floor(this.#time.now() / 1_000);
    if (watched.second !== second) {
      watched.second = second;
      watched.announcements = 0;
    }
    watched.announcements += 1;
    return watched.announcements <= ANNOUNCED_PER_SECOND;
  }

  #forgetLeavers({ room, announced }: Watched): void {
    for (const participant of announced) {
      if (!Object.hasOwn(room.state.participants, participant)) announced.delete(participant);
    }
  }
}

type Told = 'view.stale' | 'view.caught_up';
type DataOf<T extends Told> = Omit<Notices[T], 'participant' | 'level'>;
