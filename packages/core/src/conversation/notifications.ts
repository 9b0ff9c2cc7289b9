import { holderOf, requestOf } from '../floor/floor.ts';
import type { GrantCause } from '../floor/grant.ts';
import type { FloorRequest } from '../floor/request.ts';
import type { ParticipantId, Seq } from '../kernel/id.ts';
import { idFor, seqOf } from '../kernel/id.ts';
import type { Instant } from '../kernel/instant.ts';
import { iso } from '../kernel/instant.ts';
import { LIMITS } from '../kernel/limits.ts';
import type { Notification, NotificationFailure, NotificationKind } from '../participants/webhook.ts';
import { isLastAttempt, nextAttemptAt } from '../participants/webhook.ts';
import type { Draft } from './draft.ts';
import type { DurableEventData } from './events.ts';
import { hasRoom, waitingOf } from './floor-view.ts';
import { isMention } from './mentions.ts';
import { absentSince, isAbsent } from './presence.ts';
import { openReplyWindow } from './reply-window.ts';
import type { State } from './state.ts';
import { barrierUntil } from './strong-views.ts';

/**
 * PR-3, after everything else of a command: whoever is absent is told what waits for it, in the same batch
 * as what brought it; whoever is back, or whose matter is over, need not be told any more.
 */
export function tellAbsent(draft: Draft): void {
  for (const id of Object.keys(draft.state.webhooks)) {
    const pending = draft.state.webhooks[id]?.pending ?? [];
    if (!isAbsent(draft.state, id)) {
      cancel(draft, id, pending, 'returned');
      continue;
    }
    cancel(
      draft,
      id,
      pending.filter((each) => isOver(draft.state, id, each)),
      'over',
    );
    if (draft.state.status === 'active' || draft.state.status === 'paused') tell(draft, id);
  }
}

function tell(draft: Draft, id: ParticipantId): void {
  for (const event of [...draft.events]) {
    if (isMention(draft.state, event, id) && 'seq' in event) notify(draft, id, 'mention', event.seq);
    // FL-2: only somebody away, not somebody offline, can have been granted the floor.
    if (event.type === 'floor.granted' && event.data.participant === id && holderOf(draft.state.floor, id)) {
      notify(draft, id, 'turn', event.seq);
    }
    if (event.type === 'floor.revoked' && event.data.participant === id && event.data.missed) {
      notify(draft, id, 'turn', event.seq);
    }
  }
  const next = requestOf(draft.state.floor, id);
  if (next && isIdle(draft.state, draft.at, id)) notify(draft, id, 'turn', next.seq);
  const ballot = ballotFor(draft.state, id);
  if (ballot !== null) notify(draft, id, 'vote', ballot);
}

/**
 * Who is to be told that somebody behind it is about to get the floor, because it is not connected.
 * Turns that need no queue, such as interruptions, pass nobody over.
 */
export function passedOver(
  state: State,
  at: Instant,
  grantee: ParticipantId,
  cause: GrantCause,
): readonly FloorRequest[] {
  if (!isTurnOfQueue(cause) || Object.keys(state.webhooks).length === 0) return [];
  const waiting = waitingOf(state, at);
  const place = waiting.findIndex(({ participant }) => participant === grantee);
  return (place < 0 ? waiting : waiting.slice(0, place)).filter(
    ({ participant }) => state.participants[participant]?.disconnectedAt !== null,
  );
}

const isTurnOfQueue = (cause: GrantCause): boolean =>
  cause !== 'interruption' && cause !== 'returned' && cause !== 'reply' && cause !== 'moderator';

