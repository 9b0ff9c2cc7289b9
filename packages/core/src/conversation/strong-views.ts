import { viewTermsOf } from '../consistency/registry.ts';
import type { ParticipantId, Seq } from '../kernel/id.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Result } from '../kernel/result.ts';
import { ok } from '../kernel/result.ts';
import type { Variant } from '../kernel/settings.ts';
import { entryOf, withEntry, withoutEntry } from '../kernel/table.ts';
import type { Participant } from '../participants/participant.ts';
import type { Command } from './commands.ts';
import type { Draft } from './draft.ts';
import { rejected } from './handler.ts';
import type { Rejection } from './rejections.ts';
import { rosterOf } from './roster.ts';
import type { HeardUtterance, State } from './state.ts';
import { memberById } from './state.ts';

/*
 * CS-1. What a view has acknowledged is live: it is gone with the process, and so are all connections, and
 * nobody waits for a view that is not connected.
 */

/** The level of somebody's view: its own choice, else the conversation's. */
export const levelOf = (state: State, member: Participant): Variant =>
  member.profile.consistency ?? state.config.consistency;

/** How long turns wait for this view; null for one that they do not wait for. */
const timeoutOf = (state: State, member: Participant): number | null =>
  viewTermsOf(levelOf(state, member)).barrierTimeoutMs;

/** A view that the next turn waits for, and until when at most. */
interface Awaited {
  readonly participant: ParticipantId;
  readonly until: Instant;
}

/** Connected strong views that have not acknowledged the last utterance that was for them, and are not stale. */
export function awaitedViews(state: State): readonly Awaited[] {
  const { members, choosers } = rosterOf(state);
  const ruled = viewTermsOf(state.config.consistency).barrierTimeoutMs !== null;
  return (ruled ? members : choosers).flatMap((member) => {
    const { id } = member.profile;
    const timeoutMs = timeoutOf(state, member);
    if (timeoutMs === null || member.disconnectedAt !== null || Object.hasOwn(state.live.stale, id))
      return [];
    const last = lastUtteranceFor(state, id);
    if (last === null || acknowledgedBy(state, id) >= last.seq) return [];
    return [{ participant: id, until: Math.max(last.at, member.presentSince) + timeoutMs }];
  });
}

/** Until when the next turn waits at most; null where nothing is in its way. */
export function barrierUntil(state: State): Instant | null {
  let until: Instant | null = null;
  for (const view of awaitedViews(state)) until = Math.max(until ?? 0, view.until);
  return until;
}

/** The last seq up to which a strong view has everything, as far as this process knows. */
export const acknowledgedBy = (state: State, id: ParticipantId): Seq =>
  entryOf(state.live.acknowledged, id) ?? 0;

/** Whether a turn waits, or would wait, for somebody to acknowledge so much: then the hub tells the conversation. */
export function awaitsAcknowledgement(state: State, id: ParticipantId, seq: Seq): boolean {
  const member = memberById(state, id);
  if (!member || timeoutOf(state, member) === null) return false;
  const last = lastSeqFor(state, id);
  return seq >= last && acknowledgedBy(state, id) < last;
}

/** Takes note of it where turns wait for this view; a view that was behind has caught up. */
export function acknowledge(draft: Draft, id: ParticipantId, seq: Seq): void {
  const member = memberById(draft.state, id);
  if (!member || timeoutOf(draft.state, member) === null) return;
  draft.note((live) => ({
    ...live,
    acknowledged: withEntry(live.acknowledged, id, Math.max(seq, acknowledgedBy(draft.state, id))),
  }));
  if (Object.hasOwn(draft.state.live.stale, id) && seq >= lastSeqFor(draft.state, id)) {
    draft.announce('view.caught_up', { participant: id, level: levelOf(draft.state, member).kind, seq });
  }
}

/** The time of a view is up: the others go on without it. */
export function giveUpOn(draft: Draft, id: ParticipantId): void {
  const member = memberById(draft.state, id);
  if (!member) return;
  draft.announce('view.stale', {
    participant: id,
    level: levelOf(draft.state, member).kind,
    seq: acknowledgedBy(draft.state, id),
    head: lastSeqFor(draft.state, id),
  });
}

/**
 * After a change of the conversation's level: whoever is there when turns begin to wait for its view is up
 * to date, and a view that nothing waits for any more is not behind.
 */
export function adoptLevels(draft: Draft): void {
  const { seq } = draft.state;
  for (const member of rosterOf(draft.state).members) {
    const { id } = member.profile;
    const awaited = timeoutOf(draft.state, member) !== null;
    if (awaited && member.disconnectedAt === null && acknowledgedBy(draft.state, id) === 0) {
      acknowledge(draft, id, seq);
    } else if (!awaited) {
      // Nobody takes note of what it has from here on: when turns wait for it again, it begins anew.
      draft.note((live) => ({ ...live, acknowledged: withoutEntry(live.acknowledged, id) }));
      if (!Object.hasOwn(draft.state.live.stale, id)) continue;
      draft.announce('view.caught_up', { participant: id, level: levelOf(draft.state, member).kind, seq });
    }
  }
}

/** A command that its author based on an older view than the last utterance is not applied. */
export function checkBasis(state: State, { author, basedOn }: Command): Result<true, Rejection> {
  const member = author.participant === null ? undefined : memberById(state, author.participant);
  if (basedOn === undefined || !member || timeoutOf(state, member) === null) return ok(true);
  const lastUtterance = lastSeqFor(state, member.profile.id);
  if (basedOn >= lastUtterance) return ok(true);
  return rejected('context.conflict', 'Something was said since the view that this is based on.', {
    details: { path: 'basedOn', lastUtterance },
  });
}

/** The last utterance that was for this participant: neither a whisper to others nor what came before it counts. */
export const lastUtteranceFor = (
  { lastHeard: { aloud, apart } }: State,
  id: ParticipantId,
): HeardUtterance | null => entryOf(apart, id) ?? aloud;

/** Its seq; 0 where there is none to acknowledge. */
const lastSeqFor = (state: State, id: ParticipantId): Seq => lastUtteranceFor(state, id)?.seq ?? 0;
