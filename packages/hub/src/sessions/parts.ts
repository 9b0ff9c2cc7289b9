import type { Delivery } from '../delivery/delivery.ts';
import type { Summaries } from '../delivery/summaries.ts';
import type { Conversations } from '../host/submission.ts';
import type { Turns } from '../host/turns.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Attendance } from './attendance.ts';
import type { Invites } from './invites.ts';
import type { Rates } from './rates.ts';
import type { ResumeTokens } from './resume-token.ts';
import type { TaskIds } from './task-ids.ts';
import type { Tokens } from './tokens.ts';
import type { Webhooks } from './webhooks.ts';

/** What a logger must be able to do; pino's loggers do. */
export interface SessionLogger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** What all sessions of a hub share. Made once, in app.ts. */
export interface SessionParts {
  readonly conversations: Conversations;
  readonly delivery: Delivery;
  readonly summaries: Summaries;
  readonly log: Pick<EventLog, 'list' | 'lineage'>;
  readonly attendance: Attendance;
  readonly tokens: Tokens;
  readonly resumeTokens: ResumeTokens;
  readonly invites: Invites;
  readonly taskIds: TaskIds;
  readonly webhooks: Webhooks;
  readonly rates: Rates;
  /** For arrivals: what somebody who comes costs the others is one piece of work at a time. */
  readonly turns: Turns;
  readonly clock: Clock;
  readonly logger: SessionLogger;
  /** Anybody on this machine may create, join and read without a token. */
  readonly open: boolean;
  /** Unguessable: 96 bits. */
  readonly newId: (prefix: 'cnv' | 'prt' | 'epc') => string;
}