/** Queues a notification, unless the participant has no webhook or was told of this already. */
export function notify(draft: Draft, id: ParticipantId, kind: NotificationKind, about: Seq): void {
  const webhook = draft.state.webhooks[id];
  if (!webhook) return;
  const { turnToldAt, ballotTold, pending } = webhook;
  if (kind === 'turn' && turnToldAt !== null && turnToldAt >= absentSince(draft.state, id)) return;
  if (kind === 'vote' && ballotTold === about) return;
  const tooMany = Math.max(0, pending.length + 1 - LIMITS.pendingNotifications);
  cancel(draft, id, pending.slice(0, tooMany), 'newer');
  const notification = idFor.notification(draft.nextSeq);
  draft.emit(
    'notification.queued',
    { participant: id, notification, kind, about, nextAt: iso(nextAttemptAt(draft.at, 0)) },
    { audience: [id] },
  );
}

/** Calls the webhook for all that is due, or gives up what was tried often enough. */
export function attemptDue(draft: Draft, id: ParticipantId): void {
  for (const due of draft.state.webhooks[id]?.pending ?? []) {
    if (due.nextAt > draft.at) continue;
    if (isLastAttempt(due.attempt)) fail(draft, id, due, 'endpoint.unreachable');
    else {
      const attempt = due.attempt + 1;
      draft.emit(
        'notification.attempted',
        { participant: id, notification: due.id, attempt, nextAt: iso(nextAttemptAt(draft.at, attempt)) },
        { audience: [id] },
      );
    }
  }
}

/** An end without delivery. An address that says it is gone is not called again. */
export function fail(
  draft: Draft,
  id: ParticipantId,
  { id: notification, attempt }: Notification,
  cause: NotificationFailure,
  status?: number,
): void {
  draft.emit(
    'notification.failed',
    { participant: id, notification, attempt, cause, ...(status === undefined ? {} : { status }) },
    { audience: [id] },
  );
  if (cause !== 'endpoint.gone') return;
  draft.emit(
    'webhook.changed',
    { participant: id, active: false },
    { audience: [id], hidden: { url: null } },
  );
}

/** When the next attempt for a participant is due; null where nothing waits. */
export function nextNotificationAt(state: State, id: ParticipantId): Instant | null {
  let next: Instant | null = null;
  for (const { nextAt } of state.webhooks[id]?.pending ?? []) {
    if (next === null || nextAt < next) next = nextAt;
  }
  return next;
}

function cancel(
  draft: Draft,
  id: ParticipantId,
  which: readonly Notification[],
  cause: DurableEventData['notification.cancelled']['cause'],
): void {
  if (which.length === 0) return;
  const notifications = which.map((each) => each.id);
  draft.emit('notification.cancelled', { participant: id, notifications, cause }, { audience: [id] });
}

/** Nothing waits any more: the turn will not come, the vote is closed, the item is resolved. */
function isOver(state: State, id: ParticipantId, { kind, about }: Notification): boolean {
  if (state.status === 'ended' || state.status === 'archived') return true;
  switch (kind) {
    case 'turn':
      return !(
        holderOf(state.floor, id) ||
        requestOf(state.floor, id) ||
        Object.hasOwn(state.floor.missed, id)
      );
    case 'vote':
      return ballotFor(state, id) !== about;
    case 'mention':
      return state.context.resolvedItems.includes(idFor.item(about));
  }
}

/** The open ballot that waits for this participant's vote, by its seq (TS-16, IP-3). */
function ballotFor({ floor: { ballot } }: State, id: ParticipantId): Seq | null {
  const waits = ballot?.electorate.includes(id) && !Object.hasOwn(ballot.choices, id);
  return ballot && waits ? seqOf(ballot.id) : null;
}

/** The floor is free, and nothing but this participant's absence keeps it from it. */
function isIdle(state: State, at: Instant, id: ParticipantId): boolean {
  const { floor } = state;
  const arbitrating = floor.window !== null || floor.ballot?.kind === 'turn';
  const backsOff = (floor.backoff[id]?.until ?? 0) > at;
  const isFree = state.status === 'active' && hasRoom(state) && barrierUntil(state) === null;
  return isFree && !arbitrating && !backsOff && !openReplyWindow(state, at);
}
