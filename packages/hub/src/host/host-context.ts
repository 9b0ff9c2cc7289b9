import type { ConversationId } from '@parley/core';
import type { EventLog } from '../ports/event-log.ts';
import type { HostTime } from './conversation-time.ts';
import type { Decider } from './decider.ts';
import type { Gate } from './gate.ts';
import type { HostLimits, HostMetrics, Logger } from './options.ts';
import type { Commit } from './submission.ts';

/** What the conversations of one host share. */
export interface HostContext {
  readonly log: EventLog;
  readonly decider: Decider;
  readonly time: HostTime;
  readonly limits: HostLimits;
  readonly logger: Logger;
  readonly metrics: HostMetrics;
  /** Bounds how many conversations are read from the log at once. */
  readonly wakes: Gate;
  publish(commit: Commit): void;
  /** A conversation has nothing queued or in flight any more. */
  rested(conversation: ConversationId): void;
  /** Whether members shown as connected can only be so from before this host started. */
  wasRestarted(conversation: ConversationId): boolean;
}
