import type { Instant } from '../kernel/instant.ts';
import type { Result } from '../kernel/result.ts';
import { ok } from '../kernel/result.ts';
import type { Command, Op } from './commands.ts';
import { arbitrationHandlers } from './decide-arbitration.ts';
import { bridgeHandlers } from './decide-bridges.ts';
import { contextHandlers } from './decide-context.ts';
import { deadlineHandlers } from './decide-deadlines.ts';
import { floorHandlers } from './decide-floor.ts';
import { lifecycleHandlers } from './decide-lifecycle.ts';
import { membershipHandlers } from './decide-membership.ts';
import { moderationHandlers } from './decide-moderation.ts';
import { speechHandlers } from './decide-speech.ts';
import { webhookHandlers } from './decide-webhooks.ts';
import { Draft } from './draft.ts';
import type { ConversationEvent } from './events.ts';
import type { Handler, Handlers, Reply } from './handler.ts';
import { rejected, stillOpen } from './handler.ts';
import { tellAbsent } from './notifications.ts';
import { backToActive } from './presence.ts';
import type { Rejection } from './rejections.ts';
import type { State } from './state.ts';
import { settle } from './settle.ts';
import { checkBasis } from './strong-views.ts';

const handlers: Handlers<Op> = {
  ...lifecycleHandlers,
  ...membershipHandlers,
  ...floorHandlers,
  ...moderationHandlers,
  ...arbitrationHandlers,
  ...speechHandlers,
  ...contextHandlers,
  ...bridgeHandlers,
  ...deadlineHandlers,
  ...webhookHandlers,
};

/** What an accepted command does: all of it, or nothing. */
export interface Decision {
  /** Durable events get the seqs after the state's own, without holes; ephemeral ones have none. */
  readonly events: readonly ConversationEvent[];
  /** The data of the reply. */
  readonly reply: Reply;
  /** The state after all events. */
  readonly state: State;
}

/** Goes on after the end: people leave and connections drop. */
const afterTheEnd: ReadonlySet<Op> = new Set<Op>([
  'conversation.leave',
  'participant.remove',
  'connection.lost',
  'connection.restored',
  'hub.restarted',
  'notification.report',
  'deadline.reached',
]);

/**
 * Decides a command at an instant that is not before the state's. Pure and total: the same state,
 * command and instant give the same decision, and bad input is a rejection, never an exception.
 * Before deciding, the caller lets pass whatever deadline is due (`nextDeadline`).
 */
export function decide(state: State, command: Command, at: Instant): Result<Decision, Rejection> {
  if ((state.status === 'new') !== (command.op === 'conversation.create')) {
    return rejected('not_found', 'There is no such conversation.');
  }
  const open = afterTheEnd.has(command.op) ? ok(true) : stillOpen(state);
  if (!open.ok) return open;

  const current = checkBasis(state, command);
  if (!current.ok) return current;

  const draft = new Draft(state, Math.max(at, state.at), command.author.participant);
  const handler = handlers[command.op] as Handler<Op>;
  const outcome = handler(draft, command);
  if (!outcome.ok) return outcome;
  backToActive(draft, command);
  settle(draft);
  tellAbsent(draft);
  return ok({ events: draft.events, reply: outcome.value(draft), state: draft.state });
}
