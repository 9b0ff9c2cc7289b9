import type { ConversationView, ParticipantId, Reach, Seq } from '@parley/core';
import type { DurableWireEvent, WireEvent } from './events.ts';
import { toldOf } from './floor-lines.ts';
import type {
  ContextLine,
  MembershipLine,
  Reaction,
  TranscriptLine,
  UtteranceLine,
} from './transcript-lines.ts';

/** One utterance does not collect reactions without end: an audience of a thousand may clap for long. */
const REACTIONS_MAX = 1_000;
/** Names outlive their bearers' membership for as long as lines may mention them. */
const NAMES_MAX = 10_000;

/**
 * What was said and happened, as lines for people, made from events in their order. Holds the latest
 * `limit` lines. Lines are never changed in place, so that a list can tell by identity what to draw.
 */
export class Transcript {
  readonly #limit: number;
  /** By key, in the order of the log; replacing a value keeps its place. */
  #lines = new Map<string, TranscriptLine>();
  /** Keys of utterances by the seq of their end, for reactions that name a seq. */
  readonly #keysBySeq = new Map<Seq, string>();
  readonly #names = new Map<ParticipantId, string>();
  #snapshot: readonly TranscriptLine[] | null = null;
  #gaps = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The lines now; the same array until something changes. */
  get lines(): readonly TranscriptLine[] {
    this.#snapshot ??= [...this.#lines.values()];
    return this.#snapshot;
  }

  /** Takes the names from a view, for events that only have ids. */
  learnNames(view: ConversationView): void {
    for (const { id, displayName } of [...view.departed, ...view.participants]) this.#learn(id, displayName);
  }

  /** Makes what is being spoken what it is in this view. */
  adoptSpeaking(view: ConversationView): void {
    const speaking = new Set(view.speaking.map(({ utterance }) => utterance));
    for (const line of this.#lines.values()) {
      if (line.kind === 'utterance' && line.status === 'speaking' && !speaking.has(line.utterance)) {
        this.#put({ ...line, status: 'lost' });
      }
    }
    for (const { utterance } of view.speaking) this.#continue(utterance, view);
  }

  /** Folds one event in; `view` is the state after it. */
  add(event: WireEvent, view: ConversationView): void {
    switch (event.event) {
      case 'speech.delta':
        return this.#continue(event.data.utterance, view);
      case 'speech.started': {
        const { utterance, participant, topics, addressedTo, inReplyTo, late = false } = event.data;
        const begun = this.#begin(utterance, participant, event.at, event.seq);
        this.#put({ ...begun, topics, addressedTo, inReplyTo, late, ...reachOf(event.data) });
        return this.#continue(utterance, view);
      }
      case 'speech.ended':
        return this.#end(event);
      case 'reaction.added':
        return this.#react(event.data.to, event.data);
      case 'participant.joined': {
        const { id, displayName } = event.data.participant;
        this.#learn(id, displayName);
        return this.#member(event, 'joined', id, null);
      }
      case 'participant.left':
        return this.#member(event, 'left', event.data.participant, event.data.cause);
      case 'participant.disconnected':
        return this.#member(event, 'disconnected', event.data.participant, event.data.cause);
      case 'participant.returned':
        return this.#member(event, 'returned', event.data.participant, null);
      case 'participant.muted': {
        const { participant, cause, reason = null, until } = event.data;
        const about = { participant, displayName: this.#name(participant), cause, reason, until };
        return this.#put({ ...this.#base(event), kind: 'muted', ...about });
      }
      case 'participant.unmuted': {
        const { participant, cause } = event.data;
        const about = { participant, displayName: this.#name(participant), cause, reason: null, until: null };
        return this.#put({ ...this.#base(event), kind: 'unmuted', ...about });
      }
      case 'topic.changed':
        return this.#share(event, 'topic', event.data.topic, null);
      case 'item.opened':
        return this.#share(event, 'itemOpened', event.data.text, event.data.item);
      case 'item.resolved':
        return this.#share(event, 'itemResolved', event.data.resolution, event.data.item, event.data.late);
      case 'decision.recorded':
        return this.#share(event, 'decision', event.data.text, event.data.decision);
      case 'conversation.paused':
      case 'conversation.ended': {
        const { cause, reason = null } = event.data;
        const kind = event.event === 'conversation.paused' ? 'paused' : 'ended';
        return this.#put({ ...this.#base(event), kind, cause, reason });
      }
      case 'conversation.resumed':
        return this.#put({
          ...this.#base(event),
          kind: 'resumed',
          cause: event.data.cause,
          reason: null,
        });
      default:
        // Who has the floor and who is there are shown by the view; how it was decided, by lines.
        return event.seq === undefined ? undefined : this.#tell(event);
    }
  }

  /** After a reset: what is known from before stays, the hole is marked, and the latest events follow. */
  bridge(events: readonly DurableWireEvent[], missed: number, view: ConversationView, at: string): void {
    const first = events[0]?.seq ?? view.seq + 1;
    for (const line of this.#lines.values()) {
      if (line.seq !== null && line.seq >= first) this.#remove(line.key);
    }
    if (missed > 0) this.gap(missed, first, at);
    this.learnNames(view);
    for (const event of events) this.add(event, view);
    this.adoptSpeaking(view);
  }

  /** Events before `seq` are missing, and will not come. */
  gap(missed: number, seq: Seq, at: string): void {
    this.#gaps += 1;
    const key = `gap-${this.#gaps}`;
    this.#put({ kind: 'gap', key, seq, at, participant: null, displayName: '', missed });
  }

