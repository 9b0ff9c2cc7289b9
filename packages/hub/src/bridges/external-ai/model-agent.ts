import type { Agent, AgentControl, AgentTurn, CatchUpSummary, Room, WireEvent } from '@parley/client';
import type { BridgeProblem, ConversationView, Millis } from '@parley/core';
import type { LanguageModel } from 'ai';
import type { Clock } from '../../ports/clock.ts';
import type { BridgeMetrics, Readiness } from '../bridge.ts';
import { Postponed } from '../postponed.ts';
import { Setbacks } from '../../models/setbacks.ts';
import { bidIn, BID_PURPOSE } from '../bid-answer.ts';
import type { CallQueue, Permit } from './call-queue.ts';
import { TooLate } from './call-queue.ts';
import type { Call } from './model-call.ts';
import { answered, streamed } from './model-call.ts';
import type { Prompt } from './prompt.ts';
import { promptOf } from './prompt.ts';
import { ServiceError } from '../../models/service-error.ts';
import type { Cost, Reserve, Spending, Usage } from './spending.ts';

export interface ModelAgentOptions {
  readonly name: string;
  readonly model: LanguageModel;
  readonly instructions?: string;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** All of them have to let a call through: the bridge's own, then the service's. */
  readonly queues: readonly CallQueue[];
  readonly spending: Spending;
  readonly costOf: (usage: Usage) => Cost | null;
  readonly clock: Clock;
  readonly metrics: BridgeMetrics;
  readonly report: (problem: BridgeProblem | null) => void;
  readonly failed: (error: unknown) => void;
  /** Aborts when the bridge is over, and with it what was asked between turns. */
  readonly signal: AbortSignal;
}

type Outcome = 'ok' | 'failed' | 'aborted';

/** What a call has to have before it goes out. */
interface Leave {
  readonly reserve: Reserve;
  readonly permits: readonly Permit[];
}

const KIND = 'externalAI';
/** So long it may hold the floor before its call goes out. */
const TURN_WAIT_MS: Millis = 5_000;
/** Bids are asked for once a turn: short prompts, short answers, in little time. */
const BID_CONTEXT_TOKENS = 3_000;
const BID_OUTPUT_TOKENS = 200;
const BID_MS_MAX: Millis = 15_000;
/** Of the room's own patience; so the turn ends here, with a reason, and not by the room's timer. */
const PATIENCE = 0.8;

export const BUDGET_SPENT: BridgeProblem = {
  code: 'budget.spent',
  message: 'Its budget is spent: it passes. Remove it and add it anew to give it another one.',
};

/**
 * A model as an agent. A call that fails before a word was said leaves the turn to the others, and the wish
 * for one stays; what was said before a failure stands, and is not said again.
 */
export class ModelAgent implements Agent, Readiness {
  readonly name: string;
  readonly #options: ModelAgentOptions;
  readonly #setbacks: Setbacks;
  #room: Room | null = null;
  #summary: Pick<CatchUpSummary, 'text' | 'upTo'> | null = null;
  /** Of the latest prompt for a turn: what the next one will take, about. */
  #usualTokens: number;

  constructor(options: ModelAgentOptions) {
    this.name = options.name;
    this.#options = options;
    this.#setbacks = new Setbacks(options.clock);
    this.#usualTokens = options.maxOutputTokens;
  }

  begin({ room }: AgentControl): () => void {
    this.#room = room;
    this.#summary = room.catchUp.summary ?? null;
    return () => {
      this.#room = null;
    };
  }

