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
  /** The newest summary of what everybody may read (CU-1); null before the first. */
  readonly summary: RecordedSummary | null;
  /** Utterances for everybody since that summary. */
  readonly unsummarised: number;
}

export interface RecordedSummary {
  readonly text: string;
  /** The last seq that it looks at. */
  readonly upTo: Seq;
  /** The seqs that it rests on, ascending. */
  readonly cites: readonly Seq[];
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

export const emptyContext: SharedContext = {
  topic: null,
  openItems: [],
  resolvedItems: [],
  decisions: [],
  summary: null,
  unsummarised: 0,
};
