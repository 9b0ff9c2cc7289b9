import { generateText, streamText } from 'ai';
import type { FinishReason, LanguageModel } from 'ai';
import type { Millis } from '@parley/core';
import type { Clock } from '../../ports/clock.ts';
import type { Prompt } from './prompt.ts';
import { endedEarly, notInTime, serviceErrorOf, tooMuch } from '../../models/service-error.ts';
import type { Usage } from './spending.ts';
import { tokensIn } from './tokens.ts';

export interface Call {
  readonly model: LanguageModel;
  readonly prompt: Prompt;
  readonly maxOutputTokens: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /**
   * Told once, whatever became of the call: as the service counted; nothing where it refused; else as
   * estimated, and never less than the call may have cost. So an answer of which nothing came counts as the
   * longest that it could be.
   */
  readonly used: (usage: Usage) => void;
}

/** How long nothing may come before the call is given up. */
export interface Patience {
  readonly firstMs: Millis;
  readonly nextMs: Millis;
}

/** Letters of the longest token there is any use in allowing for; beyond it a service ignores its bound. */
const CHARACTERS_PER_TOKEN_MAX = 16;

/** What the SDK does by itself and is not wanted: its retries, and what it writes to the console. */
const QUIET = { maxRetries: 0, onError: () => undefined } as const;

/**
 * One streamed answer, piece by piece. An aborted signal ends the call at once and throws the signal's reason.
 * @throws ServiceError where the service fails, falls silent or breaks off.
 */
export async function* streamed(call: Call, { firstMs, nextMs }: Patience): AsyncGenerator<string> {
  const { model, prompt, maxOutputTokens, clock, signal, used } = call;
  const late = new AbortController();
  const ended = new AbortController();
  let cancelTimer = clock.after(firstMs, () => late.abort());
  let characters = 0;
  let usage: Usage | null = null;
  let said = '';
  let isComplete = false;
  try {
    const { stream } = streamText({
      ...QUIET,
      model,
      instructions: prompt.instructions,
      messages: prompt.messages,
      maxOutputTokens,
      abortSignal: AbortSignal.any([signal, late.signal, ended.signal]),
    });
    let finish: FinishReason | null = null;
    for await (const part of stream) {
      if (part.type === 'error') throw part.error;
      if (part.type === 'finish') {
        finish = part.finishReason;
        usage = usageOf(part.totalUsage);
      }
      if (part.type !== 'text-delta' || part.text === '') continue;
      cancelTimer();
      characters += part.text.length;
      said += part.text;
      if (characters > maxOutputTokens * CHARACTERS_PER_TOKEN_MAX) throw tooMuch();
      yield part.text;
      cancelTimer = clock.after(nextMs, () => late.abort());
    }
    signal.throwIfAborted();
    if (late.signal.aborted) throw notInTime();
    // A stream that simply stops has no reason to finish.
    if (finish === null || finish === 'error' || finish === 'other') throw endedEarly();
    isComplete = true;
  } catch (error) {
    signal.throwIfAborted();
    const failure = late.signal.aborted ? notInTime() : serviceErrorOf(error, clock.now());
    if (failure.isRefusal && said === '') usage ??= NOTHING;
    throw failure;
  } finally {
    cancelTimer();
    // Also where whoever reads has had enough.
    ended.abort();
    const output = said === '' && !isComplete ? maxOutputTokens : tokensIn(said);
    used(usage ?? { input: prompt.tokens, output });
  }
}

/**
 * One short answer as a whole.
 * @throws ServiceError; the signal's reason where that aborts.
 */
export async function answered(call: Call, withinMs: Millis): Promise<string> {
  const { model, prompt, maxOutputTokens, clock, signal, used } = call;
  const late = new AbortController();
  const cancelTimer = clock.after(withinMs, () => late.abort());
  let usage: Usage | null = null;
  let output = maxOutputTokens;
  try {
    const { text, totalUsage } = await generateText({
      maxRetries: 0,
      model,
      instructions: prompt.instructions,
      messages: prompt.messages,
      maxOutputTokens,
      abortSignal: AbortSignal.any([signal, late.signal]),
    });
    usage = usageOf(totalUsage);
    output = tokensIn(text);
    return text;
  } catch (error) {
    signal.throwIfAborted();
    const failure = late.signal.aborted ? notInTime() : serviceErrorOf(error, clock.now());
    if (failure.isRefusal) usage ??= NOTHING;
    throw failure;
  } finally {
    cancelTimer();
    used(usage ?? { input: prompt.tokens, output });
  }
}

const NOTHING: Usage = { input: 0, output: 0 };

/** Null where the service does not say. */
const usageOf = (counted: {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}): Usage | null =>
  counted.inputTokens === undefined || counted.outputTokens === undefined
    ? null
    : { input: counted.inputTokens, output: counted.outputTokens };
