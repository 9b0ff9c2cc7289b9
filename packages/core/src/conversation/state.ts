import type { SharedContext } from '../context/context.ts';
import { emptyContext } from '../context/context.ts';
import type { Ledger } from '../credits/ledger.ts';
import type { Contribution } from '../fairness/contributions.ts';
import type { Floor } from '../floor/floor.ts';
import { emptyFloor } from '../floor/floor.ts';
import type { ConversationId, ParticipantId, PrincipalId, Seq } from '../kernel/id.ts';
import type { Instant } from '../kernel/instant.ts';
import type { RandomState } from '../kernel/random.ts';
import { readSettings } from '../kernel/settings.ts';
import { emptyTable, type Table } from '../kernel/table.ts';
import { assert } from '../kernel/assert.ts';
import type { Participant } from '../participants/participant.ts';
import type { Presence } from '../participants/presence.ts';
import type { Webhook } from '../participants/webhook.ts';
import type { ConversationConfig } from './config.ts';
import { configSpec } from './settings.ts';
import type { Bridge } from './bridge.ts';
import type { ConversationStatus, DepartedView } from './view.ts';

/** A conversation at one point of its log. Plain JSON; never changed in place. */
export interface State {
  readonly id: ConversationId;
  readonly epoch: string;
  /** Of the last durable event; 0 before the conversation was created. */
  readonly seq: Seq;
  /** Of the last event: nothing is decided at an earlier instant. */
  readonly at: Instant;
  readonly status: 'new' | ConversationStatus;
  readonly title: string;
  readonly createdBy: PrincipalId;
  readonly createdAt: Instant;
  readonly config: ConversationConfig;
  readonly paused: { readonly at: Instant; readonly cause: string } | null;
  readonly participants: Readonly<Record<ParticipantId, Participant>>;
  /** Of members that gave one (PR-3). */
  readonly webhooks: Readonly<Record<ParticipantId, Webhook>>;
  /** How many have ever joined. */
  readonly joins: number;
  /** Latest former members, the earliest first. */
  readonly departed: readonly DepartedView[];
  /** When the last member left; null while there is one, and before the first. */
  readonly emptySince: Instant | null;
  /** Uses of each invite that has not expired. */
  readonly inviteUses: Readonly<Record<string, { readonly uses: number; readonly expiresAt: Instant }>>;
  readonly floor: Floor;
  readonly context: SharedContext;
  readonly contributions: Table<Contribution>;
  readonly recentUtterances: readonly SpokenUtterance[];
  readonly lastHeard: LastHeard;
  /** Participants that the hub is to reach, in the order in which they were added. */
  readonly bridges: readonly Bridge[];
  readonly credits: Ledger;
  /** Latest urgencies that each member claimed in bids, oldest first (TS-7). */
  readonly urgencies: Readonly<Record<ParticipantId, readonly number[]>>;
  readonly random: RandomState;
  readonly live: LiveState;
}

/** What strong views have to acknowledge (CS-1): for each member the last utterance that was for it. */
export interface LastHeard {
  /** For everybody. */
  readonly aloud: HeardUtterance | null;
  /** For some only, by those who could hear it. */
  readonly apart: Table<HeardUtterance>;
}

export interface HeardUtterance {
  readonly seq: Seq;
  readonly at: Instant;
}

/** An utterance that can still be rated. */
export interface SpokenUtterance {
  readonly id: string;
  readonly seq: Seq;
  readonly speaker: ParticipantId;
  readonly grant: Seq;
  /** By whoever gave them, −1…1. */
  readonly ratings: Readonly<Record<ParticipantId, number>>;
}

/**
 * What only those who are there now need. It comes from ephemeral events, from what durable ones say in
 * passing, and from acknowledgements, which are no events; it is not in snapshots and gone with the process.
 */
export interface LiveState {
  /** What was said so far, by utterance. An open utterance that is missing here was lost with a restart. */
  readonly texts: Readonly<Record<string, string>>;
  /** When the last piece of an utterance came, by grant. */
  readonly heardAt: Readonly<Record<Seq, Instant>>;
  /** Grants whose holder was told that its time runs out. */
  readonly warned: Readonly<Record<Seq, true>>;
  /** Set by the participant, or idle. Who is missing here is active, or offline where it is not connected. */
  readonly presence: Readonly<Record<ParticipantId, Presence>>;
  /** Last thing that a participant did. */
  readonly activeAt: Table<Instant>;
  /** Up to which seq views that turns wait for have everything (CS-1). */
  readonly acknowledged: Table<Seq>;
  /** Views that were announced to be behind, and not yet to have caught up. */
  readonly stale: Readonly<Record<ParticipantId, true>>;
}

const nothingLive: LiveState = {
  texts: {},
  heardAt: {},
  warned: {},
  presence: {},
  activeAt: emptyTable,
  acknowledged: emptyTable,
  stale: {},
};

/** The state before the first event. */
export function initialState(): State {
  const config = readSettings(configSpec, undefined, '');
  assert(config.ok, 'the configuration has a default for everything that is not optional');
  return {
    id: '',
    epoch: '',
    seq: 0,
    at: 0,
    status: 'new',
    title: '',
    createdBy: '',
    createdAt: 0,
    config: config.value as unknown as ConversationConfig,
    paused: null,
    participants: {},
    webhooks: {},
    joins: 0,
    departed: [],
    emptySince: null,
    inviteUses: {},
    floor: emptyFloor,
    context: emptyContext,
    contributions: emptyTable,
    recentUtterances: [],
    lastHeard: { aloud: null, apart: emptyTable },
    bridges: [],
    credits: {},
    urgencies: {},
    random: 0,
    live: nothingLive,
  };
}

/** A member by id; ids come from outside, so names that every object has are no members. */
export const memberById = (state: State, id: ParticipantId): Participant | undefined =>
  Object.hasOwn(state.participants, id) ? state.participants[id] : undefined;

/** The part that folding the log gives: what snapshots keep and replays must agree on. */
export const durableState = (state: State): State => ({ ...state, live: nothingLive });

/** The state with one member changed; the same where there is none of this id. */
export function withMember(
  state: State,
  id: ParticipantId,
  change: (member: Participant) => Participant,
): State {
  const member = state.participants[id];
  return member ? { ...state, participants: { ...state.participants, [id]: change(member) } } : state;
}
