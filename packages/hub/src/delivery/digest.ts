import type { DurableEvent, ParticipantId, Seq, State } from '@parley/core';
import { isQuestion } from '@parley/core';
import { decodeEvent } from '@parley/protocol';
import type { SpokenLine, SummaryMaterial, TopicChange } from '../ports/summariser.ts';
import type { StoredEvent } from './chain.ts';

/** Of an utterance, what a summary needs to see; with 4 096 of them that is 2.5 million characters. */
const TEXT_MAX = 600;
/** Questions and changes of topic that are remembered; of more, the newest. */
const KEPT_MAX = 100;
/** Only these are parsed; the rest of a log says how the floor went round. */
const TELLING = /^\{"event":"(speech\.ended|reaction\.added|topic\.changed|participant\.joined)"/;

/** An utterance with whoever rated it. */
interface Heard extends Omit<SpokenLine, 'rated'> {
  readonly utterance: string;
  readonly ratings: Map<ParticipantId, number>;
}

/** Takes in the events of a gap, in order, and keeps of them what a summary can rest on. */
export class Digest {
  readonly #reader: ParticipantId | null;
  readonly #names = new Map<ParticipantId, string>();
  readonly #heard = new Map<Seq, Heard>();
  readonly #seqs = new Map<string, Seq>();
  #topics: TopicChange[] = [];
  #asked: Heard[] = [];

  constructor(state: State, reader: ParticipantId | null) {
    this.#reader = reader;
    for (const { id, displayName } of state.departed) this.#names.set(id, displayName);
    for (const { profile } of Object.values(state.participants)) {
      this.#names.set(profile.id, profile.displayName);
    }
  }

  add({ json, audience }: StoredEvent): void {
    if (TELLING.test(json)) this.#take(decodeEvent(json, undefined, audience));
  }

  /** Utterances that ask the reader something and that it has not answered, oldest first. */
  get questions(): SpokenLine[] {
    return this.#asked.map(spoken);
  }

  /** `from` is the first seq that was looked at, of a gap behind `after`. */
  material(state: State, after: Seq, from: Seq): SummaryMaterial {
    const { decisions, openItems } = state.context;
    const superseded = new Set(decisions.map(({ supersedes }) => supersedes));
    return {
      reader: this.#reader,
      from,
      upTo: state.seq,
      shortened: from > after + 1,
      names: this.#names,
      topics: this.#topics,
      decisions: decisions
        .filter(({ seq, decision }) => seq > after && !superseded.has(decision))
        .map(({ seq, text, by }) => ({ seq, text, by })),
      openItems: openItems
        .filter(({ seq }) => seq > after)
        .map(({ seq, kind, text, assignee = null }) => ({ seq, kind, text, assignee })),
      utterances: [...this.#heard.values()].map(spoken),
      questions: this.questions,
    };
  }

  #take(event: DurableEvent): void {
    switch (event.type) {
      case 'participant.joined': {
        const { id, displayName } = event.data.participant;
        this.#names.set(id, displayName);
        return;
      }
      case 'topic.changed':
        this.#topics = [...this.#topics, { seq: event.seq, topic: event.data.topic, by: event.by ?? null }];
        this.#topics = this.#topics.slice(-KEPT_MAX);
        return;
      case 'speech.ended':
        return this.#hear(event);
      case 'reaction.added': {
        const { participant, to, rating } = event.data;
        const heard = this.#heard.get(typeof to === 'number' ? to : (this.#seqs.get(to) ?? 0));
        if (heard && rating !== undefined && participant !== heard.participant) {
          heard.ratings.set(participant, rating);
        }
        return;
      }
      default:
    }
  }

  #hear({ seq, data }: DurableEvent<'speech.ended'>): void {
    const { utterance, participant, addressedTo, inReplyTo, expectsReply = false } = data;
    const text = data.text.slice(0, TEXT_MAX);
    const heard = { seq, utterance, participant, text, addressedTo, expectsReply, ratings: new Map() };
    this.#heard.set(seq, heard);
    this.#seqs.set(utterance, seq);
    if (this.#reader === null) return;
    if (participant === this.#reader) {
      this.#asked = this.#asked.filter((question) => !answers({ addressedTo, inReplyTo }, question));
    } else if (addressedTo.includes(this.#reader) && (expectsReply || isQuestion(data.text))) {
      this.#asked = [...this.#asked, heard].slice(-KEPT_MAX);
    }
  }
}

/** Where an answer does not say what it is to, it is to whomever it speaks to, or to all that was asked. */
const answers = (
  { addressedTo, inReplyTo }: { addressedTo: readonly ParticipantId[]; inReplyTo: Seq | string | null },
  { seq, utterance, participant }: Heard,
): boolean =>
  inReplyTo === null
    ? addressedTo.length === 0 || addressedTo.includes(participant)
    : inReplyTo === seq || inReplyTo === utterance;

function spoken({ utterance: _, ratings, ...line }: Heard): SpokenLine {
  return { ...line, rated: [...ratings.values()].reduce((sum, rating) => sum + rating, 0) };
}
