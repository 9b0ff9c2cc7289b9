/**
 * The hub's parts one by one, for whoever puts them together otherwise than app.ts does: the simulated
 * world (packages/sim), which gives them a clock, a network and a disk of its own.
 */
export { ExtractiveSummariser } from '../catch-up/summariser.extractive.ts';
export { Delivery } from '../delivery/delivery.ts';
export { Outbox } from '../delivery/outbox.ts';
export type { OutboxLimits, Sink } from '../delivery/outbox.ts';
export { Summaries } from '../delivery/summaries.ts';
export { Tick } from '../delivery/tick.ts';
export { Turns } from '../host/turns.ts';
export { SimulatedClock } from '../host/clock.simulated.ts';
export { coreDecider } from '../host/decider.ts';
export type { Decider } from '../host/decider.ts';
export { Host } from '../host/host.ts';
export type {
  Commit,
  Conversations,
  EventPage,
  Outcome,
  PublishedEvent,
  Submission,
} from '../host/submission.ts';
export type { Clock } from '../ports/clock.ts';
export { StorageError } from '../ports/event-log.ts';
export type { AppendOutcome, EventLog, LogRecord } from '../ports/event-log.ts';
export { Attendance } from '../sessions/attendance.ts';
export type { Caller } from '../sessions/caller.ts';
export { DEFAULT_SCOPES } from '../sessions/caller.ts';
export { Invites } from '../sessions/invites.ts';
export { ephemeralKeys } from '../sessions/keys.ts';
export type { SessionParts } from '../sessions/parts.ts';
export { DEFAULT_LIMITS, Rates } from '../sessions/rates.ts';
export { ResumeTokens } from '../sessions/resume-token.ts';
export { Session } from '../sessions/session.ts';
export type { Peer } from '../sessions/session.ts';
export { TaskIds } from '../sessions/task-ids.ts';
export { Tokens } from '../sessions/tokens.ts';
export { Webhooks } from '../sessions/webhooks.ts';
export { MemoryEventLog } from '../storage/event-log.memory.ts';
export { WebhookSecrets } from '../webhooks/webhook-secrets.ts';
