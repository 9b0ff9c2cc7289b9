import type { ConversationView, ParticipantId, ParticipantView } from '@parley/core';
import type { CatchUp, ResumeState, RoomClosed, ViewLag } from './api.ts';
import { ParleyError } from './errors.ts';
import { EventQueue } from './event-queue.ts';
import type { DurableWireEvent, WireEvent } from './events.ts';
import { Listeners } from './listeners.ts';
import type { RoomState } from './room-state.ts';
import type { TranscriptLine } from './transcript-lines.ts';
import type { JoinReply } from './wire-frames.ts';

/** Held for a slow reader of {@link RoomFeed.events}: a few megabytes at most. */
const EVENT_BUFFER = 4_096;

/** The half of a room that listens: takes in what the connection hands over and tells whoever asked. */
export abstract class RoomFeed {
  readonly id: string;
  readonly #state: RoomState;
  readonly #events: Listeners<WireEvent>;
  readonly #resets: Listeners<CatchUp>;
  readonly #closings: Listeners<RoomClosed>;
  readonly #changes: Listeners<void>;
  readonly #report: (error: unknown) => void;
  /** Events that came before whoever joined could listen; null from then on. */
  #held: WireEvent[] | null = [];
  #live = true;
  #awaitingResume = false;
  #closed: RoomClosed | null = null;
  #changeDue = false;

  constructor(conversation: string, state: RoomState, report: (error: unknown) => void) {
    this.id = conversation;
    this.#state = state;
    this.#report = report;
    this.#events = new Listeners(report);
    this.#resets = new Listeners(report);
    this.#closings = new Listeners(report);
    this.#changes = new Listeners(report);
  }

  get me(): ParticipantId {
    return this.#state.resume.participant;
  }

  get self(): ParticipantView | undefined {
    return this.outline.participants.find(({ id }) => id === this.me);
  }

  get view(): ConversationView {
    return this.#state.view;
  }

  get outline(): ConversationView {
    return this.#state.outline;
  }

  get transcript(): readonly TranscriptLine[] {
    return this.#state.transcript.lines;
  }

  get resume(): ResumeState {
    return this.#state.resume;
  }

  get catchUp(): CatchUp {
    return this.#state.catchUp;
  }

  get webhookSecret(): string | null {
    return this.#state.webhookSecret;
  }

  protected learnWebhookSecret(secret: string | null): void {
    this.#state.webhookSecret = secret;
  }

  get lag(): ViewLag | null {
    return this.#state.lag;
  }

  get closed(): RoomClosed | null {
    return this.#closed;
  }

  get live(): boolean {
    return this.#live;
  }

  subscribe(fn: () => void): () => void {
    return this.#changes.add(fn);
  }

  on(fn: (event: WireEvent) => void): () => void {
    return this.#events.add(fn);
  }

  onReset(fn: (catchUp: CatchUp) => void): () => void {
    return this.#resets.add(fn);
  }

  onClosed(fn: (closed: RoomClosed) => void): () => void {
    return this.#closings.add(fn);
  }

  events(
    options: { readonly signal?: AbortSignal; readonly buffer?: number } = {},
  ): AsyncIterableIterator<WireEvent> {
    const { signal, buffer = EVENT_BUFFER } = options;
    const stops: (() => void)[] = [];
    const queue = new EventQueue<WireEvent>(buffer, () => {
      for (const stop of stops) stop();
    });
    const abort = () => queue.end(signal?.reason);
    stops.push(
      this.#events.add((event) => queue.push(event)),
      this.#closings.add(({ error }) => queue.end(error)),
      () => signal?.removeEventListener('abort', abort),
    );
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    if (this.#closed) queue.end(this.#closed.error);
    return queue;
  }

  addHistory(events: readonly DurableWireEvent[]): void {
    this.#state.transcript.prepend(events, this.view);
    this.#changed();
  }

  /**
   * Lets events through. Until then they are held: the first ones can come in the same breath as the
   * answer to the join, before the caller of `join` has its room.
   */
  open(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const event of held) this.receive(event);
  }

  /** One event of this room, as it came. */
  receive(event: WireEvent): void {
    if (this.#closed) return;
    if (this.#held) {
      this.#held.push(event);
      return;
    }
    // What is durable comes again once the hole is closed; what is ephemeral does not.
    if (this.#awaitingResume && event.seq !== undefined) return;
    const verdict = this.#fold(event);
    if (verdict === 'duplicate') return;
    if (verdict === 'gap') {
      this.#awaitingResume = true;
      this.resumeNeeded();
      return;
    }
    this.noticed(event);
    this.#events.tell(event);
    this.#changed();
    this.#closeIfOut(event);
  }

  /** The answer to a resume. `reconnected`: over a new connection, not just after a gap. */
  resumed(reply: JoinReply, at: string, reconnected: boolean): void {
    if (this.#closed) return;
    this.#awaitingResume = false;
    this.#live = true;
    const replaced = this.#state.resumed(reply, at);
    this.becameLive(replaced, reconnected ? reply.catchUp.state : null);
    if (replaced) this.#resets.tell(reply.catchUp);
    this.#changed();
  }

  /** The connection was lost; a resume will follow. */
  interrupted(): void {
    this.#live = false;
    this.#awaitingResume = true;
    this.#changed();
  }

  close(closed: RoomClosed): void {
    if (this.#closed) return;
    this.#closed = closed;
    this.#live = false;
    this.ended(closed);
    this.#closings.tell(closed);
    this.#changed();
  }

  report(error: unknown): void {
    this.#report(error);
  }

  /** Ask the hub for what is missing. */
  protected abstract resumeNeeded(): void;
  /** An event was folded in and is about to be told. */
  protected abstract noticed(event: WireEvent): void;
  /** Resumed; `speaking` is the hub's view of it where the connection is a new one. */
  protected abstract becameLive(replaced: boolean, hubView: ConversationView | null): void;
  protected abstract ended(closed: RoomClosed): void;

  /** An event that makes no sense must not keep those behind it from being heard. */
  #fold(event: WireEvent): ReturnType<RoomState['receive']> {
    try {
      return this.#state.receive(event);
    } catch (error) {
      this.#report(error);
      return 'duplicate';
    }
  }

  #closeIfOut(event: WireEvent): void {
    if (event.event === 'participant.left' && event.data.participant === this.me) {
      const { cause } = event.data;
      this.close({ cause, error: cause === 'left' || cause === 'ended' ? null : removed(cause) });
    } else if (event.event === 'session.replaced') this.close({ cause: 'replaced', error: replacedError() });
  }

  /** Many events of one moment are one change to whoever draws. */
  #changed(): void {
    if (this.#changeDue) return;
    this.#changeDue = true;
    queueMicrotask(() => {
      this.#changeDue = false;
      this.#changes.tell();
    });
  }
}

const removed = (cause: string) =>
  new ParleyError({
    code: 'participant.not_joined',
    message: `you are not in this conversation any more (${cause})`,
    details: { cause },
  });

const replacedError = () =>
  new ParleyError({ code: 'client.replaced', message: 'the same participant connected elsewhere' });
