import type { ConversationView, ParticipantId, Seq, State, Viewer } from '@parley/core';
import { iso, project } from '@parley/core';
import type { Conversations } from '../host/submission.ts';
import type { Reader, StoredEvent } from './chain.ts';
import { chainFor, mayRead } from './chain.ts';

/** CU-2: so many missed events are all given to who returns; of more, the last few. */
export const SUMMARY_THRESHOLD = 100;
const LAST_OF_MANY = 20;
/** Events given at most, and how much text: a catch-up is one frame. More is read page by page. */
const LAST_MAX = 1_000;
const CHARACTERS_MAX = 512 * 1024;
/** Seqs looked at, from the end backwards, to find the last events of an audience (CU-3: bounded). */
const LOOKED_AT_MAX = 4_096;
const PAGE = { limit: 500, maxBytes: 512 * 1024 };

/** What waits for a participant, so that it need not find out from the state. */
export type WaitingItem =
  | { readonly kind: 'question'; readonly item: string; readonly text: string; readonly seq: Seq }
  /** It was asked in the last turn, and only it is granted the floor until then (FL-13). */
  | { readonly kind: 'question'; readonly closesAt: string }
  /** A ballot that is open and in which it has not voted (TS-16, IP-3). */
  | { readonly kind: 'vote'; readonly ballot: string; readonly closesAt: string }
  /** Somebody asks it, the holder, for the floor (IP-4). */
  | {
      readonly kind: 'permission';
      readonly interruption: string;
      readonly participant: ParticipantId;
      readonly closesAt: string;
    }
  | { readonly kind: 'floor'; readonly position: number }
  | { readonly kind: 'floor'; readonly grant: Seq; readonly endsAt: string };

export interface CatchUp {
  readonly state: ConversationView;
  /** The last events of the viewer's audience up to the state, oldest first, as they stand in its chain. */
  readonly events: readonly Record<string, unknown>[];
  /** Events of its audience since then that are not in `events`; beyond the last few thousand, all are counted. */
  readonly missed: number;
  readonly waiting: readonly WaitingItem[];
}

export interface CatchUpRequest {
  readonly viewer: Viewer;
  /** Last seq that the viewer has; from the beginning by default. */
  readonly after?: Seq;
  /** How many events at most; by default all up to {@link SUMMARY_THRESHOLD}, else the last 20. */
  readonly last?: number;
}

/** First seq that a viewer may see (RT-7). Who configures without having joined sees everything for all. */
export function historyFrom(state: State, participant: ParticipantId | null): Seq {
  if (state.config.history.visibility === 'full' || participant === null) return 0;
  return state.participants[participant]?.joinedSeq ?? state.seq + 1;
}

/** CU-1, CU-2: reads the end of the log, and no more of it however long it is (CU-3). */
export async function catchUp(
  conversations: Conversations,
  state: State,
  { viewer, after = 0, last }: CatchUpRequest,
): Promise<CatchUp> {
  const reader = {
    participant: viewer.participant,
    historyFrom: historyFrom(state, viewer.participant),
  };
  const first = Math.max(after, reader.historyFrom - 1);
  const wanted = Math.min(last ?? SUMMARY_THRESHOLD, LAST_MAX);
  const { events, lookedFrom } = await newest(conversations, state, reader, first, wanted);
  const total = Math.max(0, lookedFrom - first) + events.length;
  const shown = lastFew(events, last ?? (total > SUMMARY_THRESHOLD ? LAST_OF_MANY : SUMMARY_THRESHOLD));
  const before = events.at(-1 - shown.length)?.seq ?? lookedFrom;
  const view = project(state, viewer);
  return {
    state: view,
    events: chainFor(shown, reader, before).jsons.map((json) => JSON.parse(json) as Record<string, unknown>),
    missed: total - shown.length,
    waiting: waitingFor(state, view),
  };
}

/** The reader's events after `first`, from as far back as it takes to find `wanted` of them. */
async function newest(
  conversations: Conversations,
  state: State,
  reader: Reader,
  first: Seq,
  wanted: number,
): Promise<{ events: StoredEvent[]; lookedFrom: Seq }> {
  let lookedFrom = state.seq;
  let events: StoredEvent[] = [];
  for (let window = wanted + 1; ; window *= 4) {
    const from = Math.max(first, state.seq - Math.min(window, LOOKED_AT_MAX));
    events = [...(await between(conversations, state.id, from, lookedFrom, reader)), ...events];
    lookedFrom = from;
    if (events.length > wanted || from <= first || window >= LOOKED_AT_MAX) return { events, lookedFrom };
  }
}

/** The reader's events with `after` < seq ≤ `upTo`. */
async function between(
  conversations: Conversations,
  conversation: string,
  after: Seq,
  upTo: Seq,
  reader: Reader,
): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  while (after < upTo) {
    const page = await conversations.readEvents(conversation, after, PAGE);
    events.push(...page.events.filter((event) => event.seq <= upTo && mayRead(event, reader)));
    if (page.next <= after) break;
    after = page.next;
  }
  return events;
}

/**
 * The reader's events after `after`: how many, and the last of them (`after` itself where there is none).
 * Of more than the last few thousand, all are counted.
 */
export async function missedSince(
  conversations: Conversations,
  state: State,
  reader: Reader,
  after: Seq,
): Promise<{ readonly count: number; readonly last: Seq }> {
  if (after >= state.seq) return { count: 0, last: after };
  const first = Math.max(after, (reader.historyFrom ?? 0) - 1);
  const from = Math.max(first, state.seq - LOOKED_AT_MAX);
  const events = await between(conversations, state.id, from, state.seq, reader);
  return { count: from - first + events.length, last: events.at(-1)?.seq ?? after };
}

function lastFew(events: readonly StoredEvent[], count: number): StoredEvent[] {
  const shown: StoredEvent[] = [];
  let characters = 0;
  for (const event of events.toReversed()) {
    characters += event.json.length;
    if (shown.length >= Math.min(count, LAST_MAX) || (shown.length > 0 && characters > CHARACTERS_MAX)) break;
    shown.push(event);
  }
  return shown.reverse();
}

function waitingFor(state: State, { floor, context, viewer }: ConversationView): WaitingItem[] {
  const { participant } = viewer;
  if (participant === null) return [];
  const waiting: WaitingItem[] = [];
  const { ballot, interruption } = floor;
  if (ballot?.electorate.includes(participant) && !ballot.voted.includes(participant)) {
    waiting.push({ kind: 'vote', ballot: ballot.ballot, closesAt: ballot.closesAt });
  }
  if (
    interruption.state === 'pending' &&
    interruption.stage === 'asked' &&
    interruption.holder === participant
  ) {
    waiting.push({
      kind: 'permission',
      interruption: interruption.interruption,
      participant: interruption.participant,
      closesAt: interruption.deadline,
    });
  }
  for (const { item, text, seq, assignee } of context.openItems) {
    if (assignee === participant) waiting.push({ kind: 'question', item, text, seq });
  }
  const { replyWindow } = state.floor;
  if (replyWindow?.addressees.includes(participant)) {
    waiting.push({ kind: 'question', closesAt: iso(replyWindow.closesAt) });
  }
  const held = floor.holders.find((holder) => holder.participant === participant);
  if (held) waiting.push({ kind: 'floor', grant: held.grant, endsAt: held.endsAt });
  const waits = floor.queue.find((request) => request.participant === participant);
  if (waits) waiting.push({ kind: 'floor', position: waits.position });
  return waiting;
}
