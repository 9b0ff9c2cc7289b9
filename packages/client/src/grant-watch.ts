import type { ConversationView, ParticipantId, Seq } from '@parley/core';
import type { RoomClosed } from './api.ts';
import { abortable } from './cancellation.ts';
import { ParleyError } from './errors.ts';
import type { WireEvent } from './events.ts';

export interface WatchedRoom {
  readonly me: ParticipantId;
  readonly view: ConversationView;
  readonly closed: RoomClosed | null;
  on(fn: (event: WireEvent) => void): () => void;
  onReset(fn: () => void): () => void;
  onClosed(fn: (closed: RoomClosed) => void): () => void;
}

/**
 * Follows one participant's way to the floor and off it again. Starts before the request is sent, for
 * after a reconnect the grant's event can come before the request's answer.
 */
export class GrantWatch {
  readonly #room: WatchedRoom;
  /** Grants up to this one are of earlier turns. */
  readonly #since: Seq;
  readonly #stops: readonly (() => void)[];
  readonly #granted = Promise.withResolvers<Seq>();
  readonly #lost = new AbortController();
  #grant: Seq | null = null;
  #answered = false;
  #wasReset = false;
  /** One's own releases under way, and whether one has been heard of before its answer. */
  #releasing = 0;
  #released = false;

  constructor(room: WatchedRoom, finished: Seq) {
    this.#room = room;
    // What is granted from now on comes after everything seen; older grants may still be replayed.
    this.#since = Math.max(finished, room.view.seq);
    // Somebody may give up before there is an answer; then nobody hears of it.
    this.#granted.promise.catch(() => undefined);
    this.#stops = [
      room.on((event) => this.#receive(event)),
      room.onReset(() => {
        this.#wasReset = true;
        this.#compare();
      }),
      room.onClosed(({ cause, error }) => this.#lose(cause, error)),
    ];
    if (room.closed) this.#lose(room.closed.cause, room.closed.error);
  }

  /** Aborts when the floor is lost, or the request for it; the reason is `client.floor_lost`. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** The request was answered, with a grant or with a place to wait. */
  answered(grant: Seq | undefined): void {
    this.#answered = true;
    if (grant !== undefined) this.#hold(grant);
    // The answer may be older than a snapshot that came before it.
    else if (this.#wasReset) this.#compare();
  }

  #hold(grant: Seq): void {
    this.#grant = grant;
    this.#granted.resolve(grant);
  }

  /** The floor is held without having been asked for: an offer, or what an earlier request came to. */
  adopt(grant: Seq): void {
    this.answered(grant);
  }

  /**
   * While one's own release is under way, its event, which can come before the answer, is no loss.
   * `done` says whether it was accepted: then the turn is over.
   */
  releasing(): (accepted: boolean) => void {
    this.#releasing += 1;
    return (accepted) => {
      this.#releasing -= 1;
      this.#released ||= accepted;
      if (this.#released && this.#releasing === 0) this.#lose('released');
    };
  }

  /** Rejects with `client.floor_lost` when the request was denied or cancelled, or the room is over. */
  granted(signal: AbortSignal | undefined): Promise<Seq> {
    return abortable(this.#granted.promise, signal);
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  #receive(event: WireEvent): void {
    switch (event.event) {
      case 'floor.granted':
        if (event.data.participant === this.#room.me && event.data.grant > this.#since) {
          this.#hold(event.data.grant);
        }
        return;
      case 'floor.released':
      case 'floor.revoked':
        if (event.data.participant === this.#room.me && event.data.grant === this.#grant) {
          if (event.event === 'floor.revoked') this.#lose(event.data.cause);
          else if (this.#releasing > 0) this.#released = true;
          else this.#lose('released');
        }
        return;
      case 'floor.denied':
      case 'floor.cancelled':
        if (event.data.participant === this.#room.me && this.#grant === null) this.#lose(event.data.cause);
        return;
      default:
        return;
    }
  }

  /** A snapshot came instead of events: what it shows is what counts. */
  #compare(): void {
    const { floor, seq } = this.#room.view;
    const held = floor.holders.find(
      ({ participant, grant }) => participant === this.#room.me && grant > this.#since,
    );
    const waiting = floor.queue.some(({ participant }) => participant === this.#room.me);
    if (this.#grant !== null) {
      if (held?.grant !== this.#grant && this.#grant <= seq) this.#lose('missed');
    } else if (held) this.#hold(held.grant);
    else if (!waiting && this.#answered) this.#lose('missed');
  }

  #lose(cause: string, error: ParleyError | null = null): void {
    if (this.#lost.signal.aborted) return;
    const reason = new ParleyError({
      code: 'client.floor_lost',
      message:
        this.#grant === null ? `the floor was not granted (${cause})` : `the floor was lost (${cause})`,
      retryable: error?.retryable ?? false,
      details: { cause, grant: this.#grant },
      cause: error ?? undefined,
    });
    this.#lost.abort(reason);
    this.#granted.reject(reason);
  }
}
