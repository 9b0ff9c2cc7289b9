import type { Millis } from '@parley/core';
import type { Clock } from '../../ports/clock.ts';
import type { BridgeMetrics } from '../bridge.ts';
import { pause } from '../pause.ts';
import { AgentFault, faultOf } from './agent-fault.ts';
import type { Answer } from './answer.ts';
import type { RemoteAgent, Saying } from './remote-agent.ts';

export interface HearingLimits {
  /** A task of an agent that does not stream is looked up so often; the pause grows to the longest. */
  readonly lookMs: Millis;
  readonly lookMaxMs: Millis;
  readonly cancelMs: Millis;
}

export interface HearingParts {
  readonly clock: Clock;
  readonly metrics: BridgeMetrics;
  readonly limits: HearingLimits;
}

/** Failed look-ups in a row after which an answer is given up. */
const LOOKS = 3;

/** Hears what an agent answers, to its end: from a stream, from looking its task up, or from both (A2-3). */
export class Hearing {
  readonly #parts: HearingParts;
  readonly #cancelling = new Set<Promise<void>>();

  constructor(parts: HearingParts) {
    this.#parts = parts;
  }

  /**
   * Says it, and yields the agent's words until it has come to an end or asks something; `answer` tells which.
   * When `signal` aborts, the agent is told to stop. `atWork` is called as often as it is known to work.
   * @throws whatever ended the call; {@link faultOf} says what it was
   */
  async *hear(
    remote: RemoteAgent,
    saying: Saying,
    answer: Answer,
    signal: AbortSignal,
    atWork: () => void,
  ): AsyncGenerator<string> {
    // Ends a stream whose end is not waited for.
    const enough = new AbortController();
    try {
      try {
        for await (const event of remote.send(saying, AbortSignal.any([signal, enough.signal]))) {
          const text = answer.receive(event);
          if (answer.working) atWork();
          if (text !== '') yield text;
          if (isOver(answer)) {
            enough.abort();
            break;
          }
        }
      } catch (error) {
        // What was begun goes on without its stream, and is looked up.
        if (signal.aborted || !answer.begun || answer.task === null) throw error;
      }
      if (!isOver(answer)) yield* this.#looked(remote, answer, signal, atWork);
    } finally {
      enough.abort();
      const open = answer.progress === 'open' && answer.task !== null;
      if (open && (signal.aborted || answer.cut)) this.#cancel(remote, answer.task);
    }
  }

  /** Resolves when all that was to be stopped has been told so, within the time that this may take. */
  async settled(): Promise<void> {
    await Promise.all(this.#cancelling);
  }

  async *#looked(
    remote: RemoteAgent,
    answer: Answer,
    signal: AbortSignal,
    atWork: () => void,
  ): AsyncGenerator<string> {
    const { clock, limits } = this.#parts;
    if (answer.task === null) throw new AgentFault('The agent’s answer ends before it has begun.');
    for (let waitMs = limits.lookMs; ; waitMs = Math.min(waitMs * 2, limits.lookMaxMs)) {
      const text = answer.look(await this.#lookUp(remote, answer.task, signal));
      if (text !== '') yield text;
      if (isOver(answer)) return;
      atWork();
      await pause(clock, waitMs, signal);
      signal.throwIfAborted();
    }
  }

  async #lookUp(remote: RemoteAgent, task: string, signal: AbortSignal) {
    const { clock, metrics, limits } = this.#parts;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const event = await remote.task(task, signal);
        metrics.called('a2aAgent', 'task', 'ok');
        return event;
      } catch (error) {
        metrics.called('a2aAgent', 'task', signal.aborted ? 'aborted' : 'failed');
        if (signal.aborted || attempt === LOOKS || !faultOf(error).passing) throw error;
        await pause(clock, limits.lookMaxMs, signal);
        signal.throwIfAborted();
      }
    }
  }

  #cancel(remote: RemoteAgent, task: string): void {
    const { clock, metrics, limits } = this.#parts;
    const ends = new AbortController();
    const stopTimer = clock.after(limits.cancelMs, () => ends.abort());
    const cancelling = remote
      .cancel(task, ends.signal)
      .then(
        () => metrics.called('a2aAgent', 'task', 'ok'),
        // Nobody listens to it any more, whether it stops or not.
        () => metrics.called('a2aAgent', 'task', 'failed'),
      )
      .finally(() => {
        stopTimer();
        this.#cancelling.delete(cancelling);
      });
    this.#cancelling.add(cancelling);
  }
}

const isOver = ({ progress, cut }: Answer): boolean => progress !== 'open' || cut;
