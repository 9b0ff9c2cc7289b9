import { initialState, project } from '@parley/core';
import type { ConversationView, HolderView } from '@parley/core';
import type { FloorGlance } from './floor-calls.ts';

export const NOW = '2026-01-01T00:00:00.000Z';
export const now = Date.parse(NOW);
/** `NOW` and so many seconds. */
export const inSeconds = (seconds: number): string => new Date(now + seconds * 1_000).toISOString();

export const holderOf = (participant: string, change: Partial<HolderView> = {}): HolderView => ({
  participant,
  grant: 4,
  since: NOW,
  turnMs: 65_000,
  endsAt: inSeconds(65),
  cause: 'queue',
  ...change,
});

export const WINDOW = { window: 'win_5', closesAt: inSeconds(4), passed: [] };
export const BALLOT = {
  ballot: 'bal_6',
  kind: 'turn',
  candidates: ['prt_a', 'prt_b'],
  electorate: ['prt_a', 'prt_b', 'prt_me'],
  closesAt: inSeconds(10),
  voted: [],
} as const;

interface Change extends Partial<Omit<ConversationView, 'floor'>> {
  readonly floor?: Partial<ConversationView['floor']>;
  readonly strategy?: { readonly kind: string; readonly [setting: string]: unknown };
  /** Mine. */
  readonly roles?: readonly string[];
}

const person = (id: string, displayName: string, roles: readonly string[] = []) => ({
  id,
  displayName,
  kind: 'human',
  roles,
  capabilities: [],
  topics: [],
  interests: [],
  joinedAt: NOW,
  joinedSeq: 1,
  presence: { status: 'active' },
  connection: 'connected',
});

/** A room of Ada (with a name that would clear a screen), Bo, Bodo and me. */
export function aView({ floor, strategy, roles, ...change }: Change = {}): ConversationView {
  const start = project(initialState(), { participant: 'prt_me', moderator: false });
  const people = [
    person('prt_a', 'Ada\u001b[2J'),
    person('prt_b', 'Bo'),
    person('prt_bo', 'Bodo'),
    person('prt_me', 'Me', roles),
  ];
  const config = strategy ? { ...start.config, floor: { ...start.config.floor, strategy } } : start.config;
  return {
    ...start,
    status: 'active',
    participants: people as unknown as ConversationView['participants'],
    config,
    ...change,
    floor: { ...start.floor, ...floor },
  };
}

export const aGlance = (change: Change = {}, rest: Partial<FloorGlance> = {}): FloorGlance => ({
  view: aView(change),
  me: 'prt_me',
  asked: true,
  position: null,
  estimatedWaitMs: null,
  now,
  ...rest,
});
