import type { ParticipantView, SpeechPart } from '@parley/core';
import type { Closing, FloorRequestData, ReconnectOptions, Room, Turn } from './api.ts';
import { Backoff } from './backoff.ts';
import type { AgentAnswers } from './agent-answers.ts';
import { Answering } from './agent-answers.ts';
import { failureOf } from './agent-failure.ts';
import { speak } from './agent-speech.ts';
import { pause } from './cancellation.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { isParleyError, ParleyError } from './errors.ts';
import type { WireEvent } from './events.ts';
import type { TranscriptLine, UtteranceLine } from './transcript-lines.ts';

/** What an agent is given when it has the floor. */
export interface AgentTurn {
  readonly room: Room;
  /** What happened since it last spoke (or since the transcript begins), in order. */
  readonly transcript: readonly TranscriptLine[];
  /** Somebody meant it, by id or as `@name`, since it last spoke. */
  readonly addressed: boolean;
  readonly participants: readonly ParticipantView[];
  /** Says whom the end of this turn is meant for, and whether an answer is wanted. The last call counts. */
  close(closing: Closing): void;
}

/** How an agent that is running wakes itself. */
export interface AgentControl {
  readonly room: Room;
  /** Wants a turn, also where no event is a reason; `request` goes with the request for the floor. */
  want(request?: FloorRequestData): void;
}

/** LA-1: a program that takes turns. */
export interface Agent extends AgentAnswers {
  readonly name: string;
  /** What it says, whole or in pieces. `signal` aborts when the floor is lost: nothing is heard any more. */
  onTurn(turn: AgentTurn, signal: AbortSignal): AsyncIterable<string | SpeechPart> | Promise<string>;
  /** The run begins; what it answers is called when the run is over. */
  begin?(control: AgentControl): void | (() => void);
  /** Every event of the room. */
  onEvent?(event: WireEvent): void | Promise<void>;
  /**
   * Asked at the start and after each event of the log. Left out, the agent wants the floor when it is
   * idle at the start, and after each utterance of somebody else; where turns are bid for and it has
   * `bid`, that says it. A floor that is offered unasked (RoundRobin) is passed on when it is not wanted.
   */
  wantsFloor?(room: Room): boolean;
}

export interface RunAgentOptions {
  /** Ends the run; the floor and any request for it are given back. */
  readonly signal?: AbortSignal;
  /** Sent with each request for the floor. */
  readonly request?: FloorRequestData;
  /**
   * Most milliseconds that the agent may take for its first word, and from each piece to the next; then its
   * signal aborts and the floor is given back. Left out, the hub's timers end the turn (`firstContentMs`).
   */
  readonly answerMs?: number;
  /** Told each failure that the run survives. */
  readonly onError?: (error: unknown) => void;
  /** Failed turns in a row after which the run gives up. Default 5. The hub mutes sooner, by default (DG-3). */
  readonly maxFailures?: number;
  /** Pauses between failed turns. Default 1 s to 60 s. */
  readonly backoff?: ReconnectOptions;
  readonly clock?: Clock;
}

/**
 * Lets an agent take part in a room until `signal` aborts or the room is over (then it resolves).
 * Rejects with `client.agent_failed` after too many failed turns in a row, or with the room's error
 * when it was closed from outside.
 */
export async function runAgent(room: Room, agent: Agent, options: RunAgentOptions = {}): Promise<void> {
  const run = new AgentRun(room, agent, options);
  try {
    await run.untilOver();
  } finally {
    run.stop();
  }
}

class AgentRun {
  readonly #room: Room;
  readonly #agent: Agent;
  readonly #options: RunAgentOptions;
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  /** Aborts when there is nothing left to run for. */
  readonly #over = new AbortController();
  readonly #stops: (() => void)[] = [];
  readonly #answering: Answering;
  #wanted = false;
  /** A turn is asked for, or held. */
  #busy = false;
  #wake: () => void = () => {};
  #failures = 0;
  /** What the agent itself said of its wish. */
  #request: FloorRequestData = {};

