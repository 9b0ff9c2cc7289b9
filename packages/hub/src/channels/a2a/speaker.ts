import type { ParticipantId, Seq, State } from '@parley/core';
import { lastUtteranceFor, memberById } from '@parley/core';
import type { WireData } from '@parley/protocol';
import type { IdempotencyKey, Outcome } from '../../host/submission.ts';
import { acknowledgedBy } from '../../sessions/acknowledging.ts';
import type { Membership } from '../../sessions/membership.ts';
import type { SessionParts } from '../../sessions/parts.ts';
import type { Refusal } from '../../sessions/refusal.ts';
import { answerOf, refusalOfError, refuse } from '../../sessions/refusal.ts';
import type { Grant } from '../calling/standing.ts';
import { grantOf, isOver } from '../calling/standing.ts';

/** What is to be said, and how the floor is asked for where that is needed. */
export interface Words {
  /** As its client named it. */
  readonly messageId: string;
  readonly key: IdempotencyKey;
  readonly speech: Omit<WireData<'speech'>, 'grant'>;
  readonly request: WireData<'floor.request'>;
}

export type Spoken =
  | { readonly ok: true; readonly seq: Seq; readonly grant: Seq | null }
  | { readonly ok: false; readonly error: Refusal };

interface Waiting {
  readonly words: Words;
  readonly spoken: Promise<Spoken>;
  readonly settle: (spoken: Spoken) => void;
}

type Step = 'again' | 'rest';

/** A participant that sends what it has to say whether or not it is its turn hardly has more at once. */
const WORDS_MAX = 8;
/** Before a conversation is looked at again whose log could not be read. */
const RETRY_MS = 1_000;
/** Speech was refused for nothing but the floor. */
export const WITHOUT_FLOOR: ReadonlySet<string> = new Set(['floor.not_holder', 'floor.stale_grant']);

/**
 * One A2A participant's wish to speak (A2-6, A2-7): what waits to be said is said in order, each with a
 * grant of its own, and the floor is asked for as long as something waits. Where nothing waits but a call
 * is open that wants a turn, the floor is asked for once after each utterance of somebody else.
 *
 * It is in memory only: words that wait are not acknowledged as said, and sending the same message again
 * says them once, because the conversation knows its key.
 */
export class Speaker {
  readonly #parts: SessionParts;
  readonly #membership: Membership;
  readonly #rest: () => void;
  readonly #waiting: Waiting[] = [];
  #listeners = 0;
  #request: WireData<'floor.request'> = {};
  /** The newest utterance after which the floor was asked for, for a turn without words yet. */
  #askedAfter: Seq = 0;
  /** That request waits in the queue, made for nobody but the open calls. */
  #askedForTurn = false;
  /** A grant that turned out not to be good any more. */
  #spent: Seq = 0;
  #moving = false;
  #again = false;
  #cancelRetry: () => void = () => undefined;
  #over = false;

  /** `rest` is called when there is nothing left to do; it may be called again. */
  constructor(parts: SessionParts, membership: Membership, rest: () => void) {
    this.#parts = parts;
    this.#membership = membership;
    this.#rest = rest;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get idle(): boolean {
    return this.#waiting.length === 0 && this.#listeners === 0;
  }

