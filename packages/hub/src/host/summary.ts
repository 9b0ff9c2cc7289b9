import type {
  ConversationEvent,
  ConversationStatus,
  Instant,
  ParticipantId,
  ParticipantKind,
  PrincipalId,
  State,
} from '@parley/core';
import { iso } from '@parley/core';
import type { ConversationIndex } from '../ports/event-log.ts';

const NAMES_SHOWN = 5;
const LINE_CHARACTERS = 140;

/** What lists show of a conversation (`GET /v1/conversations`). */
export interface ConversationSummary {
  readonly id: string;
  readonly epoch: string;
  readonly seq: number;
  readonly title: string;
  readonly status: ConversationStatus | 'new';
  readonly createdAt: string;
  readonly changedAt: string;
  /** Kind of the turn strategy. */
  readonly strategy: string;
  readonly participants: {
    readonly count: number;
    readonly humans: number;
    readonly agents: number;
    readonly connected: number;
    /** The first few, in the order of joining. */
    readonly first: readonly { readonly displayName: string; readonly kind: ParticipantKind }[];
  };
  /** Name of whoever has the floor. */
  readonly holder: string | null;
  readonly lastLine: LastLine | null;
}

export interface LastLine {
  readonly speaker: string;
  readonly text: string;
  readonly at: string;
}

/** Makes the index entries of one conversation; remembers what changes only with its members. */
export class Indexer {
  #members: State['participants'] | null = null;
  #counted: ConversationSummary['participants'] = {
    count: 0,
    humans: 0,
    agents: 0,
    connected: 0,
    first: [],
  };

  index(
    state: State,
    due: Instant | null,
    events: readonly ConversationEvent[],
    lastLine: LastLine | null,
  ): ConversationIndex {
    const participants = this.#count(state);
    const holder = state.floor.holders[0]?.participant;
    const summary: ConversationSummary = {
      id: state.id,
      epoch: state.epoch,
      seq: state.seq,
      title: state.title,
      status: state.status,
      createdAt: iso(state.createdAt),
      changedAt: iso(state.at),
      strategy: state.config.floor.strategy.kind,
      participants,
      holder: holder === undefined ? null : nameOf(state, holder),
      lastLine,
    };
    return {
      status: state.status,
      title: state.title,
      due,
      attended: participants.connected > 0,
      summary: JSON.stringify(summary),
      readers: readersAmong(events),
    };
  }

  #count(state: State): ConversationSummary['participants'] {
    if (this.#members === state.participants) return this.#counted;
    const members = Object.values(state.participants);
    const humans = members.filter((member) => member.profile.kind === 'human').length;
    this.#members = state.participants;
    this.#counted = {
      count: members.length,
      humans,
      agents: members.length - humans,
      connected: members.filter((member) => member.disconnectedAt === null).length,
      first: members
        .toSorted((a, b) => a.joinOrder - b.joinOrder)
        .slice(0, NAMES_SHOWN)
        .map(({ profile }) => ({ displayName: profile.displayName, kind: profile.kind })),
    };
    return this.#counted;
  }
}

/** The newest utterance that everybody may hear, after `event`; a whisper is in no list (RT-7). */
export function lastLineAfter(
  line: LastLine | null,
  event: ConversationEvent,
  after: State,
): LastLine | null {
  if (event.type !== 'speech.ended' || event.audience !== 'all' || event.data.text === '') return line;
  const { participant, text, endedAt } = event.data;
  return { speaker: nameOf(after, participant), text: firstCharacters(text, LINE_CHARACTERS), at: endedAt };
}

/** Whether somebody is connected: then the conversation must be told when the hub was restarted. */
export const isAttended = (state: State): boolean =>
  Object.values(state.participants).some((member) => member.disconnectedAt === null);

/** Principals that may list the conversation because of these events. */
function readersAmong(events: readonly ConversationEvent[]): PrincipalId[] {
  const readers: PrincipalId[] = [];
  for (const event of events) {
    if (event.type === 'conversation.created' && event.hidden) readers.push(event.hidden.createdBy);
    if (event.type === 'participant.joined' && event.hidden) readers.push(event.hidden.principal);
  }
  return readers;
}

const nameOf = (state: State, participant: ParticipantId): string =>
  state.participants[participant]?.profile.displayName ??
  state.departed.find((former) => former.id === participant)?.displayName ??
  participant;

/** The beginning of a text as one line; cut at a character, never inside a surrogate pair, and with a sign of it. */
export function firstCharacters(text: string, max: number): string {
  const line = text
    .slice(0, max * 2)
    .replaceAll(/\s+/g, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= max && text.length <= max * 2
    ? line
    : `${characters.slice(0, max - 1).join('')}…`;
}