  constructor(room: Room, agent: Agent, options: RunAgentOptions) {
    this.#room = room;
    this.#agent = agent;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#backoff = new Backoff({ minMs: 1_000, maxMs: 60_000, ...options.backoff });
    this.#answering = new Answering(room, agent, (error) => this.#report(error));
    const end = () => {
      this.#over.abort();
      this.#wake();
    };
    this.#stops.push(
      room.on((event) => this.#receive(event)),
      room.onClosed(end),
      room.onReset(() => this.#answering.look()),
    );
    if (room.closed || room.view.status === 'ended' || options.signal?.aborted) end();
    options.signal?.addEventListener('abort', end, { once: true });
    this.#stops.push(() => options.signal?.removeEventListener('abort', end));
    this.#wanted = this.#wantsAtStart();
    this.#begin();
    if (!this.#over.signal.aborted) this.#answering.look();
  }

  async untilOver(): Promise<void> {
    while (!this.#over.signal.aborted) {
      if (this.#wanted) await this.#takeTurn();
      else await this.#nextWish();
    }
    const error = this.#room.closed?.error;
    if (error && error.code !== 'conversation.ended' && !this.#options.signal?.aborted) throw error;
  }

  stop(): void {
    this.#over.abort();
    for (const stop of this.#stops) stop();
  }

  #begin(): void {
    try {
      const end = this.#agent.begin?.({ room: this.#room, want: (request) => this.#want(request) });
      if (end) this.#stops.push(end);
    } catch (error) {
      this.#report(error);
    }
  }

  #want(request: FloorRequestData = {}): void {
    if (this.#over.signal.aborted) return;
    this.#request = request;
    this.#wanted = true;
    this.#wake();
  }

  #wantsAtStart(): boolean {
    if (this.#agent.wantsFloor) return this.#asks();
    return this.#room.view.floor.phase === 'idle' || this.#room.floor.mine !== null;
  }

  #receive(event: WireEvent): void {
    this.#pass(event);
    this.#answering.receive(event);
    if (event.event === 'floor.granted' && event.data.participant === this.#room.me && !this.#busy) {
      this.#offered(event.data.cause);
    } else if (event.event === 'conversation.ended') {
      this.#over.abort();
      this.#wake();
    } else if (event.seq !== undefined && this.#isReason(event)) {
      this.#wanted = true;
      this.#wake();
    }
  }

  /** The floor without having asked for it now: a bid that won, a turn in the round, the rest of one. */
  #offered(cause: string): void {
    // What the program has asked for itself is its own to use.
    const { asked } = this.#room.floor;
    if (this.#wanted || this.#asks() || (cause === 'bid' && !asked)) {
      this.#wanted = true;
      this.#wake();
    } else if (!asked) void this.#letGo();
  }

  #isReason(event: WireEvent): boolean {
    if (this.#agent.wantsFloor) return this.#asks();
    if (this.#agent.bid && this.#room.view.config.floor.strategy.kind === 'bidding') return false;
    return event.event === 'speech.ended' && event.data.participant !== this.#room.me;
  }

  #asks(): boolean {
    try {
      return this.#agent.wantsFloor?.(this.#room) ?? false;
    } catch (error) {
      this.#report(error);
      return false;
    }
  }

  #pass(event: WireEvent): void {
    try {
      const answer = this.#agent.onEvent?.(event);
      if (answer) answer.catch((error: unknown) => this.#report(error));
    } catch (error) {
      this.#report(error);
    }
  }

  #nextWish(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#wanted || this.#over.signal.aborted) resolve();
    });
  }

  async #takeTurn(): Promise<void> {
    this.#busy = true;
    try {
      await this.#room.withFloor((turn) => this.#speak(turn), {
        ...this.#options.request,
        ...this.#request,
        signal: this.#over.signal,
        // For the next turn it is asked again what it bids.
        retry: !this.#agent.bid,
        failed: failureOf,
      });
      this.#failures = 0;
      this.#backoff.reset();
    } catch (error) {
      await this.#survive(error);
    } finally {
      this.#busy = false;
      // Offered again in the very batch that ended the turn.
      if (this.#room.floor.mine) this.#offered('');
    }
  }

  async #speak(turn: Turn): Promise<void> {
    // What is said from now on is a reason for the next turn, not for this one.
    this.#wanted = false;
    this.#request = {};
    let ending: Closing = {};
    const situation = { ...this.#situation(), close: (closing: Closing) => void (ending = closing) };
    try {
      const { answerMs = null } = this.#options;
      const answer = (signal: AbortSignal) => this.#agent.onTurn(situation, signal);
      await speak(turn, answer, { clock: this.#clock, answerMs, closing: () => ending });
    } catch (error) {
      // The turn was lost: whatever the agent makes of its abort is no failure of its own.
      if (turn.signal.aborted) return this.#tellIfLate(turn.signal.reason);
      this.#wanted = true;
      throw error;
    }
  }

  /** DG-3: the hub took the floor back because nothing was said, and counts that as a failure. */
  #tellIfLate(reason: unknown): void {
    const cause = isParleyError(reason, 'client.floor_lost') ? reason.details['cause'] : null;
    if (cause === 'no_content' || cause === 'inactive') this.#report(reason);
  }

  #situation(): Omit<AgentTurn, 'close'> {
    const { transcript, me, outline, self } = this.#room;
    const mine = transcript.findLastIndex(
      (line) => line.kind === 'utterance' && line.participant === me && line.status === 'ended',
    );
    const since = transcript.slice(mine + 1);
    const handle = `@${self?.displayName ?? this.#agent.name}`.toLowerCase();
    const means = (line: UtteranceLine) =>
      line.addressedTo.includes(me) || line.text.toLowerCase().includes(handle);
    return {
      room: this.#room,
      transcript: since,
      addressed: since.some((line) => line.kind === 'utterance' && line.participant !== me && means(line)),
      participants: outline.participants,
    };
  }

  async #survive(error: unknown): Promise<void> {
    if (this.#over.signal.aborted) return;
    if (error instanceof ParleyError) {
      // The request came to nothing; the next reason to speak is the next chance.
      if (error.code === 'client.floor_lost' || error.code === 'conversation.paused') {
        this.#wanted = false;
        return;
      }
      if (error.code === 'conversation.ended') return this.#over.abort();
      if (error.retryable) {
        this.#report(error);
        return this.#pause(error.retryAfterMs ?? 0);
      }
    }
    this.#failures += 1;
    const { maxFailures = 5 } = this.#options;
    if (this.#failures >= maxFailures) {
      throw new ParleyError({
        code: 'client.agent_failed',
        message: `${this.#agent.name} failed in ${this.#failures} turns in a row: ${String(error)}`,
        details: { failures: this.#failures },
        cause: error,
      });
    }
    this.#report(error);
    await this.#pause(0);
  }

  /** The floor was offered, and is not wanted. */
  async #letGo(): Promise<void> {
    try {
      await this.#room.floor.release();
    } catch (error) {
      if (!this.#room.closed && this.#room.floor.mine) this.#report(error);
    }
  }

  #pause(atLeastMs: number): Promise<void> {
    const delayMs = this.#backoff.next({ atLeastMs });
    return pause((ms, fn) => this.#clock.after(ms, fn), delayMs, this.#over.signal);
  }

  #report(error: unknown): void {
    if (this.#options.onError) this.#options.onError(error);
    else console.error(error);
  }
}
