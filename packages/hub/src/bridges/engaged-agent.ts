import type { Agent, AgentControl, AgentTurn, FloorRequestData, Room, WireEvent } from '@parley/client';
import type { ConversationView, Millis, SpeechPart, Variant } from '@parley/core';
import { engagementOf, iso } from '@parley/core';
import type { Clock } from '../ports/clock.ts';
import type { Readiness } from './bridge.ts';
import { canRequest } from './can-request.ts';
import { judged, occasionOf } from './occasion.ts';
import { Postponed } from './postponed.ts';

/** How much a participant wants a turn where it was not asked how much: neither urgent nor idle. */
const USUAL_URGENCY = 0.5;
/** So long it may hold a floor, offered or bid for, before it can be called: not long for those who wait. */
const HOLD_MS: Millis = 5_000;
/** Whoever has to wait longer says so: below it nobody would read it. */
const SAYS_SO_MS: Millis = 2_000;
/** A turn that did not come about is not tried again at once: each try takes the floor from somebody. */
const POSTPONED_MS: Millis = 1_000;

interface EngagedOptions {
  readonly clock: Clock;
  readonly readiness: Readiness;
  /** A call that was not made. */
  readonly spared: () => void;
  readonly onError: (error: unknown) => void;
}

/**
 * An agent that only answers when called, with an engagement that says when to call it. Where turns are bid
 * for, whoever wants one bids as any participant would; where they are not, the answer of one that is asked
 * how much it wants the next turn becomes its request.
 */
export class EngagedAgent implements Agent {
  readonly name: string;
  readonly vote?: NonNullable<Agent['vote']>;
  readonly onInterruption?: NonNullable<Agent['onInterruption']>;
  readonly #inner: Agent;
  readonly #settings: Variant;
  readonly #options: EngagedOptions;
  #control: AgentControl | null = null;
  /** There was an occasion since its last turn began, or it wants one by itself. */
  #wish = false;
  #cancelSilence: () => void = () => undefined;
  /** It waits until it can be called; null where it does not. */
  #cancelComeback: (() => void) | null = null;
  /** How often it was asked after a turn: an answer to any but the latest is of no interest any more. */
  #asking = 0;

  constructor(inner: Agent, settings: Variant, options: EngagedOptions) {
    this.name = inner.name;
    this.#inner = inner;
    this.#settings = settings;
    this.#options = options;
    if (inner.vote) this.vote = inner.vote.bind(inner);
    if (inner.onInterruption) this.onInterruption = inner.onInterruption.bind(inner);
  }

  begin(control: AgentControl): () => void {
    this.#control = control;
    // What it wants by itself is a wish like any other, also where turns are bid for.
    const end = this.#inner.begin?.({ room: control.room, want: (request = {}) => this.#want(request) });
    this.#wish = this.#missedOccasion(control.room);
    if (this.wantsFloor(control.room)) control.want();
    this.#awaitSilence();
    return () => {
      this.#cancelSilence();
      this.#cancelComeback?.();
      this.#cancelComeback = null;
      this.#control = null;
      end?.();
    };
  }

  onTurn(turn: AgentTurn, signal: AbortSignal) {
    this.#wish = false;
    const said = this.#inner.onTurn(turn, signal);
    if (Symbol.asyncIterator in said) return this.#streamed(said);
    return said.catch((error: unknown) => {
      this.#postpone(error);
      return '';
    });
  }

  async onEvent(event: WireEvent): Promise<void> {
    this.#notice(event);
    await this.#inner.onEvent?.(event);
  }

