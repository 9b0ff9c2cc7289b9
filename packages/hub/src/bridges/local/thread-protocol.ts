import type { MessagePort } from 'node:worker_threads';
import type { AskedInterruption, TranscriptLine, WireEvent } from '@parley/client';
import type { BallotView, ConversationView, ParticipantId } from '@parley/core';

/** What a thread is started with. */
export interface ThreadStart {
  /** A file: URL. */
  readonly module: string;
  /** Its own, so that what the module does with its parent port is nobody's business. */
  readonly port: MessagePort;
  readonly context: AgentContext;
}

/** What a module that makes its agent is told. */
export interface AgentContext {
  readonly conversation: string;
  readonly displayName: string;
}

/** A room as a thread has it: as it was when its turn began, for reading only. */
export interface RoomCopy {
  readonly id: string;
  readonly me: ParticipantId;
  readonly view: ConversationView;
  /** The newest lines, as many as are worth sending. */
  readonly transcript: readonly TranscriptLine[];
}

/** What an agent can be asked, and what it is given then. */
export interface Questions {
  turn: {
    readonly room: RoomCopy;
    /** Where in the room's transcript that begins which came since it last spoke. */
    readonly since: number;
    readonly addressed: boolean;
  };
  bid: { readonly view: ConversationView };
  vote: { readonly ballot: BallotView; readonly view: ConversationView };
  interruption: { readonly interruption: AskedInterruption; readonly view: ConversationView };
}

export type Question = keyof Questions;

export type ToThread =
  | { [Q in Question]: { kind: 'ask'; id: number; what: Q; data: Questions[Q] } }[Question]
  | { readonly kind: 'event'; readonly event: WireEvent }
  | { readonly kind: 'abort'; readonly id: number }
  /** A piece was taken: one more may come. */
  | { readonly kind: 'more'; readonly id: number }
  | { readonly kind: 'ping' };

/** Which of an agent's functions there are. */
export type Answers = readonly ('bid' | 'vote' | 'interruption' | 'event')[];

/** What a thread says, if all is well; it is checked before it is believed. */
export type FromThread =
  | { readonly kind: 'ready'; readonly answers: Answers }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'piece'; readonly id: number; readonly piece: unknown }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  | { readonly kind: 'pong' };

/** Pieces that a thread may be ahead of whoever speaks them. */
export const PIECES_AHEAD = 16;
