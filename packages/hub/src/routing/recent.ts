import type { ParticipantId, Seq } from '@parley/core';

/** Of each member, its newest words; what it talked about before that says little of what concerns it now. */
const OWN_WORDS_MAX = 1_000;
/** Of all members of a conversation together; the oldest utterances go first. */
const CHARACTERS_MAX = 64 * 1_024;
/** However short they are: as many as the log's end, where one begins to remember, could hold. */
const SAID_MAX = 1_000;
/** A preview is of use until its turn; more members do not wait for the floor at once. */
const PREVIEWS_MAX = 1_000;

/** The types of events that {@link Recent.note} takes notice of. */
export const NOTED: ReadonlySet<string> = new Set(['speech.ended', 'floor.requested', 'bid.placed']);

interface Said {
  readonly seq: Seq;
  readonly utterance: string;
  readonly speaker: ParticipantId;
  readonly text: string;
}

interface NotedEvent {
  readonly event: string;
  readonly data: {
    readonly participant: ParticipantId;
    readonly utterance: string;
    readonly text: string;
    readonly preview?: string;
    readonly to?: readonly ParticipantId[];
  };
}

/** What the members of one conversation said aloud lately, and what they announced that they would say. */
export class Recent {
  readonly #said: Said[] = [];
  readonly #previews = new Map<ParticipantId, string>();
  #characters = 0;
  #ownWords: Map<ParticipantId, string> | null = null;

  /** An event of the log by its JSON, which the hub itself wrote; in their order. */
  note(seq: Seq, json: string): void {
    const { event, data } = JSON.parse(json) as NotedEvent;
    if (event === 'speech.ended') {
      // A whisper is nothing that a scorer may learn from (ADR 41).
      if (data.to === undefined) this.#heard(seq, data);
    } else if (NOTED.has(event)) this.#announced(data);
  }

  /** Its newest words, the newest last; empty where it said nothing lately. */
  ownWords(id: ParticipantId): string {
    this.#ownWords ??= this.#gather();
    return this.#ownWords.get(id) ?? '';
  }

  /** The text of an utterance that is still remembered, by its id or its seq. */
  text(of: Seq | string): string | undefined {
    return this.#said.findLast(({ seq, utterance }) => seq === of || utterance === of)?.text;
  }

  /** What its latest request for the floor announced. */
  preview(id: ParticipantId): string | undefined {
    return this.#previews.get(id);
  }

  #heard(seq: Seq, { utterance, participant: speaker, text }: NotedEvent['data']): void {
    // What says nothing, such as an utterance of parts only, concerns nobody.
    if (text.trim() === '') return;
    this.#said.push({ seq, utterance, speaker, text });
    this.#characters += text.length;
    while (this.#characters > CHARACTERS_MAX || this.#said.length > SAID_MAX) {
      this.#characters -= this.#said.shift()?.text.length ?? 0;
    }
    this.#ownWords = null;
  }

  /** A request that is made again without a preview announces nothing. */
  #announced({ participant, preview }: NotedEvent['data']): void {
    this.#previews.delete(participant);
    if (preview !== undefined) this.#previews.set(participant, preview);
    const [oldest] = this.#previews.keys();
    if (this.#previews.size > PREVIEWS_MAX && oldest !== undefined) this.#previews.delete(oldest);
  }

  #gather(): Map<ParticipantId, string> {
    const words = new Map<ParticipantId, string>();
    for (const { speaker, text } of this.#said) {
      const before = words.get(speaker);
      words.set(speaker, (before === undefined ? text : `${before}\n${text}`).slice(-OWN_WORDS_MAX));
    }
    return words;
  }
}
