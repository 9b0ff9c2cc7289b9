import type { ConversationView, ParticipantId, Seq, State, Viewer } from '@parley/core';
import { project } from '@parley/core';
import type { Conversations } from '../host/submission.ts';
import type { SpokenLine, Summary } from '../ports/summariser.ts';
import type { Reader, StoredEvent } from './chain.ts';
import { chainFor } from './chain.ts';
import type { Stretch } from './pages.ts';
import { pagesOf } from './pages.ts';
import type { Summaries } from './summaries.ts';
import { questionsIn, SUMMARY_THRESHOLD } from './summaries.ts';
import type { WaitingItem } from './waiting.ts';
import { waitingFor } from './waiting.ts';

const LAST_OF_MANY = 20;
/** Events given at most, and how much text: a catch-up is one frame. More is read page by page. */
const LAST_MAX = 1_000;
const CHARACTERS_MAX = 512 * 1024;
/** Seqs looked at, from the end backwards, to find the last events of an audience (CU-3: bounded). */
const LOOKED_AT_MAX = 4_096;
const PAGE = { limit: 500, maxBytes: 512 * 1024 };

export interface CatchUp {
  readonly state: ConversationView;
  /** The last events of the viewer's audience up to the state, oldest first, as they stand in its chain. */
  readonly events: readonly Record<string, unknown>[];
  /**
   * Events of its audience since then that are not in `events`. What lies before the stretch that had to be
   * searched for these is not read (CU-3) and counts whole, also what is for others only.
   */
  readonly missed: number;
  readonly waiting: readonly WaitingItem[];
  readonly summary?: Summary;
}

export interface CatchUpRequest {
  readonly viewer: Viewer;
  /** It became a member just now. */
  readonly newcomer?: boolean;
  /** Last seq that the viewer has; from the beginning by default. */
  readonly after?: Seq;
  /**
   * How many events at most; by default all up to {@link SUMMARY_THRESHOLD}, else the last 20. With 0 the
   * log is not searched for what was missed, and nothing is summed up.
   */
  readonly last?: number;
}

export interface CatchUpParts {
  readonly conversations: Conversations;
  readonly summaries: Summaries;
}

/** First seq that a viewer may see (RT-7). Who configures without having joined sees everything for all. */
export function historyFrom(state: State, participant: ParticipantId | null): Seq {
  if (state.config.history.visibility === 'full' || participant === null) return 0;
  return state.participants[participant]?.joinedSeq ?? state.seq + 1;
}

/** CU-1, CU-2: reads the end of the log, and no more of it however long it is (CU-3). */
export async function catchUp(
  { conversations, summaries }: CatchUpParts,
  state: State,
  request: CatchUpRequest,
): Promise<CatchUp> {
  const { viewer, after = 0, last } = request;
  const reader = {
    participant: viewer.participant,
    historyFrom: historyFrom(state, viewer.participant),
  };
  const first = Math.max(after, reader.historyFrom - 1);
  const { events, lookedFrom } = await newestEvents(conversations, state, reader, first, wantedOf(request));
  const total = Math.max(0, lookedFrom - first) + events.length;
  const shown = lastFew(events, last ?? (total > SUMMARY_THRESHOLD ? LAST_OF_MANY : SUMMARY_THRESHOLD));
  const before = events.at(-1 - shown.length)?.seq ?? lookedFrom;
  const view = project(state, viewer);
  const short = await inShort(summaries, state, request, { reader, first, events, total });
  return {
    state: view,
    events: chainFor(shown, reader, before).jsons.map((json) => JSON.parse(json) as Record<string, unknown>),
    missed: total - shown.length,
    waiting: waitingFor(state, view, short.questions),
    ...(short.summary ? { summary: short.summary } : {}),
  };
}

/** A member is asked things while it is away: its whole gap is looked at, where that is small. */
function wantedOf({ viewer, newcomer = false, last }: CatchUpRequest): number {
  const wanted = Math.min(last ?? SUMMARY_THRESHOLD, LAST_MAX);
  return last === 0 || newcomer || viewer.participant === null ? wanted : Math.max(wanted, SUMMARY_THRESHOLD);
}

interface Gap {
  readonly reader: Reader;
  readonly first: Seq;
  readonly events: StoredEvent[];
  readonly total: number;
}

/** The gap's summary, where it is long, and what the viewer was asked in it. */
async function inShort(
  summaries: Summaries,
  state: State,
  { viewer: { participant }, newcomer = false, last }: CatchUpRequest,
  { reader, first, events, total }: Gap,
): Promise<{ summary: Summary | null; questions: readonly SpokenLine[] }> {
  const long = total > SUMMARY_THRESHOLD && last !== 0;
  const forAll = newcomer || participant === null;
  if (forAll && first === 0) {
    const { summary: recorded } = state.context;
    return { summary: recorded ?? (long ? await summaries.forNewcomer(state) : null), questions: [] };
  }
  if (long && !newcomer) return summaries.ofGap(state, reader, first);
  const questions = participant === null || newcomer ? [] : questionsIn(state, participant, events);
  return { summary: null, questions };
}

/** The reader's events after `first`, from as far back as it takes to find `wanted` of them. */
export async function newestEvents(
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
    const stretch = { after: from, upTo: lookedFrom, limits: PAGE };
    events = [...(await eventsOf(conversations, state, reader, stretch)), ...events];
    lookedFrom = from;
    if (events.length > wanted || from <= first || window >= LOOKED_AT_MAX) return { events, lookedFrom };
  }
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
  const stretch = { after: from, upTo: state.seq, limits: PAGE };
  const events = await eventsOf(conversations, state, reader, stretch);
  return { count: from - first + events.length, last: events.at(-1)?.seq ?? after };
}

/** All of the reader's events of a stretch that is known to be short. */
async function eventsOf(
  conversations: Conversations,
  state: State,
  reader: Reader,
  stretch: Stretch,
): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const page of pagesOf(conversations, state.id, reader, stretch)) events.push(...page);
  return events;
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
