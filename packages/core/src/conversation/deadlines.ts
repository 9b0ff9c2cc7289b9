import { endsAt, type Grant } from '../floor/grant.ts';
import type { ParticipantId } from '../kernel/id.ts';
import type { Instant } from '../kernel/instant.ts';
import { strategyView, turnStrategyOf } from './floor-view.ts';
import { pausedAt } from './interruptions.ts';
import { nextNotificationAt } from './notifications.ts';
import { expectedBack, firstIdle } from './presence.ts';
import { openReplyWindow } from './reply-window.ts';
import { rosterOf } from './roster.ts';
import type { State } from './state.ts';
import { awaitedViews } from './strong-views.ts';

/** Something that happens by itself at an instant, unless an event comes first. */
export type Deadline =
  | {
      readonly kind: 'revoke';
      readonly grant: Grant;
      readonly cause: 'no_content' | 'too_long' | 'inactive' | 'disconnected';
    }
  | { readonly kind: 'cut'; readonly grant: Grant }
  | { readonly kind: 'warn'; readonly grant: Grant }
  /** The strategy or an interruption has something to decide, or a reply window closes. */
  | { readonly kind: 'settle' }
  /** CS-1: the next turn has waited long enough for somebody's view. */
  | { readonly kind: 'stale'; readonly participant: ParticipantId }
  | { readonly kind: 'timeout'; readonly participant: ParticipantId }
  /** DG-3: somebody who was muted is tried again. */
  | { readonly kind: 'unmute'; readonly participant: ParticipantId }
  | { readonly kind: 'idle'; readonly participant: ParticipantId }
  /** An absent participant's webhook is to be called (PR-3). */
  | { readonly kind: 'notify'; readonly participant: ParticipantId }
  /** PR-1: somebody who is away was expected back by now. */
  | { readonly kind: 'overdue'; readonly participant: ParticipantId }
  | { readonly kind: 'empty' };

/** Takes a deadline in pieces: mostly only its instant matters, and then nothing need be made of them. */
type Visit = (
  at: Instant,
  kind: Deadline['kind'],
  subject: Grant | ParticipantId | null,
  cause?: RevokeCause,
) => void;
type RevokeCause = Extract<Deadline, { kind: 'revoke' }>['cause'];

/** The earliest instant at which something happens by itself; null when nothing will. */
export function nextDeadline(state: State): Instant | null {
  let earliest: Instant | null = null;
  visitDeadlines(state, (at) => {
    if (earliest === null || at < earliest) earliest = at;
  });
  return earliest;
}

/** The first deadline that is due at `at`, if any. */
export function dueDeadline(state: State, at: Instant): Deadline | null {
  let due: { at: Instant; deadline: Deadline } | null = null as { at: Instant; deadline: Deadline } | null;
  visitDeadlines(state, (when, kind, subject, cause) => {
    if (when > at || (due !== null && when >= due.at)) return;
    const of = typeof subject === 'string' ? { participant: subject } : subject ? { grant: subject } : {};
    due = { at: when, deadline: { kind, ...of, ...(cause === undefined ? {} : { cause }) } as Deadline };
  });
  return due?.deadline ?? null;
}

/**
 * Every deadline of a state. Each one, when it is reached, leads to an event after which it is gone: a
 * deadline that changed nothing would come for ever.
 */
function visitDeadlines(state: State, visit: Visit): void {
  if (state.status === 'active') visitFloor(state, visit);
  for (const { profile, disconnectedAt } of rosterOf(state).disconnected) {
    if (disconnectedAt === null || profile.async === true) continue;
    visit(disconnectedAt + state.config.presence.reconnectGraceMs, 'timeout', profile.id);
  }
  const idle = firstIdle(state);
  if (idle) visit(idle.at, 'idle', idle.participant);
  for (const id of Object.keys(state.webhooks)) {
    const at = nextNotificationAt(state, id);
    if (at !== null) visit(at, 'notify', id);
  }
  for (const { participant, at } of expectedBack(state)) visit(at, 'overdue', participant);
  const { kind, delayMs } = state.config.whenEmpty;
  const open = state.status === 'active' || state.status === 'paused';
  if (!open) return;
  if (state.emptySince !== null && kind !== 'linger') visit(state.emptySince + delayMs, 'empty', null);
  for (const { profile, muted } of rosterOf(state).muted) {
    if (muted !== null && muted.until !== null) visit(muted.until, 'unmute', profile.id);
  }
}

function visitFloor(state: State, visit: Visit): void {
  const { floor, live } = state;
  const { timers } = state.config.floor;
  for (const grant of floor.holders) {
    if (grant.revoking) {
      visit(grant.revoking.cutAt, 'cut', grant);
      continue;
    }
    const dropped = droppedUntil(state, grant);
    if (dropped !== null) visit(dropped, 'revoke', grant, 'disconnected');
    if (grant.firstContentAt === null) {
      visit(grant.armedAt + timers.firstContentMs, 'revoke', grant, 'no_content');
      continue;
    }
    const end = endsAt(grant);
    visit(end, 'revoke', grant, 'too_long');
    if (timers.warnBeforeMs > 0 && !live.warned[grant.grant]) {
      visit(Math.max(grant.firstContentAt, end - timers.warnBeforeMs), 'warn', grant);
    }
    if (dropped === null) visit(silentUntil(state, grant), 'revoke', grant, 'inactive');
  }
  let barrier: Instant = 0;
  for (const { participant, until } of awaitedViews(state)) {
    visit(until, 'stale', participant);
    barrier = Math.max(barrier, until);
  }
  visitOverlap(state, visit);
  // Until then nobody is granted anything, so there is nothing else to decide.
  visitArbitration(state, (at, kind, subject) => visit(Math.max(at, barrier), kind, subject));
}

/** Who overlaps does so no longer than it may, whoever has yet to hear it. */
function visitOverlap(state: State, visit: Visit): void {
  const { interruption, holders } = state.floor;
  if (interruption?.stage !== 'overlap') return;
  visit(interruption.deadline, 'settle', null);
  for (const grant of holders) {
    const paused = pausedAt(state, grant);
    if (Number.isFinite(paused)) visit(paused, 'settle', null);
  }
}

/** What interruptions and the strategy wait for; a reply window comes before both (FL-13). */
function visitArbitration(state: State, visit: Visit): void {
  const { interruption, alsoDeferred } = state.floor;
  for (const { deadline } of alsoDeferred) visit(deadline, 'settle', null);
  if (interruption && interruption.stage !== 'overlap') visit(interruption.deadline, 'settle', null);
  const strategy = turnStrategyOf(state);
  const gate = openReplyWindow(state, state.at);
  if (gate) {
    // Its end only matters where it lets something happen.
    if (strategy.next(strategyView(state, gate.closesAt))) visit(gate.closesAt, 'settle', null);
    return;
  }
  const at = strategy.deadline(strategyView(state, state.at));
  if (at !== null) visit(at, 'settle', null);
}

const silentUntil = (state: State, grant: Grant): Instant =>
  Math.max(grant.lastContentAt ?? grant.armedAt, state.live.heardAt[grant.grant] ?? 0) +
  state.config.floor.timers.silenceMs;

/** FL-7: how long a holder whose connection dropped keeps the floor; null while it is connected. */
function droppedUntil(state: State, grant: Grant): Instant | null {
  const droppedAt = state.participants[grant.participant]?.disconnectedAt ?? null;
  if (droppedAt === null) return null;
  const grace = droppedAt + state.config.presence.reconnectGraceMs;
  return grant.firstContentAt === null
    ? grace
    : Math.min(grace, Math.max(droppedAt, silentUntil(state, grant)));
}
