import type { ConversationView, ParticipantId, ReportedFailure, Seq } from '@parley/core';
import type {
  Floor,
  FloorRequestData,
  FloorRequestReply,
  InterruptReply,
  ReplyData,
  SendOptions,
} from './api.ts';
import type { CommandData } from '@parley/core';
import { longestBarrierMs } from './acknowledgements.ts';
import type { Clock } from './clock.ts';
import { ParleyError } from './errors.ts';
import type { WireEvent } from './events.ts';
import { GrantWatch } from './grant-watch.ts';
import type { WatchedRoom } from './grant-watch.ts';

export interface FloorRoom extends WatchedRoom {
  readonly clock: Clock;
  send(op: string, data: Readonly<Record<string, unknown>>, options?: SendOptions): Promise<ReplyData>;
}

/**
 * The event of a grant that was answered already follows at once, or after the largest `maxLagMs`; where
 * turns wait for views (CS-1), so much later than the last of those.
 */
const GRANT_EVENT_MS_MAX = 5_000;

/**
 * The floor as one participant acts on it. A reply arrives before the event that it speaks of, so
 * what replies said counts until the view has caught up.
 */
export class RoomFloor implements Floor {
  readonly #room: FloorRoom;
  #answered: { readonly grant: Seq; readonly endsAt: string | null } | null = null;
  /** Every grant of mine up to this one is over. */
  #finished: Seq = 0;
  #asked = false;
  #estimate: { readonly waitMs: number; readonly at: number } | null = null;

  constructor(room: FloorRoom) {
    this.#room = room;
  }

  get mine(): Floor['mine'] {
    const { view, me } = this.#room;
    const held = view.floor.holders.find(
      ({ participant, grant }) => participant === me && grant > this.#finished,
    );
    if (held) return { grant: held.grant, endsAt: held.endsAt };
    const answered = this.#answered;
    return answered && answered.grant > Math.max(this.#finished, view.seq) ? answered : null;
  }

  get asked(): boolean {
    return this.#asked;
  }

  get position(): number | null {
    const { view, me } = this.#room;
    return view.floor.queue.find(({ participant }) => participant === me)?.position ?? null;
  }

  get estimatedWaitMs(): number | null {
    if (!this.#estimate || this.position === null) return null;
    return Math.max(0, this.#estimate.waitMs - (this.#room.clock.now() - this.#estimate.at));
  }

  /** Grants up to here are of the past: a watch for the next one leaves them out. */
  get finished(): Seq {
    return this.#finished;
  }

  async request(data: FloorRequestData = {}, options?: SendOptions): Promise<FloorRequestReply> {
    const reply = (await this.#ask('floor.request', { ...data }, options)) as unknown as FloorRequestReply;
    this.#note(reply);
    return reply;
  }

  async cancel(options?: SendOptions): Promise<{ readonly cancelled: boolean }> {
    const { cancelled } = await this.#room.send('floor.cancel', {}, options);
    return { cancelled: cancelled === true };
  }

  async release({
    failed,
    ...options
  }: SendOptions & { readonly failed?: ReportedFailure } = {}): Promise<void> {
    const data = failed === undefined ? {} : { failed };
    const { grant } = await this.#room.send('floor.release', data, options);
    if (typeof grant === 'number') this.over(grant);
  }

  /** After `granted` the floor is {@link mine} already. */
  async interrupt(data: CommandData['floor.interrupt'] = {}, options?: SendOptions): Promise<InterruptReply> {
    const watch = new GrantWatch(this.#room, this.#finished);
    try {
      const reply = (await this.#ask('floor.interrupt', { ...data }, options)) as unknown as InterruptReply &
        Partial<FloorRequestReply>;
      this.#note(reply);
      if (reply.outcome === 'granted' && reply.grant === undefined) {
        const timeout = new AbortController();
        const waitMs = GRANT_EVENT_MS_MAX + longestBarrierMs(this.#room.view);
        const cancel = this.#room.clock.after(waitMs, () => timeout.abort(lateGrant()));
        const signal = options?.signal ? AbortSignal.any([options.signal, timeout.signal]) : timeout.signal;
        try {
          await watch.granted(signal);
        } finally {
          cancel();
        }
      }
      return reply;
    } finally {
      watch.stop();
    }
  }

  async answer(interruption: string, grant: boolean, options?: SendOptions): Promise<void> {
    await this.#room.send('interruption.answer', { interruption, grant }, options);
  }

  async revoke(participant: ParticipantId, reason?: string): Promise<void> {
    await this.#room.send('floor.revoke', { participant, ...(reason !== undefined && { reason }) });
  }

  async extend(ms: number): Promise<void> {
    await this.#room.send('floor.extend', { ms });
  }

  async reorder(participant: ParticipantId, position: number): Promise<void> {
    await this.#room.send('floor.reorder', { participant, position });
  }

  /** The grant that something is to be said under; throws where there is none. */
  require(): Seq {
    const mine = this.mine;
    if (mine) return mine.grant;
    throw new ParleyError({ code: 'floor.not_holder', message: 'You do not hold the floor.' });
  }

  /** That grant, and all before it, are over. */
  over(grant: Seq): void {
    this.#finished = Math.max(this.#finished, grant);
    this.#asked = false;
  }

  receive(event: WireEvent): void {
    switch (event.event) {
      case 'floor.released':
      case 'floor.revoked':
        if (event.data.participant === this.#room.me) this.over(event.data.grant);
        return;
      case 'floor.denied':
      case 'floor.cancelled':
        if (event.data.participant === this.#room.me) this.#asked = false;
        return;
      default:
        return;
    }
  }

  /** A snapshot has replaced what was known: what it does not show is over. */
  reset(view: ConversationView): void {
    if (this.#answered && this.#answered.grant <= view.seq) this.#answered = null;
    this.#asked &&= this.mine !== null || this.position !== null;
  }

  /** The grant can come before the answer: it counts as asked for from now on, unless that is refused. */
  async #ask(op: string, data: Readonly<Record<string, unknown>>, options?: SendOptions): Promise<ReplyData> {
    const before = this.#asked;
    this.#asked = true;
    try {
      return await this.#room.send(op, data, options);
    } catch (error) {
      this.#asked = before;
      throw error;
    }
  }

  #note(reply: Partial<FloorRequestReply> & { readonly endsAt?: unknown }): void {
    if (typeof reply.grant === 'number') {
      const endsAt = typeof reply.endsAt === 'string' ? reply.endsAt : null;
      this.#answered = { grant: reply.grant, endsAt };
    }
    if (typeof reply.estimatedWaitMs === 'number') {
      this.#estimate = { waitMs: reply.estimatedWaitMs, at: this.#room.clock.now() };
    }
  }
}

const lateGrant = () =>
  new ParleyError({
    code: 'client.unexpected_answer',
    message: 'the interruption was granted, but no grant followed',
    retryable: true,
  });