  /** Puts older events before what is there; those that are known already are left out. */
  prepend(events: readonly DurableWireEvent[], view: ConversationView): void {
    const known = this.#lines;
    let firstSeq = Number.POSITIVE_INFINITY;
    for (const line of known.values()) firstSeq = Math.min(firstSeq, line.seq ?? Number.POSITIVE_INFINITY);
    this.#lines = new Map();
    for (const event of events) {
      if (event.seq < firstSeq) this.add(event, view);
    }
    const older = this.#lines;
    // Room is for the newest lines: of the older ones as many as fit.
    const surplus = older.size + known.size - this.#limit;
    for (const key of [...older.keys()].slice(0, Math.max(0, surplus))) older.delete(key);
    for (const [key, line] of known) older.set(key, line);
    this.#snapshot = null;
  }

  clear(): void {
    this.#lines = new Map();
    this.#keysBySeq.clear();
    this.#snapshot = null;
  }

  #utterance(utterance: string): UtteranceLine | undefined {
    const line = this.#lines.get(utterance);
    return line?.kind === 'utterance' ? line : undefined;
  }

  #begin(utterance: string, participant: ParticipantId, at: string, seq: Seq | null): UtteranceLine {
    return {
      kind: 'utterance',
      key: utterance,
      seq,
      at,
      participant,
      displayName: this.#name(participant),
      utterance,
      status: 'speaking',
      text: '',
      endedAt: null,
      endedSeq: null,
      interrupted: false,
      interruptedBy: null,
      addressedTo: [],
      topics: [],
      whisperedTo: null,
      narrowed: false,
      inReplyTo: null,
      expectsReply: false,
      late: false,
      reactions: [],
    };
  }

  /** The view has put the pieces together already. */
  #continue(utterance: string, view: ConversationView): void {
    const spoken = view.speaking.find((entry) => entry.utterance === utterance);
    const line = this.#utterance(utterance);
    if (!spoken || line?.status === 'ended') return;
    const begun = line ?? this.#begin(utterance, spoken.participant, spoken.startedAt, null);
    this.#put({ ...begun, status: 'speaking', text: spoken.text });
  }

  #end({ data, seq, at }: DurableWireEvent<'speech.ended'>): void {
    const begun =
      this.#utterance(data.utterance) ?? this.#begin(data.utterance, data.participant, data.startedAt, seq);
    const { text, topics, addressedTo, inReplyTo, endedAt } = data;
    this.#keysBySeq.set(seq, begun.key);
    this.#put({
      ...begun,
      seq: begun.seq ?? seq,
      status: 'ended',
      text,
      topics,
      addressedTo,
      inReplyTo,
      ...reachOf(data),
      endedAt: endedAt ?? at,
      endedSeq: seq,
      expectsReply: data.expectsReply ?? false,
      late: data.late ?? false,
      interrupted: data.interrupted ?? false,
      interruptedBy: data.interruptedBy ?? null,
    });
  }

  #react(to: Seq | string, { participant, kind, rating }: Reaction): void {
    const key = typeof to === 'number' ? (this.#keysBySeq.get(to) ?? `utt_${to}`) : to;
    const line = this.#utterance(key);
    if (!line || line.reactions.length >= REACTIONS_MAX) return;
    const reaction = { participant, kind, ...(rating === undefined ? {} : { rating }) };
    this.#put({ ...line, reactions: [...line.reactions, reaction] });
  }

  #member(
    event: DurableWireEvent,
    kind: MembershipLine['kind'],
    participant: ParticipantId,
    cause: string | null,
  ): void {
    const displayName = this.#name(participant);
    this.#put({ ...this.#base(event), kind, participant, displayName, cause });
  }

  #share(
    event: DurableWireEvent,
    kind: ContextLine['kind'],
    text: string,
    ref: string | null,
    late = false,
  ): void {
    this.#put({ ...this.#base(event), kind, text, ref, late });
  }

  #tell(event: DurableWireEvent): void {
    const told = toldOf(event, (id) => this.#name(id));
    if (!told) return;
    const [participant = null] = told.participants;
    const displayName = participant === null ? '' : this.#name(participant);
    const seq = this.#lines.get(told.key)?.seq ?? event.seq;
    this.#put({ kind: 'floor', seq, at: event.at, participant, displayName, ...told });
  }

  #base({ seq, at, by }: DurableWireEvent) {
    return {
      key: `seq-${seq}`,
      seq,
      at,
      participant: by ?? null,
      displayName: by === undefined ? '' : this.#name(by),
    };
  }

  #learn(participant: ParticipantId, displayName: string): void {
    this.#names.set(participant, displayName);
    if (this.#names.size > NAMES_MAX) this.#names.delete(this.#names.keys().next().value as string);
  }

  #name(participant: ParticipantId): string {
    return this.#names.get(participant) ?? participant;
  }

  #put(line: TranscriptLine): void {
    this.#lines.set(line.key, line);
    this.#snapshot = null;
    if (this.#lines.size > this.#limit) this.#remove(this.#lines.keys().next().value as string);
  }

  #remove(key: string): void {
    const line = this.#lines.get(key);
    if (line?.kind === 'utterance' && line.endedSeq !== null) this.#keysBySeq.delete(line.endedSeq);
    this.#lines.delete(key);
    this.#snapshot = null;
  }
}

const reachOf = ({ to, narrowed }: Reach): Pick<UtteranceLine, 'whisperedTo' | 'narrowed'> => ({
  whisperedTo: to ?? null,
  narrowed: narrowed ?? false,
});
