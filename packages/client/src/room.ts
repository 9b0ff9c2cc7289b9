import type { CommandData, ConversationView, ParticipantId, Seq } from '@parley/core';
import type { ReplyData, Room, RoomClosed, SayOptions, SendOptions, Turn, Utterance } from './api.ts';
import { Acknowledgements, termsOf } from './acknowledgements.ts';
import { RoomBids } from './bids.ts';
import { RoomBridges } from './bridges.ts';
import { abortable } from './cancellation.ts';
import type { Clock } from './clock.ts';
import { ParleyError } from './errors.ts';
import type { WireEvent } from './events.ts';
import { RoomFloor } from './floor.ts';
import { RoomFeed } from './room-feed.ts';
import type { RoomState } from './room-state.ts';
import { say, startUtterance } from './speech.ts';
import type { LiveUtterance, UtterOptions } from './speech.ts';
import type { TurnRequest, TurnRoom } from './turn.ts';
import { withFloor } from './turn.ts';

type Data = Readonly<Record<string, unknown>>;

/** What a room needs of its connection. */
export interface RoomHost {
  readonly clock: Clock;
  command(conversation: string, op: string, data: Data, options: SendOptions): Promise<ReplyData>;
  /** Everything up to `seq` has arrived; nobody answers. */
  acknowledge(conversation: string, seq: Seq): void;
  sendPiece(conversation: string, stream: number, piece: number, data: Data): void;
  openStream(utterance: LiveUtterance): number;
  closeStream(stream: number): void;
  /** Events are missing: asks the hub for them. */
  requestResume(room: JoinedRoom): void;
  /** The room is over: nothing is to be routed to it any more. */
  forget(room: JoinedRoom, closed: RoomClosed): void;
  report(error: unknown): void;
}