  /** Puts words behind those that wait; the same again wait once. Null where too many wait. */
  queue(words: Words): Promise<Spoken> | null {
    const known = this.#waiting.find(({ words: { key } }) => key.id === words.key.id);
    if (known) return known.spoken;
    if (this.#waiting.length >= WORDS_MAX) return null;
    const { promise: spoken, resolve: settle } = Promise.withResolvers<Spoken>();
    this.#waiting.push({ words, spoken, settle });
    this.move();
    return spoken;
  }

  /**
   * A call is open that wants a turn, for which utterances up to `after` are no reason. Returns how to say
   * that it is over, and whether its client is gone.
   */
  listen(request: WireData<'floor.request'>, after: Seq): (gone: boolean) => void {
    this.#listeners += 1;
    this.#request = request;
    this.#askedAfter = Math.max(this.#askedAfter, after);
    this.move();
    return (gone) => {
      this.#listeners -= 1;
      if (gone && this.idle && this.#askedForTurn) void this.#withdraw();
      if (this.idle) this.#rest();
    };
  }

  /** Something has changed: looks what can be done now. One look at a time. */
  move(): void {
    this.#again = true;
    if (this.#moving || this.#over) return;
    this.#moving = true;
    void this.#moveOn().finally(() => {
      this.#moving = false;
      if (this.idle) this.#rest();
      else if (this.#again) this.move();
    });
  }

  end(error: Refusal): void {
    this.#over = true;
    this.#cancelRetry();
    for (const { settle } of this.#waiting.splice(0)) settle({ ok: false, error });
  }

  async #moveOn(): Promise<void> {
    while (this.#again && !this.#over && !this.idle) {
      this.#again = false;
      try {
        const state = await this.#parts.conversations.state(this.#membership.conversation);
        if ((await this.#step(state)) === 'again') this.#again = true;
      } catch (error) {
        if (!refusalOfError(error)) this.#parts.logger.error({ err: error }, 'a speaker could not go on');
        this.#later(RETRY_MS);
      }
    }
  }

  async #step(state: State | null): Promise<Step> {
    const { participant } = this.#membership;
    if (!state || !memberById(state, participant) || isOver(state)) {
      this.end(refuse('participant.not_joined', 'This membership is over.').error);
      return 'rest';
    }
    const grant = grantOf(state, participant);
    const [first] = this.#waiting;
    if (grant) {
      // What is paused goes on with a commit, which is looked at again.
      const can = first && grant.grant !== this.#spent && state.paused === null;
      return can ? this.#say(first, grant) : 'rest';
    }
    const asks = first !== undefined || this.#wantsTurn(state);
    if (!asks || state.floor.queue.some((request) => request.participant === participant)) return 'rest';
    return this.#ask(state, first);
  }

  async #say(first: Waiting, { grant }: Grant): Promise<Step> {
    const outcome = await submitSpeech(this.#parts, this.#membership, first.words, grant);
    if (!outcome.ok && WITHOUT_FLOOR.has(outcome.rejection.code)) {
      this.#spent = grant;
      return 'again';
    }
    this.#waiting.shift();
    first.settle(spokenOf(outcome, grant));
    return 'again';
  }

  async #ask(state: State, first: Waiting | undefined): Promise<Step> {
    const { conversation, participant, steward } = this.#membership;
    if (!first) this.#askedAfter = lastHeardBy(state, participant);
    this.#askedForTurn = first === undefined;
    const outcome = await this.#parts.conversations.submit(conversation, {
      op: 'floor.request',
      data: first?.words.request ?? this.#request,
      author: { participant, steward },
    });
    if (outcome.ok || outcome.rejection.code === 'floor.already_holder') return 'again';
    const { retryAfterMs } = outcome.rejection;
    if (retryAfterMs !== undefined && retryAfterMs > 0) {
      if (!first) this.#askedAfter = 0;
      this.#later(retryAfterMs);
      return 'rest';
    }
    if (!first) return 'rest';
    this.#waiting.shift();
    first.settle({ ok: false, error: outcome.rejection });
    return 'again';
  }

  /** After somebody else has spoken, and once for that. */
  #wantsTurn(state: State): boolean {
    const { participant } = this.#membership;
    const last = lastHeardBy(state, participant);
    const speaker = state.recentUtterances.findLast(({ seq }) => seq === last)?.speaker;
    return this.#listeners > 0 && last > this.#askedAfter && speaker !== participant;
  }

  async #withdraw(): Promise<void> {
    const { conversation, participant, steward } = this.#membership;
    this.#askedForTurn = false;
    await this.#parts.conversations
      .submit(conversation, { op: 'floor.cancel', data: {}, author: { participant, steward } })
      .catch((error: unknown) => this.#parts.logger.warn({ err: error }, 'a request was not withdrawn'));
  }

  #later(ms: number): void {
    this.#cancelRetry();
    this.#cancelRetry = this.#parts.clock.after(ms, () => this.move());
  }
}

/** The key is that of the message, whatever the grant: sent again, it is said once (FL-10). */
export const submitSpeech = (
  parts: Pick<SessionParts, 'attendance' | 'conversations'>,
  { conversation, participant, steward }: Membership,
  words: Words,
  grant: Seq,
): Promise<Outcome> =>
  parts.conversations.submit(conversation, {
    op: 'speech',
    data: { ...words.speech, grant },
    author: { participant, steward },
    acknowledged: acknowledgedBy(parts, conversation, participant),
    key: words.key,
  });

export const spokenOf = (outcome: Outcome, grant: Seq | null): Spoken => {
  const answer = answerOf(outcome);
  if (!answer.ok) return answer;
  return { ok: true, seq: answer.seq ?? 0, grant: outcome.ok && outcome.duplicate ? null : grant };
};

/** Seq of the last utterance that was for this member; 0 before the first. */
export const lastHeardBy = (state: State, participant: ParticipantId): Seq =>
  lastUtteranceFor(state, participant)?.seq ?? 0;
