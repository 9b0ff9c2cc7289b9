import type { Data } from '../checkers/history.ts';
import type { Random } from '../random.ts';

export const ROLES = ['teacher', 'student', 'guest'] as const;
export const TOPICS = ['tea.green', 'tea.black', 'coffee.beans'] as const;
const PATTERNS = [...TOPICS, 'tea.*', '>'] as const;

/** One of the levels that a view can have, with bounds that a short run reaches. */
export const LEVELS = {
  strong: { kind: 'strong', barrierTimeoutMs: 400 },
  eventual: { kind: 'eventual', maxLagMs: 150, holdMs: 0 },
  held: { kind: 'eventual', maxLagMs: 150, holdMs: 40 },
  causal: { kind: 'causal' },
  bestEffort: { kind: 'bestEffort' },
} as const satisfies Readonly<Record<string, Data>>;

/** Short, so that every timer runs out in a run. */
const TIMERS = {
  firstContentMs: 900,
  maxTurnMs: 2_500,
  silenceMs: 900,
  warnBeforeMs: 300,
  revokeGraceMs: 200,
  retryAfterMs: 300,
} as const;

/** Turns of agents among themselves have no end: the guard of FL-14 would end what a run is about. */
export const FLOOR = { timers: TIMERS, maxConsecutiveAgentTurns: 0 } as const;

/** The level of a client's own choice, or none. */
export const levelOf = (random: Random): Data | null =>
  LEVELS[random.weighted({ strong: 2, eventual: 2, held: 1, causal: 3, bestEffort: 2 })];

/** Whoever is muted may speak again within the time that a world has to come to rest. */
export const MUTES = { muteMs: 1_000, muteMaxMs: 4_000 };

/** A conversation's configuration; strategies and policies are those with one holder at a time. */
export function configOf(random: Random): Data {
  const strategy = random.weighted({ sequential: 3, roundRobin: 2, priority: 2, bidding: 2 });
  const settings: Readonly<Record<typeof strategy, Data>> = {
    sequential: { kind: 'sequential' },
    roundRobin: { kind: 'roundRobin', timeSliceMs: 1_500 },
    priority: { kind: 'priority' },
    bidding: { kind: 'bidding', bidWindowMs: 200 },
  };
  return {
    floor: { ...FLOOR, strategy: settings[strategy] },
    interruption: { kind: random.pick(['forbidden', 'priorityBased']) },
    routing: routingOf(random),
    consistency: LEVELS[random.weighted({ strong: 2, eventual: 3, held: 1, causal: 1, bestEffort: 1 })],
    presence: { reconnectGraceMs: random.pick([1_500, 4_000]) },
    agents: { ...MUTES, maxFailures: random.pick([1, 3]) },
    history: { visibility: random.pick(['full', 'sinceJoin']) },
    minParticipants: random.pick([0, 0, 4]),
  };
}

/** What a moderator changes while the conversation runs. */
export function changeOf(random: Random): Data {
  switch (random.weighted({ routing: 2, timers: 2, interruption: 1, grace: 1 })) {
    case 'routing':
      return { routing: routingOf(random) };
    case 'timers':
      return { floor: { timers: { firstContentMs: random.integer(500, 1_200) } } };
    case 'interruption':
      return { interruption: { kind: random.pick(['forbidden', 'priorityBased']) } };
    case 'grace':
      return { presence: { reconnectGraceMs: random.integer(1_500, 4_000) } };
  }
}

/** Who hears whom by roles. */
export const SCHOOL = {
  kind: 'roleBased',
  table: { teacher: ['student'], student: ['teacher', 'guest'] },
} as const;

function routingOf(random: Random): Data {
  switch (random.weighted({ broadcast: 2, roleBased: 1, topicBased: 1 })) {
    case 'broadcast':
      return { kind: 'broadcast', whisper: true };
    case 'roleBased':
      return { ...SCHOOL, whisper: true };
    case 'topicBased':
      return { kind: 'topicBased', whisper: true };
  }
}

/** Who somebody is. */
export function profileOf(random: Random): Data {
  const level = random.chance(0.7) ? levelOf(random) : null;
  return {
    kind: random.pick(['human', 'agent']),
    roles: ['participant', random.pick(ROLES)],
    topics: PATTERNS.filter(() => random.chance(0.3)),
    ...(random.chance(0.15) ? { async: true, kind: 'human' } : {}),
    ...(level ? { consistency: level } : {}),
  };
}
