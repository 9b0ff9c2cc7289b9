import { iso } from '@parley/core';
import type { JoinOptions, ReconnectOptions, Room } from './api.ts';
import { Backoff } from './backoff.ts';
import type { Settlement } from './command-book.ts';
import { ParleyError } from './errors.ts';
import type { RoomHost } from './room.ts';
import { JoinedRoom } from './room.ts';
import { RoomState } from './room-state.ts';
import type { JoinReply } from './wire-frames.ts';
import { readJoinReply } from './wire-frames.ts';

/** So many resumes without an event in between: what arrives makes no sense, a new connection may. */
const FRUITLESS_RESUMES_MAX = 3;
/** A hub answers other things but not this: it has lost the request, which a new connection repeats. */
const ANSWER_MS_MAX = 15_000;

/** HU-1: what a program takes part with, unless it says so itself. */
const SDK = 'sdk';

export interface MembershipHost extends RoomHost {
  serverNow(): number;
  /** Books a `conversation.join`, which goes out as soon as the link is up, and again until answered. */
  sendJoin(
    conversation: string,
    data: Readonly<Record<string, unknown>>,
    settle: (settlement: Settlement) => void,
  ): void;
  sendLeave(conversation: string): void;
  /** The hub gave a guest a token. */
  adoptToken(token: string): void;
  /** The room can take commands again: what waits for it may go out. */
  flush(conversation: string): void;
  /** What came over this connection cannot be made sense of. */
  drop(reason: string): void;
}

/** One conversation of a connection: how it was joined, and how it comes back after each loss. */
export class Membership {
  readonly conversation: string;
  readonly #host: MembershipHost;
  readonly #options: JoinOptions;
  readonly #transcriptLines: number;
  readonly #backoff: Backoff;
  #room: JoinedRoom | null = null;
  /** A join or resume is unanswered. */
  #asking = false;
  #reconnected = false;
  #fruitless = 0;
  #lastResumedFrom = -1;
  /** Of the next attempt, or of waiting for an answer. */
  #cancelTimer: () => void = () => {};

  constructor(
    host: MembershipHost,
    conversation: string,
    options: JoinOptions,
    settings: { readonly transcriptLines: number; readonly reconnect: ReconnectOptions | undefined },
  ) {
    this.#host = host;
    this.conversation = conversation;
    this.#options = options;
    this.#transcriptLines = settings.transcriptLines;
    this.#backoff = new Backoff(settings.reconnect);
  }

  get room(): JoinedRoom | null {
    return this.#room;
  }

  /** Joins, or comes back with the resume state of an earlier life. Called once. */
  async join(): Promise<Room> {
    const { signal, ...data } = { interface: SDK, ...this.#options };
    const joined = Promise.withResolvers<Room>();
    const abort = () => joined.reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      this.#asking = true;
      this.#host.sendJoin(this.conversation, data, (settlement) => {
        this.#asking = false;
        this.#cancelTimer();
        try {
          const reply = replyOf(settlement);
          // Nobody wants it any more: what was joined just now is left again.
          if (signal?.aborted) this.#host.sendLeave(this.conversation);
          else joined.resolve(this.#enter(reply));
        } catch (error) {
          joined.reject(error);
        }
      });
      return await joined.promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** The link is up again. An unanswered join or resume is sent again by itself, unchanged. */
  reconnected(): void {
    this.#reconnected = true;
    this.#cancelTimer();
    if (this.#asking) this.#watchAnswer();
    this.resume();
  }

  interrupted(): void {
    this.#cancelTimer();
    this.#room?.interrupted();
  }

  /** Asks for the events after the last one; a request that is under way already will do. */
  resume(): void {
    const room = this.#room;
    if (!room || room.closed || this.#asking) return;
    if (this.#fruitless >= FRUITLESS_RESUMES_MAX) {
      this.#fruitless = 0;
      this.#host.drop('the chain of events stays broken');
      return;
    }
    this.#asking = true;
    const seq = room.resume.seq;
    const { signal: _, invite: __, catchUp: ___, ...data } = { interface: SDK, ...this.#options };
    this.#watchAnswer();
    this.#host.sendJoin(this.conversation, { ...data, resume: room.resume }, (settlement) => {
      this.#asking = false;
      this.#cancelTimer();
      this.#resumed(room, settlement, seq);
    });
  }

  stop(): void {
    this.#cancelTimer();
  }

  #watchAnswer(): void {
    this.#cancelTimer();
    const slow = () => this.#host.drop('the hub does not answer a resume');
    this.#cancelTimer = this.#host.clock.after(ANSWER_MS_MAX, slow);
  }

  #enter(reply: JoinReply): JoinedRoom {
    if (reply.token !== undefined) this.#host.adoptToken(reply.token);
    const state = new RoomState(reply, this.#options.resume, this.#transcriptLines);
    this.#reconnected = false;
    const room = new JoinedRoom(this.#host, this.conversation, state);
    this.#room = room;
    this.#host.clock.after(0, () => room.open());
    return room;
  }

  #resumed(room: JoinedRoom, settlement: Settlement, seq: number): void {
    try {
      const reply = replyOf(settlement);
      this.#backoff.reset();
      const reconnected = this.#reconnected;
      this.#reconnected = false;
      this.#fruitless = !reconnected && seq === this.#lastResumedFrom ? this.#fruitless + 1 : 0;
      this.#lastResumedFrom = seq;
      room.resumed(reply, iso(this.#host.serverNow()), reconnected);
      this.#host.flush(this.conversation);
    } catch (error) {
      this.#refused(room, error);
    }
  }

  #refused(room: JoinedRoom, error: unknown): void {
    if (room.closed) return;
    if (error instanceof ParleyError && error.retryable) {
      const delayMs = this.#backoff.next({ atLeastMs: error.retryAfterMs ?? 0 });
      this.#cancelTimer = this.#host.clock.after(delayMs, () => this.resume());
      return;
    }
    const known = error instanceof ParleyError ? error : unexpected(error);
    room.close({ cause: known.code === 'conversation.ended' ? 'ended' : 'lost', error: known });
  }
}

function replyOf(settlement: Settlement): JoinReply {
  if (!settlement.ok) throw settlement.error;
  return readJoinReply(settlement.reply);
}

const unexpected = (cause: unknown) =>
  new ParleyError({
    code: 'client.unexpected_answer',
    message: 'the hub answered a resume in a way that this SDK does not understand',
    cause,
  });