/** A conversation as one participant sees it and acts in it. */
export class JoinedRoom extends RoomFeed implements Room, TurnRoom {
  readonly floor: RoomFloor;
  readonly bids: RoomBids;
  readonly bridges: RoomBridges;
  readonly clock: Clock;
  readonly #host: RoomHost;
  readonly #streams = new Map<number, LiveUtterance>();
  readonly #acknowledgements: Acknowledgements;
  /** Own utterances that are said, but whose event has not come yet. */
  #unheard = 0;
  /** The end of the latest {@link withFloor}: the next one follows it. */
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(host: RoomHost, conversation: string, state: RoomState) {
    super(conversation, state, (error) => host.report(error));
    this.#host = host;
    this.clock = host.clock;
    this.floor = new RoomFloor(this);
    this.bids = new RoomBids(this);
    this.bridges = new RoomBridges(this);
    this.#acknowledgements = new Acknowledgements(this, host.clock, (seq) =>
      host.acknowledge(conversation, seq),
    );
  }

  send(op: string, data: Data = {}, options: SendOptions = {}): Promise<ReplyData> {
    if (this.closed) return Promise.reject(closedError(this.closed));
    const reply = this.#host.command(this.id, op, data, options);
    if (op === 'speech' || op === 'speech.end') {
      this.#unheard += 1;
      reply.catch(() => (this.#unheard = Math.max(0, this.#unheard - 1)));
    }
    return reply;
  }

  async say(text: string, options: SayOptions = {}): Promise<{ readonly utterance: string }> {
    const grant = this.floor.require();
    const reply = await say(this, grant, text, options);
    if (options.final !== false) this.floor.over(grant);
    return reply;
  }

  async utter(options: UtterOptions = {}): Promise<Utterance> {
    return startUtterance(this, this.floor.require(), options);
  }

  withFloor<T>(work: (turn: Turn) => Promise<T>, request: TurnRequest = {}): Promise<T> {
    const before = this.#lastTurn;
    const turn = (async () => {
      await abortable(before, request.signal);
      request.signal?.throwIfAborted();
      return withFloor(this, work, request);
    })();
    // Whoever comes next waits for this turn, but its failure is the caller's alone.
    this.#lastTurn = Promise.allSettled([before, turn]);
    return turn;
  }

  async vote(
    ballot: string,
    choice: CommandData['vote.cast']['choice'],
    options?: SendOptions,
  ): Promise<void> {
    await this.send('vote.cast', { ballot, choice }, options);
  }

  async mint(participant: ParticipantId, value: number, reason?: string) {
    const { balance, escrow } = await this.send('credits.mint', { participant, value, reason });
    return { balance: Number(balance), escrow: Number(escrow) };
  }

  async mute(
    participant: ParticipantId,
    { reason, ms }: { readonly reason?: string; readonly ms?: number } = {},
  ): Promise<void> {
    await this.send('participant.mute', { participant, reason, ms });
  }

  async unmute(participant: ParticipantId): Promise<boolean> {
    return (await this.send('participant.unmute', { participant }))['unmuted'] === true;
  }

  async react(to: Seq | string, kind: string, rating?: number): Promise<void> {
    await this.send('reaction.add', { to, kind, rating });
  }

  async signal(kind: CommandData['signal']['kind'], text?: string): Promise<void> {
    await this.send('signal', { kind, text });
  }

  async setTopic(topic: string, options?: SendOptions): Promise<void> {
    await this.#agree('topic.set', { topic }, options);
  }

  openItem(item: CommandData['item.open'], options?: SendOptions): Promise<ReplyData> {
    return this.#agree('item.open', { ...item }, options);
  }

  async resolveItem(item: string, resolution: string, options?: SendOptions): Promise<void> {
    await this.#agree('item.resolve', { item, resolution }, options);
  }

  recordDecision(
    decision: Omit<CommandData['decision.record'], 'basedOn'> & { readonly basedOn?: Seq },
    options?: SendOptions,
  ): Promise<ReplyData> {
    return this.#agree('decision.record', { basedOn: this.resume.seq, ...decision }, options);
  }

  /**
   * Changes what all share. Whoever has a strong view does so on what has been said, or not at all (CS-1);
   * what one said oneself is known before its event comes.
   */
  #agree(op: string, data: Data, options: SendOptions = {}): Promise<ReplyData> {
    const strong = (termsOf(this)?.barrierTimeoutMs ?? null) !== null && this.#unheard === 0;
    return this.send(op, data, strong ? { basedOn: this.resume.seq, ...options } : options);
  }

  override interrupted(): void {
    this.#acknowledgements.stop();
    super.interrupted();
  }

  async setPresence(status: CommandData['presence.set']['status'], expectedReturn?: string): Promise<void> {
    await this.send('presence.set', { status, expectedReturn });
  }

  async subscribeTopics(topics: readonly string[], interests?: readonly string[]): Promise<void> {
    await this.send('subscribe', { topics, interests });
  }

  async setWebhook(url: string | null): Promise<string | null> {
    const { webhookSecret } = await this.send('webhook.set', { url });
    this.learnWebhookSecret(typeof webhookSecret === 'string' ? webhookSecret : null);
    return this.webhookSecret;
  }

  async leave(reason?: string): Promise<void> {
    try {
      await this.send('conversation.leave', { reason });
    } catch (error) {
      // The event that one has left may come before the answer.
      if (this.closed?.cause !== 'left') throw error;
    }
    this.close({ cause: 'left', error: null });
  }

  sendPiece(stream: number, piece: number, data: Data): void {
    this.#host.sendPiece(this.id, stream, piece, data);
  }

  openStream(utterance: LiveUtterance): number {
    const stream = this.#host.openStream(utterance);
    this.#streams.set(stream, utterance);
    return stream;
  }

  closeStream(stream: number): void {
    this.#streams.delete(stream);
    this.#host.closeStream(stream);
  }

  protected override resumeNeeded(): void {
    this.#host.requestResume(this);
  }

  protected override noticed(event: WireEvent): void {
    this.floor.receive(event);
    this.#acknowledgements.received(event);
    if (event.event === 'speech.ended' && event.data.participant === this.me) {
      this.#unheard = Math.max(0, this.#unheard - 1);
    }
    if (event.event === 'floor.released' || event.event === 'floor.revoked') {
      const { participant, grant } = event.data;
      const cause = event.event === 'floor.released' ? 'released' : event.data.cause;
      if (participant === this.me) this.#cut((utterance) => utterance.grant === grant, floorLost(cause));
    }
  }

  protected override becameLive(replaced: boolean, hubView: ConversationView | null): void {
    this.#acknowledgements.resumed();
    if (replaced) this.#unheard = 0;
    if (replaced) {
      this.floor.reset(this.view);
      const held = new Set(this.view.floor.holders.map(({ grant }) => grant));
      this.#cut(
        (utterance) => utterance.grant <= this.view.seq && !held.has(utterance.grant),
        floorLost('missed'),
      );
    }
    if (hubView) for (const utterance of this.#streams.values()) utterance.resumed(hubView);
  }

  protected override ended(closed: RoomClosed): void {
    this.#acknowledgements.stop();
    this.#cut(() => true, closedError(closed));
    this.#host.forget(this, closed);
  }

  #cut(which: (utterance: LiveUtterance) => boolean, error: ParleyError): void {
    for (const utterance of [...this.#streams.values()]) if (which(utterance)) utterance.cut(error);
  }
}

export const closedError = ({ cause, error }: RoomClosed): ParleyError =>
  error ??
  new ParleyError({ code: 'client.closed', message: `the room is closed (${cause})`, details: { cause } });

const floorLost = (cause: string) =>
  new ParleyError({
    code: 'client.floor_lost',
    message: `the floor was lost (${cause})`,
    details: { cause },
  });
