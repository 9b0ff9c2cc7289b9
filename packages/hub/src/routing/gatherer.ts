import type { ConversationId, Millis, Op, ParticipantId, Relevance, Seq, State } from '@parley/core';
import type { Logger } from '../host/options.ts';
import { tell } from '../host/pending.ts';
import { overloaded, refusal } from '../host/refusals.ts';
import type { Commit, Conversations, EventPage, Outcome, Submission } from '../host/submission.ts';
import type { Clock } from '../ports/clock.ts';
import type { Scorer } from '../ports/scorer.ts';
import { ScorerError } from '../ports/scorer.ts';
import type { SpeechSubmission } from './concern.ts';
import { inTurn, isToScore, listenersOf, textOf } from './concern.ts';
import { Lines } from './lines.ts';
import { RecentWords } from './recent-words.ts';
import { TimeLimitError, within } from './time-limit.ts';

/** How it went: with anything but `scored` everybody hears. */
export type ScoringOutcome = 'scored' | 'nothing' | 'timeout' | 'failed' | 'unavailable';

export interface GathererOptions {
  /** By the names that configurations use. */
  readonly scorers: ReadonlyMap<string, Scorer>;
  readonly clock: Clock;
  /** How long an utterance waits to be scored. */
  readonly timeoutMs: Millis;
  readonly logger: Logger;
  readonly metrics?: {
    readonly scored?: (scorer: string, outcome: ScoringOutcome, tookMs: Millis) => void;
  };
}

/** Commands of one participant that wait behind an utterance; clients that send more wait for no answer at all. */
const LINE_MAX = 1_000;
/** Conversations known not to need scores; forgetting one costs a look at its state. */
const PLAIN_MAX = 20_000;
/** The same failure is logged once in this time, with how often it came. */
const LOG_EVERY_MS = 60_000;

/**
 * Finds out, before the conversation decides, whom an utterance concerns (RT-4): it waits for the scorer, and
 * behind it what the same participant does next; nobody else does. Everything else passes straight through.
 */
export class RelevanceGatherer implements Conversations {
  readonly #conversations: Conversations;
  readonly #options: GathererOptions;
  readonly #words: RecentWords;
  readonly #lines = new Lines();
  readonly #plain = new Set<ConversationId>();
  readonly #logged = new Map<string, { at: number; times: number }>();
  readonly #stopping = new AbortController();

  constructor(conversations: Conversations, options: GathererOptions) {
    this.#conversations = conversations;
    this.#options = options;
    this.#words = new RecentWords((...asked) => conversations.readEvents(...asked));
  }

  /** Takes note of what is said. Returns how to stop. */
  watch(): () => void {
    return this.#conversations.subscribe((commit) => this.#observe(commit));
  }

