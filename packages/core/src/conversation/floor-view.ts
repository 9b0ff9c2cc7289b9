import { requestOf } from '../floor/floor.ts';
import type { FloorView } from '../floor/view.ts';
import { interruptionPolicies } from '../interruptions/registry.ts';
import type { InterruptionPolicy } from '../interruptions/policy.ts';
import { assert } from '../kernel/assert.ts';
import type { ParticipantId } from '../kernel/id.ts';
import type { Instant } from '../kernel/instant.ts';
import { isObserver } from '../participants/role.ts';
import { routingStrategies } from '../routing/registry.ts';
import type { RoutingStrategy } from '../routing/strategy.ts';
import { turnStrategies } from '../turns/registry.ts';
import type { TurnStrategy } from '../turns/strategy.ts';
import type { State } from './state.ts';

/** What the strategy of this conversation is shown. */
export function floorView(state: State, at: Instant, settings = state.config.floor.strategy): FloorView {
  return {
    at,
    settings,
    timers: state.config.floor.timers,
    holders: state.floor.holders,
    queue: state.floor.queue,
    lastTurn: state.floor.lastTurn,
    members: () =>
      Object.values(state.participants).map(({ profile, joinOrder }) => ({
        id: profile.id,
        kind: profile.kind,
        roles: profile.roles,
        joinOrder,
      })),
    eligible: (id) => mayHold(state, id),
    meanTurnMs: (id) => {
      const sum = state.contributions[id];
      return sum && sum.turns > 0 ? sum.speakingMs / sum.turns : null;
    },
  };
}

/** FL-2, FL-7: present and allowed to speak. */
export function mayHold(state: State, id: ParticipantId): boolean {
  const member = state.participants[id];
  return member !== undefined && member.disconnectedAt === null && !isObserver(member.profile.roles);
}

export function turnStrategyOf(state: State): TurnStrategy {
  const strategy = turnStrategies[state.config.floor.strategy.kind];
  assert(strategy, `strategy ${state.config.floor.strategy.kind} is registered`);
  return strategy;
}

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

/** Place in the queue, 1 is next; null for somebody who does not wait. */
export function queuePositionOf(state: State, id: ParticipantId): number | null {
  const request = requestOf(state.floor, id);
  return request ? state.floor.queue.indexOf(request) + 1 : null;
}

export const estimatedWaitMs = (state: State, at: Instant, position: number): number =>
  Math.max(0, Math.round(turnStrategyOf(state).estimateWaitMs(floorView(state, at), position)));