  onEvent(event: WireEvent): void {
    if (event.event !== 'summary.recorded' || event.data.upTo <= (this.#summary?.upTo ?? 0)) return;
    this.#summary = event.data;
  }

  /** AI-3: when the next call may be made; never once the budget is spent. */
  readonly readyInMs = (): Millis | null => {
    const { spending, queues } = this.#options;
    if (spending.isSpent) return null;
    return Math.max(this.#setbacks.waitMs, ...queues.map((queue) => queue.waitMs(this.#usualTokens)));
  };

  async *onTurn(turn: AgentTurn, signal: AbortSignal): AsyncGenerator<string> {
    const { contextTokens, maxOutputTokens } = this.#options;
    const { view } = turn.room;
    const prompt = this.#prompt(turn.room, purposeOf(turn), contextTokens - maxOutputTokens);
    const ready = await this.#leave(prompt, maxOutputTokens, TURN_WAIT_MS, signal);
    if (ready === null) return;
    this.#usualTokens = prompt.tokens + maxOutputTokens;
    // Told to whoever waits for the first word; that it is not heard is no reason not to speak.
    turn.room.signal('typing').catch(() => undefined);
    const { firstContentMs, silenceMs } = view.config.floor.timers;
    const patience = { firstMs: firstContentMs * PATIENCE, nextMs: silenceMs * PATIENCE };
    let spoke = false;
    let outcome: Outcome = 'aborted';
    try {
      for await (const piece of streamed(this.#call(prompt, ready, signal), patience)) {
        spoke = true;
        yield piece;
      }
      outcome = 'ok';
      this.#succeeded();
    } catch (error) {
      signal.throwIfAborted();
      outcome = 'failed';
      this.#failed(error);
      if (!spoke) throw new Postponed('the service failed', { cause: error });
      this.#options.failed(error);
    } finally {
      this.#options.metrics.called(KIND, 'turn', outcome);
      this.#options.metrics.turn(KIND);
    }
  }

  async bid(view: ConversationView): Promise<{ urgency: number; preview?: string } | null> {
    const room = this.#room;
    const readyInMs = this.readyInMs();
    const isReady = this.#setbacks.waitMs === 0 && readyInMs !== null && readyInMs <= TURN_WAIT_MS;
    if (!room || !isReady) {
      this.#options.metrics.spared(KIND);
      return null;
    }
    const { window } = view.floor;
    const leftMs = window ? Date.parse(window.closesAt) - this.#options.clock.now() : BID_MS_MAX;
    const withinMs = Math.min(leftMs, BID_MS_MAX);
    if (withinMs <= 0) return null;
    const { signal } = this.#options;
    const size = Math.min(this.#options.contextTokens - BID_OUTPUT_TOKENS, BID_CONTEXT_TOKENS);
    const prompt = this.#prompt(room, BID_PURPOSE, size);
    let outcome: Outcome | null = null;
    try {
      const ready = await this.#leave(prompt, BID_OUTPUT_TOKENS, withinMs, signal);
      if (ready === null) return null;
      outcome = 'failed';
      const text = await answered(this.#call(prompt, ready, signal), withinMs);
      outcome = 'ok';
      this.#succeeded();
      return bidIn(text);
    } catch (error) {
      // Who does not say how much it wants the turn does not want it.
      if (signal.aborted) outcome &&= 'aborted';
      // A window that is too short for the model says nothing of its turns.
      else if (!(error instanceof Postponed) && !isLate(error)) this.#failed(error);
      return null;
    } finally {
      if (outcome) this.#options.metrics.called(KIND, 'bid', outcome);
    }
  }

  #prompt({ outline, me, transcript }: Room, purpose: string, maxTokens: number): Prompt {
    const { instructions } = this.#options;
    return promptOf(
      {
        view: outline,
        me,
        transcript,
        summary: this.#summary,
        purpose,
        ...(instructions === undefined ? {} : { instructions }),
      },
      maxTokens,
    );
  }

  /**
   * Leave for a call, by the budget and by every limit; null where the budget is spent.
   * @throws Postponed where it would take too long, or calls under way may take what is left of the budget.
   */
  async #leave(
    prompt: Prompt,
    outputMax: number,
    withinMs: Millis,
    signal: AbortSignal,
  ): Promise<Leave | null> {
    const { spending, queues, report, metrics } = this.#options;
    const reserve = spending.reserve(prompt.tokens, outputMax);
    if (reserve === null) {
      metrics.spared(KIND);
      if (!spending.isSpent) throw new Postponed('what is left of the budget is set aside for other calls');
      report(BUDGET_SPENT);
      return null;
    }
    const permits: Permit[] = [];
    try {
      for (const queue of queues) {
        permits.push(await queue.enter(prompt.tokens + reserve.outputMax, { withinMs, signal }));
      }
      return { reserve, permits };
    } catch (error) {
      for (const permit of permits) permit.done(0);
      reserve.settle({ input: 0, output: 0 });
      if (error instanceof TooLate) throw new Postponed(error.message);
      throw error;
    }
  }

  #call(prompt: Prompt, { reserve, permits }: Leave, signal: AbortSignal): Call {
    const { model, clock, spending, metrics, costOf, report } = this.#options;
    return {
      model,
      prompt,
      maxOutputTokens: reserve.outputMax,
      clock,
      signal,
      used: (usage) => {
        for (const permit of permits) permit.done(usage.input + usage.output);
        reserve.settle(usage);
        metrics.spent(KIND, usage, costOf(usage));
        if (spending.isSpent) report(BUDGET_SPENT);
      },
    };
  }

  #succeeded(): void {
    const { report, spending } = this.#options;
    this.#setbacks.succeeded();
    report(spending.isSpent ? BUDGET_SPENT : null);
  }

  /** Remembers it, and tells moderators; what is no failure of the service is the hub's, and thrown again. */
  #failed(error: unknown): void {
    if (!(error instanceof ServiceError)) throw error;
    const { queues, report } = this.#options;
    this.#setbacks.failed(error.retryAfterMs);
    // All who share the service leave it alone.
    if (error.retryAfterMs > 0) queues.at(-1)?.hold(error.retryAfterMs);
    report(error.problem);
  }
}

const isLate = (error: unknown): boolean => error instanceof ServiceError && error.isLate;

/** What the answer is for, in the hub's own words. */
function purposeOf({ addressed, room }: AgentTurn): string {
  const name = room.self?.displayName ?? 'you';
  const why = addressed ? ' Somebody has addressed you since you last spoke.' : '';
  return `* It is your turn, ${name.replaceAll(/[[\]]/g, '')}.${why} Say what you have to say, and no more.`;
}
