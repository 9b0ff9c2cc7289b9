import type { ConversationId, ParticipantId, Seq } from '@parley/core';
import type { WireData } from '@parley/protocol';
import type { Membership } from '../../sessions/membership.ts';
import type { SessionParts } from '../../sessions/parts.ts';
import { refuse } from '../../sessions/refusal.ts';
import type { Spoken, Words } from './speaker.ts';
import { grantOf } from '../calling/standing.ts';
import type { NotSaid } from './refusals.ts';
import { Refusals } from './refusals.ts';
import { lastHeardBy, Speaker, spokenOf, submitSpeech, WITHOUT_FLOOR } from './speaker.ts';

/** Utterances that wait for a turn, over all participants: at 64 KiB each, 64 MiB at the very most. */
const WAITING_MAX = 1_000;

/** Said, refused, or waiting for a turn. */
export type Sent = { readonly waits: false; readonly spoken: Spoken } | Waits;
export interface Waits {
  readonly waits: true;
  readonly spoken: Promise<Spoken>;
}

/** What a member's task says about its words. */
export interface WordsOf {
  /** Some wait for a turn. */
  readonly hasWords: boolean;
  /** Waited and were refused, without anybody there to be told. */
  readonly notSaid: readonly NotSaid[];
}

/** The speakers of this hub that have something to say or wait for a turn; the others cost nothing. */
export class Speakers {
  readonly #parts: SessionParts;
  readonly #speakers = new Map<ConversationId, Map<ParticipantId, Speaker>>();
  readonly #refusals: Refusals;
  readonly #unsubscribe: () => void;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#refusals = new Refusals(parts.clock);
    this.#unsubscribe = parts.conversations.subscribe(({ conversation }) => {
      for (const speaker of this.#speakers.get(conversation)?.values() ?? []) speaker.move();
    });
  }

  /** How many there are. */
  get size(): number {
    let size = 0;
    for (const speakers of this.#speakers.values()) size += speakers.size;
    return size;
  }

  /** Whether words of this participant wait for a turn. */
  hasWords({ conversation, participant }: Membership): boolean {
    return (this.#speakers.get(conversation)?.get(participant)?.waiting ?? 0) > 0;
  }

  wordsOf(membership: Membership): WordsOf {
    return { hasWords: this.hasWords(membership), notSaid: this.#refusals.of(membership) };
  }

  /** The client has been told that this message was refused: its task need not say so too. */
  told(membership: Membership, messageId: string): void {
    this.#refusals.forget(membership, messageId);
  }

  /** Says it where that is possible now, else as soon as it is. What was said already is not said again. */
  async send(membership: Membership, words: Words): Promise<Sent> {
    const { conversation, participant } = membership;
    this.told(membership, words.messageId);
    const state = await this.#parts.conversations.state(conversation);
    const grant = state && !this.hasWords(membership) ? grantOf(state, participant)?.grant : undefined;
    // Also without a grant: the conversation looks first whether it knows this message.
    const outcome = await submitSpeech(this.#parts, membership, words, grant ?? 0);
    const spoken = spokenOf(outcome, grant ?? null);
    if (spoken.ok || !WITHOUT_FLOOR.has(spoken.error.code)) return { waits: false, spoken };
    const queued = this.#waiting < WAITING_MAX ? this.#of(membership).queue(words) : null;
    if (queued) {
      void queued.then((later) => {
        if (!later.ok) this.#refusals.note(membership, words.messageId, later.error);
      });
      return { waits: true, spoken: queued };
    }
    const message = 'Too much waits to be said already.';
    return { waits: false, spoken: refuse('hub.overloaded', message, { retryAfterMs: 1_000 }) };
  }

  /**
   * As long as a call is open that wants a turn; what was said up to `after` is no reason for one. Returns
   * how to end that: `gone` withdraws what was asked for nobody else.
   */
  listen(membership: Membership, request: WireData<'floor.request'>, after: Seq): (gone: boolean) => void {
    return this.#of(membership).listen(request, after);
  }

  /** At one's turn, with nothing to say. The seq up to which it has nothing to say; 0 where it had no turn. */
  async pass(membership: Membership): Promise<Seq> {
    const { conversation, participant, steward } = membership;
    const state = await this.#parts.conversations.state(conversation);
    if (!state || !grantOf(state, participant) || this.hasWords(membership)) return 0;
    await this.#parts.conversations.submit(conversation, {
      op: 'floor.release',
      data: {},
      author: { participant, steward },
    });
    return lastHeardBy(state, participant);
  }

  stop(): void {
    this.#unsubscribe();
    const error = refuse('hub.overloaded', 'The hub is stopping.', { retryAfterMs: 1_000 }).error;
    for (const speakers of this.#speakers.values()) {
      for (const speaker of speakers.values()) speaker.end(error);
    }
    this.#speakers.clear();
  }

  get #waiting(): number {
    let waiting = 0;
    for (const speakers of this.#speakers.values()) {
      for (const speaker of speakers.values()) waiting += speaker.waiting;
    }
    return waiting;
  }

  #of(membership: Membership): Speaker {
    const { conversation, participant } = membership;
    const speakers = this.#speakers.get(conversation) ?? new Map<ParticipantId, Speaker>();
    this.#speakers.set(conversation, speakers);
    const present = speakers.get(participant);
    if (present) return present;
    const speaker: Speaker = new Speaker(this.#parts, membership, () => {
      if (!speaker.idle || speakers.get(participant) !== speaker) return;
      speakers.delete(participant);
      if (speakers.size === 0 && this.#speakers.get(conversation) === speakers) {
        this.#speakers.delete(conversation);
      }
    });
    speakers.set(participant, speaker);
    return speaker;
  }
}
