import { noContribution, qualityOf, recentAt } from '../fairness/contributions.ts';
import type { FloorRequest } from '../floor/request.ts';
import type { FloorFigures, FloorMember, FloorView } from '../floor/view.ts';
import type { InterruptionPolicy } from '../interruptions/policy.ts';
import { interruptionPolicies } from '../interruptions/registry.ts';
import { assert } from '../kernel/assert.ts';
import type { ParticipantId } from '../kernel/id.ts';
import type { Instant } from '../kernel/instant.ts';
import { nextRandom } from '../kernel/random.ts';
import { entryOf } from '../kernel/table.ts';
import { isObserver } from '../participants/role.ts';
import { routingStrategies } from '../routing/registry.ts';
import type { RoutingStrategy } from '../routing/strategy.ts';
import { turnStrategies } from '../turns/registry.ts';
import type { StrategyView, TurnStrategy } from '../turns/strategy.ts';
import { rosterOf } from './roster.ts';
import type { State } from './state.ts';
import { memberById } from './state.ts';

/** What the interruption policy of this conversation is shown. */
export const policyView = (state: State, at: Instant): FloorView =>
  floorView(state, at, state.config.interruption);

/** What the turn strategy of this conversation is shown. */
export const strategyView = (state: State, at: Instant): StrategyView =>
  floorView(state, at, state.config.floor.strategy);

/** Made several times for each command, so whatever costs anything is computed when it is first asked for. */
function floorView(state: State, at: Instant, settings: FloorView['settings']): StrategyView {
  let members: readonly FloorMember[] | undefined;
  let total: number | undefined;
  let waiting: readonly FloorRequest[] | undefined;
  const recentTotal = () =>
    (total ??= rosterOf(state).members.reduce((sum, { profile }) => sum + recentMsOf(state, profile.id), 0));
  const view: StrategyView = {
    at,
    settings,
    timers: state.config.floor.timers,
    priority: state.config.floor.priority,
    floor: state.floor,
    members: () => (members ??= rosterOf(state).members.map(({ profile }) => memberView(state, profile.id))),
    waiting: () => (waiting ??= inOrder(state, view)),
    member: (id) => (memberById(state, id) ? memberView(state, id) : undefined),
    eligible: (id) => mayHold(state, id),
    elector: (id) => mayVote(state, id),
    figures: (id) => figuresOf(state, id, recentTotal),
    topic: state.context.topic,
    random: (index) => nextRandom((state.random + Math.imul(index, 0x9e3779b9)) >>> 0).value,
  };
  return view;
}

/** Live requests as they are served: what was put at the head first, the rest as the strategy wants it. */
export const waitingOf = (state: State, at: Instant): readonly FloorRequest[] =>
  strategyView(state, at).waiting();

function inOrder(state: State, view: FloorView): readonly FloorRequest[] {
  const { queue } = state.floor;
  if (queue.length < 2) return queue;
  const ordered = turnStrategyOf(state).order(view);
  if (!queue.some((request) => request.pinned === true)) return ordered;
  return [
    ...queue.filter((request) => request.pinned === true),
    ...ordered.filter((request) => request.pinned !== true),
  ];
}

function memberView(state: State, id: ParticipantId): FloorMember {
  const member = state.participants[id];
  assert(member, `${id} is a member`);
  const { kind, roles, interests, offers } = member.profile;
  return {
    id,
    kind,
    roles,
    joinOrder: member.joinOrder,
    presentSince: member.presentSince,
    active: member.disconnectedAt === null && !Object.hasOwn(state.live.presence, id),
    offered: offers ?? kind !== 'human',
    interests,
  };
}

function figuresOf(state: State, id: ParticipantId, recentTotal: () => number): FloorFigures {
  const sum = entryOf(state.contributions, id) ?? noContribution;
  const recentMs = recentMsOf(state, id);
  return {
    meanTurnMs: sum.turns > 0 ? sum.speakingMs / sum.turns : null,
    recentMs,
    recentShare: recentMs === 0 ? 0 : recentMs / recentTotal(),
    quality: qualityOf(sum),
    urgencies: state.urgencies[id] ?? [],
  };
}

/**
 * Decayed speaking time as of the end of the last turn: between turns everybody's halves alike, so
 * nothing changes that matters, and what a strategy computes stays the same until something happens.
 */
function recentMsOf(state: State, id: ParticipantId): number {
  const sum = entryOf(state.contributions, id);
  if (!sum) return 0;
  const asOf = state.floor.lastTurn?.endedAt ?? sum.recentAt;
  return recentAt(sum, Math.max(asOf, sum.recentAt), state.config.fairness.halfLifeMs);
}

/** FL-2, FL-7, DG-3: present, allowed to speak, and not muted. */
export const mayHold = (state: State, id: ParticipantId): boolean =>
  mayVote(state, id) && !isMuted(state, id);

/** FL-2: present and no observer. */
export function mayVote(state: State, id: ParticipantId): boolean {
  const member = memberById(state, id);
  return member !== undefined && member.disconnectedAt === null && !isObserver(member.profile.roles);
}

export const isMuted = (state: State, id: ParticipantId): boolean =>
  (memberById(state, id)?.muted ?? null) !== null;

export function turnStrategyOf(state: State): TurnStrategy {
  const strategy = turnStrategies[state.config.floor.strategy.kind];
  assert(strategy, `strategy ${state.config.floor.strategy.kind} is registered`);
  return strategy;
}

export const slotsOf = (state: State): number => turnStrategyOf(state).slots(state.config.floor.strategy);

/** Somebody more may be given the floor without anybody giving way. */
export const hasRoom = (state: State): boolean => state.floor.holders.length < slotsOf(state);

export function interruptionPolicyOf(state: State): InterruptionPolicy {
  const policy = interruptionPolicies[state.config.interruption.kind];
  assert(policy, `interruption policy ${state.config.interruption.kind} is registered`);
  return policy;
}

export function routingOf(state: State): RoutingStrategy {
  const routing = routingStrategies[state.config.routing.kind];
  assert(routing, `routing ${state.config.routing.kind} is registered`);
  return routing;
}

/** Place in the order of service, 1 is next; null for somebody who does not wait. */
export function queuePositionOf(state: State, at: Instant, id: ParticipantId): number | null {
  const index = waitingOf(state, at).findIndex((request) => request.participant === id);
  return index < 0 ? null : index + 1;
}

/**
 * TS-1: what is left of the current turn (of the first to end, where several speak) and the turns of those
 * before: what each said it needs, else its mean turn so far, else the longest a turn may be.
 */
export function estimatedWaitMs(state: State, at: Instant, position: number): number {
  const view = strategyView(state, at);
  const strategy = turnStrategyOf(state);
  const slots = slotsOf(state);
  const ends = state.floor.holders.map((grant) =>
    Math.max(0, (grant.firstContentAt ?? grant.armedAt) + grant.turnMs - at),
  );
  const remainder = state.floor.holders.length < slots ? 0 : Math.min(...ends);
  const before = view
    .waiting()
    .slice(0, position - 1)
    .reduce((sum, request) => {
      const mean = view.figures(request.participant).meanTurnMs;
      return sum + (request.estimatedMs ?? mean ?? strategy.turnMs(view, request.participant));
    }, 0);
  return Math.max(0, Math.round(remainder + before / slots));
}
