import type { ParticipantId, Seq } from '@parley/core';

interface LineBase {
  /** Unique in its room and stable: a list's key. */
  readonly key: string;
  /** Where it stands in the log; null for an utterance whose beginning was not seen. */
  readonly seq: Seq | null;
  /** RFC 3339, by the hub's clock. */
  readonly at: string;
  /** Whom it is about, and the name then. */
  readonly participant: ParticipantId | null;
  readonly displayName: string;
}

export interface Reaction {
  readonly participant: ParticipantId;
  readonly kind: string;
  readonly rating?: number;
}

export interface UtteranceLine extends LineBase {
  readonly kind: 'utterance';
  readonly utterance: string;
  readonly participant: ParticipantId;
  /** `speaking` grows; `ended` is what the log keeps; `lost` was being spoken when events were missed. */
  readonly status: 'speaking' | 'ended' | 'lost';
  readonly text: string;
  readonly endedAt: string | null;
  readonly endedSeq: Seq | null;
  readonly interrupted: boolean;
  readonly interruptedBy: ParticipantId | null;
  readonly addressedTo: readonly ParticipantId[];
  readonly topics: readonly string[];
  /** Whom it was whispered to; null where it was not. */
  readonly whisperedTo: readonly ParticipantId[] | null;
  /** Not every member heard it: it was whispered, or routing left some out. */
  readonly narrowed: boolean;
  readonly inReplyTo: Seq | string | null;
  readonly expectsReply: boolean;
  /** It answers an item that had been resolved when it began. */
  readonly late: boolean;
  readonly reactions: readonly Reaction[];
}

/** Somebody came, went, dropped off or came back. */
export interface MembershipLine extends LineBase {
  readonly kind: 'joined' | 'left' | 'disconnected' | 'returned';
  readonly participant: ParticipantId;
  /** Of `left` and `disconnected`. */
  readonly cause: string | null;
}

/** Somebody may not take the floor for now, or may again (DG-3). */
export interface MuteLine extends LineBase {
  readonly kind: 'muted' | 'unmuted';
  readonly participant: ParticipantId;
  readonly cause: string;
  /** Of `muted`: a moderator's words, or what the last turn failed of. */
  readonly reason: string | null;
  /** Of `muted`: until when by itself. */
  readonly until: string | null;
}

/** A change of what the room shares: topic, items, decisions. `participant` is who made it. */
export interface ContextLine extends LineBase {
  readonly kind: 'topic' | 'itemOpened' | 'itemResolved' | 'decision';
  readonly text: string;
  /** Of `itemResolved`: it had been resolved before, and this answer is kept beside the first. */
  readonly late: boolean;
  /** The item's or decision's id. */
  readonly ref: string | null;
}

/** The conversation was paused, resumed or ended. */
export interface StatusLine extends LineBase {
  readonly kind: 'paused' | 'resumed' | 'ended';
  readonly cause: string;
  readonly reason: string | null;
}

/** How somebody came to speak, or did not: bids, votes, collisions, interruptions. */
export interface FloorLine extends LineBase {
  readonly kind: 'floor';
  readonly what: 'bids' | 'ballot' | 'collision' | 'interruption' | 'overlap';
  /** Of what it is so far, such as `asked`, `granted`, a refusal's code, or why an overlap ended. */
  readonly outcome: string;
  /** One sentence in English, with the numbers; the events have the particulars. */
  readonly text: string;
  /** All whom it is about; `participant` is the first. */
  readonly participants: readonly ParticipantId[];
}

/** Events that this client never had. */
export interface GapLine extends LineBase {
  readonly kind: 'gap';
  /** How many events are missing. */
  readonly missed: number;
}

export type TranscriptLine =
  | UtteranceLine
  | MembershipLine
  | MuteLine
  | ContextLine
  | StatusLine
  | FloorLine
  | GapLine;
