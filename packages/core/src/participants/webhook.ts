import type { Seq } from '../kernel/id.ts';
import type { Instant, Millis } from '../kernel/instant.ts';

/** What waits for a participant that is not there: its turn, a vote, something said to it (PR-3). */
export type NotificationKind = 'turn' | 'vote' | 'mention';

/** Why a notification was given up: see docs/guides/delivery.md for what each asks of the receiver. */
export type NotificationFailure =
  | 'endpoint.blocked'
  | 'endpoint.gone'
  | 'endpoint.refused'
  | 'endpoint.unreachable';

/** A notification that has not come to an end: the webhook did not take it yet. */
export interface Notification {
  readonly id: string;
  readonly kind: NotificationKind;
  /** Seq of the event that it is about. */
  readonly about: Seq;
  /** When it was queued. */
  readonly since: Instant;
  /** How often it was tried. */
  readonly attempt: number;
  /** When it is tried next or, after the last attempt, given up. */
  readonly nextAt: Instant;
}

/** Where a human is called while it is away, and what it has to be told. */
export interface Webhook {
  /** Nobody but the hub and its owner knows it. */
  readonly url: string;
  /** Oldest first; at most `LIMITS.pendingNotifications`. */
  readonly pending: readonly Notification[];
  /** When it was last told of its turn: once for each absence, however often the turn comes round. */
  readonly turnToldAt: Instant | null;
  /** The ballot that it was told of last, by its seq. */
  readonly ballotTold: Seq | null;
}

export const newWebhook = (url: string): Webhook => ({
  url,
  pending: [],
  turnToldAt: null,
  ballotTold: null,
});

/**
 * How long after the attempt before it each attempt comes: quickly at first for a receiver that restarts,
 * in the end for one that is repaired the next day.
 */
const ATTEMPTS_AFTER_MS: readonly Millis[] = [
  0, 5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000, 86_400_000,
];
/** How long the last attempt may go unanswered, say because the hub was ended in the middle of it. */
const LAST_ANSWER_MS: Millis = 60_000;

export const isLastAttempt = (attempt: number): boolean => attempt >= ATTEMPTS_AFTER_MS.length;

/** When the attempt after this one is due, or that one is given up; attempts count from 1. */
export const nextAttemptAt = (at: Instant, attempt: number): Instant =>
  at + (ATTEMPTS_AFTER_MS[attempt] ?? LAST_ANSWER_MS);
