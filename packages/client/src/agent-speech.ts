import type { SpeechPart } from '@parley/core';
import type { Closing, Turn } from './api.ts';
import { AgentFailure } from './agent-failure.ts';
import { abortable } from './cancellation.ts';
import type { Clock } from './clock.ts';

/** What an agent gave for its turn; programs without types may give anything. */
export type Said = AsyncIterable<string | SpeechPart> | Promise<string>;

export interface SpeechTerms {
  readonly clock: Clock;
  /** How long it may take for each piece, or for a whole text; null for as long as the hub lets it. */
  readonly answerMs: number | null;
  /** Whom the end is meant for, asked when all has been said. */
  readonly closing: () => Closing;
}

/**
 * Has an agent speak in its turn, within its time. Throws what it throws; an {@link AgentFailure} where it
 * takes too long (then `signal` aborts too) or answers what is no speech.
 */
export async function speak(
  turn: Turn,
  answer: (signal: AbortSignal) => Said,
  { clock, answerMs, closing }: SpeechTerms,
): Promise<void> {
  const watch = new Watch(clock, answerMs);
  const signal = AbortSignal.any([turn.signal, watch.signal]);
  try {
    watch.arm();
    const said: unknown = answer(signal);
    if (isPieces(said)) {
      await turn.stream(checked(said, watch), { signal, closing });
    } else if (isPromise(said)) {
      const text = textOf(await abortable(said, signal));
      watch.disarm();
      if (text !== '') await turn.say(text, closing());
    } else throw new AgentFailure('invalid', `its turn gave ${typeof said}, not a promise or pieces`);
  } finally {
    watch.disarm();
  }
}

/** Runs while the agent is waited for, and not while the hub is. */
class Watch {
  readonly #clock: Clock;
  readonly #ms: number | null;
  readonly #overdue = new AbortController();
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, ms: number | null) {
    this.#clock = clock;
    this.#ms = ms;
  }

  get signal(): AbortSignal {
    return this.#overdue.signal;
  }

  arm(): void {
    const ms = this.#ms;
    if (ms === null) return;
    this.#cancel = this.#clock.after(ms, () =>
      this.#overdue.abort(new AgentFailure('timeout', `it said nothing for ${ms} ms`)),
    );
  }

  disarm(): void {
    this.#cancel();
  }
}

async function* checked(pieces: AsyncIterable<unknown>, watch: Watch): AsyncGenerator<string | SpeechPart> {
  for await (const piece of pieces) {
    watch.disarm();
    yield isPart(piece) ? piece : textOf(piece);
    watch.arm();
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new AgentFailure('invalid', `it said a ${typeof value}, not a text`);
}

const isPart = (piece: unknown): piece is SpeechPart =>
  typeof piece === 'object' && piece !== null && 'type' in piece && typeof piece.type === 'string';

const isPieces = (said: unknown): said is AsyncIterable<unknown> =>
  typeof said === 'object' && said !== null && Symbol.asyncIterator in said;

const isPromise = (said: unknown): said is Promise<unknown> =>
  typeof said === 'object' && said !== null && 'then' in said;
