import type { ParticipantId, Seq } from '../kernel/id.ts';

/** What the conversation has agreed on and still has to answer; the transcript itself is in the log. */
export interface SharedContext {
  readonly topic: string | null;
  /** Oldest first; at most `LIMITS.openItems`. */
  readonly openItems: readonly OpenItem[];
  /** Latest resolved items, so that they are told apart from items that never were. */
  readonly resolvedItems: readonly string[];
  /** Oldest first; the latest `LIMITS.decisions`. */
  readonly decisions: readonly Decision[];
}

export interface OpenItem {
  readonly item: string;
  readonly kind: 'question' | 'task';
  readonly text: string;
  readonly assignee?: ParticipantId;
  readonly openedBy: ParticipantId | null;
  readonly seq: Seq;
}

export interface Decision {
  readonly decision: string;
  readonly text: string;
  readonly item?: string;
  readonly supersedes?: string;
  readonly by: ParticipantId | null;
  readonly seq: Seq;
}

export const emptyContext: SharedContext = { topic: null, openItems: [], resolvedItems: [], decisions: [] };
