export * from './kernel/id.ts';
export * from './kernel/instant.ts';
export * from './kernel/result.ts';
export * from './kernel/settings.ts';
export * from './kernel/limits.ts';
export * from './participants/participant.ts';
export * from './participants/presence.ts';
export * from './participants/role.ts';
export type {
  Notification,
  NotificationFailure,
  NotificationKind,
  Webhook,
} from './participants/webhook.ts';
export * from './conversation/commands.ts';
export * from './conversation/config.ts';
export * from './conversation/decide.ts';
export * from './conversation/demand.ts';
export * from './conversation/deadlines.ts';
export * from './conversation/events.ts';
export * from './conversation/evolve.ts';
export * from './conversation/invariants.ts';
export * from './conversation/project.ts';
export * from './conversation/reduce-view.ts';
export * from './conversation/rejections.ts';
export * from './conversation/settings.ts';
export * from './conversation/state.ts';
export * from './conversation/view.ts';
export type { ViewEvent } from './conversation/view-event.ts';
export { recentAt } from './fairness/contributions.ts';
export { entriesOf } from './kernel/table.ts';
export { evenness, giniCoefficient, jainIndex } from './fairness/metrics.ts';
export { interruptionPolicies } from './interruptions/registry.ts';
export { routingStrategies } from './routing/registry.ts';
export { turnStrategies } from './turns/registry.ts';
export { bidEvaluators, type BidEvaluator, type Evaluation } from './turns/evaluators.ts';
export { collisionResolvers, type CollisionResolver } from './turns/collisions.ts';
export { priorityCalculators, type PriorityCalculator, type PriorityClaim } from './floor/priority.ts';
export { mayHold } from './conversation/floor-view.ts';
export type { GrantCause, RevokeCause } from './floor/grant.ts';
