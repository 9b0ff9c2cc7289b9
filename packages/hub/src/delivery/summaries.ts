import type { ConversationId, ParticipantId, Seq, State } from '@parley/core';
import type { Conversations } from '../host/submission.ts';
import type { SpokenLine, Summariser, Summary } from '../ports/summariser.ts';
import type { Reader } from './chain.ts';
import { Digest } from './digest.ts';
import { pagesOf } from './pages.ts';

/** CU-2: so many missed events are all given to who returns; of more, a summary and the last few. */
export const SUMMARY_THRESHOLD = 100;
/** Seqs of a returner's gap that are looked at, from its end backwards: some ten pages. */
const GAP_MAX = 4_096;
/** The same where it is for everybody. A join reads no more, however long the conversation is (CU-3). */
const FOR_ALL_MAX = 1_000;
/** Summaries for newcomers that are kept for the next one: 8 MB at most. */
const KEPT_MAX = 1_000;
const PAGE = { limit: 500, maxBytes: 512 * 1024 };

interface Kept {
  readonly epoch: string;
  readonly upTo: Seq;
  readonly summary: Promise<Summary | null>;
}

/** Makes summaries of what a reader may read, and looks at no more of the log than is bounded. */
export class Summaries {
  readonly #conversations: Conversations;
  readonly #summariser: Summariser;
  readonly #kept = new Map<ConversationId, Kept>();
  readonly #closing = new AbortController();

  constructor(conversations: Conversations, summariser: Summariser) {
    this.#conversations = conversations;
    this.#summariser = summariser;
  }

  /** Of what a returner missed since `after`, and what it was asked there and has not answered. */
  async ofGap(
    state: State,
    reader: Reader,
    after: Seq,
  ): Promise<{ summary: Summary | null; questions: readonly SpokenLine[] }> {
    const material = await this.#gather(state, reader, after, GAP_MAX);
    return { summary: await this.#summarise(material), questions: material.questions };
  }

  /** Of what everybody may read. */
  async forAll(state: State): Promise<Summary | null> {
    return this.#summarise(await this.#gather(state, { participant: null }, 0, FOR_ALL_MAX));
  }

  /**
   * Of what everybody may read, a little while ago perhaps: those who come at once, or one soon after the
   * other, share it. A newcomer was in nobody's audience before, so it may read just that.
   */
  forNewcomer(state: State): Promise<Summary | null> {
    const { id, epoch, seq } = state;
    const kept = this.#kept.get(id);
    if (kept?.epoch === epoch && seq - kept.upTo <= SUMMARY_THRESHOLD) return kept.summary;
    const summary = this.forAll(state);
    this.#kept.delete(id);
    this.#kept.set(id, { epoch, upTo: seq, summary });
    if (this.#kept.size > KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value!);
    // What could not be read is tried again by the next one; this one is told by its own promise.
    summary.catch(() => {
      if (this.#kept.get(id)?.summary === summary) this.#kept.delete(id);
    });
    return summary;
  }

  /** Nothing is waited for any more. */
  close(): void {
    this.#closing.abort();
    this.#kept.clear();
  }

  #summarise(material: Parameters<Summariser['summarise']>[0]): Promise<Summary | null> {
    return this.#summariser.summarise(material, this.#closing.signal);
  }

  async #gather(state: State, reader: Reader, after: Seq, lookedAtMax: number) {
    const from = Math.max(after, state.seq - lookedAtMax);
    const digest = new Digest(state, reader.participant);
    const stretch = { after: from, upTo: state.seq, limits: PAGE };
    for await (const events of pagesOf(this.#conversations, state.id, reader, stretch)) {
      for (const event of events) digest.add(event);
    }
    return digest.material(state, after, from + 1);
  }
}

/** What a member was asked among these events and has not answered. */
export function questionsIn(
  state: State,
  participant: ParticipantId,
  events: Parameters<Digest['add']>[0][],
): readonly SpokenLine[] {
  const digest = new Digest(state, participant);
  for (const event of events) digest.add(event);
  return digest.questions;
}
