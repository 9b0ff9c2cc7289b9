import type { Agent, AgentTurn, TranscriptLine, WireEvent } from '@parley/client';
import type { BridgeProblem, ConversationView, Millis, SpeechPart } from '@parley/core';
import type { Clock } from '../../ports/clock.ts';
import type { BridgeMetrics, Readiness } from '../bridge.ts';
import { Postponed } from '../postponed.ts';
import { Setbacks } from '../../models/setbacks.ts';
import { AgentThread, ThreadError } from './agent-thread.ts';
import type { ThreadOptions } from './agent-thread.ts';
import { bidInThread, voteIn } from './thread-answers.ts';
import type { Answers } from './thread-protocol.ts';

export interface ThreadedAgentOptions extends ThreadOptions {
  readonly clock: Clock;
  readonly metrics: BridgeMetrics;
  readonly report: (problem: BridgeProblem | null) => void;
  readonly failed: (error: unknown) => void;
}

const KIND = 'localAgent';
/** Letters of the transcript that are sent along with a turn, the newest; what a model could read at most. */
const TRANSCRIPT_CHARACTERS = 256 * 1024;
/** While a thread starts, or its last turn ends in there, nobody knows how long that takes. */
const STARTING_MS: Millis = 1_000;
const ENDING_MS: Millis = 50;

const FAILED: BridgeProblem = {
  code: 'agent.unreachable',
  message: 'The agent failed in its turn; the log of the hub says how.',
};
const BROKE_DOWN: BridgeProblem = {
  code: 'agent.unreachable',
  message: 'The thread of the agent broke down and starts again; the log of the hub says why.',
};

/**
 * An agent in a thread of its own (LA-1). Its thread may throw, loop, exit or burst: the turn is lost, and
 * another thread is started, later after each failure in a row.
 */
export class ThreadedAgent implements Agent, Readiness {
  readonly name: string;
  readonly bid?: NonNullable<Agent['bid']>;
  readonly vote?: NonNullable<Agent['vote']>;
  readonly onInterruption?: NonNullable<Agent['onInterruption']>;
  readonly #options: ThreadedAgentOptions;
  readonly #setbacks: Setbacks;
  readonly #hears: boolean;
  /** Null while it starts again. */
  #thread: AgentThread | null;
  /** The one that is starting, which may take long or for ever. */
  #starting: AgentThread | null = null;
  #cancelStart: () => void = () => undefined;
  #isClosed = false;

  private constructor(options: ThreadedAgentOptions, thread: AgentThread, answers: Answers) {
    this.name = options.context.displayName;
    this.#options = options;
    this.#setbacks = new Setbacks(options.clock);
    this.#thread = thread;
    this.#hears = answers.includes('event');
    if (answers.includes('bid')) this.bid = (view) => this.#bid(view);
    if (answers.includes('vote')) {
      this.vote = async (ballot, view) =>
        voteIn(await this.#running.ask('vote', { ballot, view: small(view) }));
    }
    if (answers.includes('interruption')) {
      this.onInterruption = async (interruption, view) =>
        (await this.#running.ask('interruption', { interruption, view: small(view) })) === true;
    }
    this.#keepUp(thread);
  }

  /** @throws ThreadError where the module cannot be loaded, has no agent, or is not wanted any more. */
  static async start(options: ThreadedAgentOptions, signal: AbortSignal): Promise<ThreadedAgent> {
    const thread = new AgentThread(options);
    const stop = (): void => void thread.stop();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      return new ThreadedAgent(options, thread, await thread.greeting());
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  readonly readyInMs = (): Millis => {
    const busyMs = this.#thread ? (this.#thread.isEnding ? ENDING_MS : 0) : STARTING_MS;
    return Math.max(this.#setbacks.waitMs, busyMs);
  };

  onEvent(event: WireEvent): void {
    if (this.#hears) this.#thread?.tell(event);
  }

  async *onTurn(turn: AgentTurn, signal: AbortSignal): AsyncGenerator<string | SpeechPart> {
    const { room, transcript, addressed } = turn;
    const lines = newest(room.transcript);
    const copy = { id: room.id, me: room.me, view: small(room.outline), transcript: lines };
    const since = Math.max(0, lines.length - transcript.length);
    const thread = this.#thread;
    if (!thread) throw new Postponed('the thread of the agent is starting again');
    let spoke = false;
    const said = thread.turn({ room: copy, since, addressed }, signal);
    try {
      for (let next = await said.next(); ; next = await said.next()) {
        if (next.done === true) {
          turn.close(next.value);
          break;
        }
        spoke = true;
        yield next.value;
      }
      this.#succeeded();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ThreadError)) throw error;
      this.#setbacks.failed();
      this.#options.report(FAILED);
      if (!spoke) throw new Postponed('the agent failed', { cause: error });
      this.#options.failed(error);
    } finally {
      this.#options.metrics.turn(KIND);
      // Where whoever listens has had enough.
      await said.return({});
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelStart();
    await Promise.all([this.#thread?.stop(), this.#starting?.stop()]);
  }

  async #bid(view: ConversationView) {
    if (this.readyInMs() > 0) return null;
    return bidInThread(await this.#running.ask('bid', { view: small(view) }));
  }

  get #running(): AgentThread {
    if (this.#thread) return this.#thread;
    throw new ThreadError('the thread of the agent is starting again');
  }

  #succeeded(): void {
    this.#setbacks.succeeded();
    this.#options.report(null);
  }

  #keepUp(thread: AgentThread): void {
    void thread.ended.then((reason) => {
      this.#thread = null;
      if (reason && !this.#isClosed) this.#brokeDown(reason);
    });
  }

  #brokeDown(reason: unknown): void {
    this.#setbacks.failed();
    this.#options.report(BROKE_DOWN);
    this.#options.failed(reason);
    this.#cancelStart = this.#options.clock.after(this.#setbacks.waitMs, () => this.#startAgain());
  }

  #startAgain(): void {
    let thread: AgentThread;
    try {
      thread = new AgentThread(this.#options);
    } catch (error) {
      // The system has no thread to give.
      return this.#brokeDown(error);
    }
    this.#starting = thread;
    this.#keepUp(thread);
    void thread.greeting().then(
      () => {
        this.#starting = null;
        this.#thread = thread;
      },
      // `ended` has told why, and the next start is due.
      () => (this.#starting = null),
    );
  }
}

/** What a thread is not sent: who was here once, and what is for moderators. */
const small = (view: ConversationView): ConversationView => ({ ...view, departed: [], bridges: [] });

/** The newest lines that fit; an essay of long ago is not worth copying. */
function newest(lines: readonly TranscriptLine[]): readonly TranscriptLine[] {
  let characters = 0;
  const first = lines.findLastIndex((line) => {
    characters += 'text' in line ? line.text.length : 0;
    return characters > TRANSCRIPT_CHARACTERS;
  });
  return lines.slice(first + 1);
}