  submit<O extends Op>(conversation: ConversationId, submission: Submission<O>): Promise<Outcome> {
    const toScore = isToScore(submission) && !this.#plain.has(conversation);
    // Most commands of most conversations end here: nothing is to be scored, and nobody waits.
    if (!toScore && this.#lines.none) {
      return this.#conversations.submit(conversation, this.#withScorers(submission));
    }
    const line = lineOf(conversation, submission);
    const waiting = this.#lines.length(line);
    if (!toScore && waiting === 0) {
      return this.#conversations.submit(conversation, this.#withScorers(submission));
    }
    if (waiting >= LINE_MAX) {
      const outcome = refusal(overloaded('Too many commands wait behind an utterance.'));
      tell(submission, outcome, null, this.#options.logger);
      return Promise.resolve(outcome);
    }
    return this.#lines
      .stand(line, async () => {
        const relevance = isToScore(submission) ? await this.#gather(conversation, submission) : null;
        const informed = relevance ? { ...submission, facts: { relevance } } : this.#withScorers(submission);
        // In an object: what comes next in line waits until this is handed in, not for its outcome.
        return { outcome: this.#conversations.submit(conversation, informed) };
      })
      .then(({ outcome }) => outcome);
  }

  state(conversation: ConversationId): Promise<State | null> {
    return this.#conversations.state(conversation);
  }

  readEvents(
    conversation: ConversationId,
    after: Seq,
    limits: { limit: number; maxBytes: number },
  ): Promise<EventPage> {
    return this.#conversations.readEvents(conversation, after, limits);
  }

  subscribe(listener: (commit: Commit) => void): () => void {
    return this.#conversations.subscribe(listener);
  }

  /** What waits for a scorer waits no longer. By then the host has to refuse: nobody is to hear by mistake. */
  stop(): void {
    this.#stopping.abort(new ScorerError('the hub is stopping'));
    for (const scorer of this.#options.scorers.values()) scorer.stop?.();
  }

  /** Which scorers there are is this process's own: a configuration that names another is refused. */
  #withScorers<O extends Op>(submission: Submission<O>): Submission<O> {
    if (submission.op !== 'conversation.create' && submission.op !== 'conversation.configure')
      return submission;
    return { ...submission, facts: { scorers: [...this.#options.scorers.keys()] } };
  }

  #observe(commit: Commit): void {
    const { conversation, state } = commit;
    if (state.config.routing.kind === 'intelligent' && state.status !== 'ended') {
      this.#plain.delete(conversation);
      this.#words.hear(commit);
      return;
    }
    if (!this.#plain.has(conversation)) this.#notePlain(conversation);
  }

  #notePlain(conversation: ConversationId): void {
    this.#words.forget(conversation);
    this.#plain.add(conversation);
    const [oldest] = this.#plain;
    if (this.#plain.size > PLAIN_MAX && oldest !== undefined) this.#plain.delete(oldest);
  }

  /** Null where everybody is to hear, or routing is by something else. Never rejects. */
  async #gather(conversation: ConversationId, submission: SpeechSubmission): Promise<Relevance | null> {
    const { clock, timeoutMs, metrics } = this.#options;
    // Where the state cannot be read, the host says so when it is handed the command.
    const state = await this.#conversations.state(conversation).catch(() => null);
    if (!state || !inTurn(state, submission)) return null;
    if (state.config.routing.kind !== 'intelligent') {
      this.#notePlain(conversation);
      return null;
    }
    const scorer = String(state.config.routing['scorer']);
    const startedAt = clock.now();
    let [relevance, outcome]: [Relevance | null, ScoringOutcome] = [null, 'scored'];
    try {
      relevance = await within(clock, timeoutMs, this.#stopping.signal, (signal) =>
        this.#score(scorer, state, submission, signal),
      );
      if (!relevance) outcome = 'nothing';
    } catch (error) {
      if (this.#stopping.signal.aborted) return null;
      outcome = outcomeOf(error);
      this.#log(scorer, outcome, error);
    }
    metrics?.scored?.(this.#options.scorers.has(scorer) ? scorer : 'other', outcome, clock.now() - startedAt);
    return relevance;
  }

  async #score(
    name: string,
    state: State,
    submission: SpeechSubmission,
    signal: AbortSignal,
  ): Promise<Relevance | null> {
    const scorer = this.#options.scorers.get(name);
    if (!scorer) throw new UnavailableError(`this hub has no scorer "${name}"`);
    const recent = await this.#words.of(state.id, state.seq);
    const text = textOf(submission, recent);
    const listeners = listenersOf(state, recent);
    if (text === '' || listeners.length === 0) return null;
    const scores = await scorer.score({ conversation: state.id, text }, listeners, signal);
    for (const { id } of listeners) {
      const score = scores.get(id) ?? Number.NaN;
      if (!(score >= 0 && score <= 1)) throw new ScorerError('a listener’s score is no number from 0 to 1');
    }
    return Object.fromEntries(scores);
  }

  /** A scorer that is down fails at every utterance, and says so now and then. */
  #log(scorer: string, outcome: ScoringOutcome, error: unknown): void {
    const now = this.#options.clock.now();
    const key = `${scorer} ${outcome}`;
    const logged = this.#logged.get(key);
    const times = (logged?.times ?? 0) + 1;
    if (logged && now - logged.at < LOG_EVERY_MS) {
      logged.times = times;
      return;
    }
    this.#logged.set(key, { at: now, times: 0 });
    // Only messages that are known to hold nothing of what was said (SC-7).
    const known = error instanceof ScorerError || error instanceof TimeLimitError;
    const reason = known ? error.message : error instanceof Error ? error.name : typeof error;
    this.#options.logger.warn({ scorer, outcome, reason, times }, 'no scores: everybody hears');
  }
}

/** The conversation's scorer is not one of this process. */
class UnavailableError extends ScorerError {}

function outcomeOf(error: unknown): ScoringOutcome {
  if (error instanceof TimeLimitError) return 'timeout';
  return error instanceof UnavailableError ? 'unavailable' : 'failed';
}

/** Whose commands stay in order; what the hub notes of somebody's connection stands in that one's line. */
function lineOf(conversation: ConversationId, { op, author, data }: Submission): string {
  const about = op === 'connection.lost' || op === 'connection.restored';
  const participant = about ? (data as { participant: ParticipantId }).participant : author.participant;
  return `${conversation}\n${participant ?? ''}`;
}
