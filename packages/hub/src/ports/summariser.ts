import type { ParticipantId, Seq } from '@parley/core';

/**
 * Says in short what somebody missed (CU-2). Every implementation passes the suite in
 * `summariser.contract.ts`: it rests on its material and on nothing else.
 */
export interface Summariser {
  /**
   * Null where the material has nothing worth a line. `signal` ends the wait for whatever is asked outside
   * this process; what can be said without it is said then. Never rejects.
   */
  summarise(material: SummaryMaterial, signal: AbortSignal): Promise<Summary | null>;
}

export interface Summary {
  /** Plain text of at most `LIMITS.summaryCharacters`; each line names what it rests on, as `[#18]`. */
  readonly text: string;
  /** The material's. */
  readonly upTo: Seq;
  /** The seqs that the text names, ascending; at most `LIMITS.summaryCites`. */
  readonly cites: readonly Seq[];
}

/** What a summary may rest on: all of it lies in the gap and in its reader's audience (RT-7). Oldest first. */
export interface SummaryMaterial {
  /** Whom it is for; null for everybody. */
  readonly reader: ParticipantId | null;
  /** The first seq that was looked at. */
  readonly from: Seq;
  /** The last seq of the gap. */
  readonly upTo: Seq;
  /** The gap began earlier than what was looked at; decisions and open items are from all of it. */
  readonly shortened: boolean;
  readonly names: ReadonlyMap<ParticipantId, string>;
  readonly topics: readonly TopicChange[];
  /** Those that no later one supersedes. */
  readonly decisions: readonly MadeDecision[];
  /** Still open. */
  readonly openItems: readonly LeftItem[];
  readonly utterances: readonly SpokenLine[];
  /** Utterances that ask the reader something and that it has not answered. */
  readonly questions: readonly SpokenLine[];
}

export interface TopicChange {
  readonly seq: Seq;
  readonly topic: string;
  readonly by: ParticipantId | null;
}

export interface MadeDecision {
  readonly seq: Seq;
  readonly text: string;
  readonly by: ParticipantId | null;
}

export interface LeftItem {
  readonly seq: Seq;
  readonly kind: 'question' | 'task';
  readonly text: string;
  readonly assignee: ParticipantId | null;
}

export interface SpokenLine {
  readonly seq: Seq;
  readonly participant: ParticipantId;
  /** Its beginning, where it is long. */
  readonly text: string;
  readonly addressedTo: readonly ParticipantId[];
  readonly expectsReply: boolean;
  /** Sum of what others rated it in the gap; each one’s last rating counts. */
  readonly rated: number;
}