  wantsFloor(room: Room): boolean {
    if (room.floor.mine) {
      return (this.#wish || engagementOf(this.#settings).takesOffers) && this.#isReady(room, HOLD_MS);
    }
    // Where turns are bid for, the window asks.
    return this.#wish && !takesBids(room.view) && canRequest(room.view, room.me) && this.#isReady(room);
  }

  async bid(view: ConversationView) {
    if (engagementOf(this.#settings).bids) return this.#asked(view);
    const room = this.#control?.room;
    return this.#wish && room && this.#isReady(room, HOLD_MS) ? { urgency: USUAL_URGENCY } : null;
  }

  async *#streamed(said: AsyncIterable<string | SpeechPart>): AsyncGenerator<string | SpeechPart> {
    try {
      yield* said;
    } catch (error) {
      this.#postpone(error);
    }
  }

  /** AI-3: a wish outlives a turn that could not be had; every other error is the caller's. */
  #postpone(error: unknown): void {
    if (!(error instanceof Postponed)) throw error;
    this.#options.onError(error);
    this.#wish = true;
    this.#comeBack(Math.max(this.#options.readiness.readyInMs() ?? 0, POSTPONED_MS));
  }

  /** Whether it can be called within that time. Where not, it comes back by itself once it can, if ever. */
  #isReady(room: Room, withinMs: Millis = 0): boolean {
    // Postponed just now: the wait is on.
    if (this.#cancelComeback) return false;
    const readyInMs = this.#options.readiness.readyInMs();
    if (readyInMs === null) {
      this.#wish = false;
      this.#options.spared();
      return false;
    }
    if (readyInMs <= withinMs) return true;
    this.#comeBack(readyInMs);
    if (readyInMs >= SAYS_SO_MS && this.#control) {
      const expectedReturn = iso(this.#options.clock.now() + readyInMs);
      room.setPresence('away', expectedReturn).catch(this.#options.onError);
    }
    return false;
  }

  #comeBack(ms: Millis): void {
    this.#cancelComeback ??= this.#options.clock.after(ms, () => {
      this.#cancelComeback = null;
      const room = this.#control?.room;
      if (!room) return;
      if (room.self?.presence.status === 'away') {
        room.setPresence('active').catch(this.#options.onError);
      }
      if (this.#wantsNow(room)) {
        this.#control?.want(takesBids(room.view) ? { urgency: USUAL_URGENCY } : {});
      }
    });
  }

  /** Also where turns are bid for: the window in which it could not bid may have been the last one. */
  #wantsNow(room: Room): boolean {
    if (room.floor.mine || !takesBids(room.view)) return this.wantsFloor(room);
    return this.#wish && canBid(room.view, room.me) && this.#isReady(room);
  }

  #notice(event: WireEvent): void {
    const room = this.#control?.room;
    if (!room) return;
    const occasion = occasionOf(event, room);
    if (occasion && engagementOf(this.#settings).wants(occasion)) this.#wish = true;
    if (event.event === 'speech.ended' || event.event === 'speech.delta') this.#awaitSilence();
    // Whoever spoke last is not asked whether it goes on.
    const ended =
      (event.event === 'floor.released' || event.event === 'floor.revoked') &&
      event.data.participant !== room.me;
    if (ended && engagementOf(this.#settings).bids && !takesBids(room.view)) void this.#askAfterTurn(room);
  }

  /** Something that was meant for it, said since it last spoke: most likely while it was away. */
  #missedOccasion(room: Room): boolean {
    const { transcript, me } = room;
    const engagement = engagementOf(this.#settings);
    const mine = transcript.findLastIndex((line) => line.kind === 'utterance' && line.participant === me);
    return transcript
      .slice(mine + 1)
      .some(
        (line) =>
          line.kind === 'utterance' &&
          line.participant !== me &&
          line.status === 'ended' &&
          engagement.wants(judged(line, room)),
      );
  }

  #awaitSilence(): void {
    const ms = engagementOf(this.#settings).silenceMs(this.#settings);
    this.#cancelSilence();
    if (ms === null) return;
    this.#cancelSilence = this.#options.clock.after(ms, () => {
      const room = this.#control?.room;
      // Whoever has the floor may yet speak. Either way the wait begins anew.
      if (room && room.view.floor.holders.length === 0 && canRequest(room.view, room.me)) {
        // A wish first: where it cannot be called yet, it comes back with it.
        this.#wish = true;
        if (this.#isReady(room)) this.#want({});
      }
      this.#awaitSilence();
    });
  }

  async #askAfterTurn(room: Room): Promise<void> {
    const asking = (this.#asking += 1);
    try {
      const wanted = await this.#asked(room.view);
      const late = asking !== this.#asking || this.#control === null || !canRequest(room.view, room.me);
      if (wanted === null || late) return;
      const { urgency, estimatedMs, preview } = wanted;
      this.#want({
        urgency,
        ...(estimatedMs === undefined ? {} : { estimatedMs }),
        ...(preview === undefined ? {} : { preview }),
      });
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Asks the participant itself, and nobody in vain. */
  async #asked(view: ConversationView) {
    const me = this.#control?.room.me ?? '';
    if (!this.#inner.bid || !canBid(view, me)) {
      this.#options.spared();
      return null;
    }
    return await this.#inner.bid(view);
  }

  #want(request: FloorRequestData): void {
    this.#wish = true;
    this.#control?.want(request);
  }
}

const takesBids = (view: ConversationView): boolean => view.config.floor.strategy.kind === 'bidding';

/** A bid in an open window may replace a request that waits for it. */
function canBid(view: ConversationView, me: string): boolean {
  if (!view.floor.window) return canRequest(view, me);
  const waiting = view.floor.queue.filter(({ participant }) => participant !== me);
  return canRequest({ ...view, floor: { ...view.floor, queue: waiting } }, me);
}
