import type { ConversationView, ParticipantId, Seq, State } from '@parley/core';
import { iso } from '@parley/core';
import type { SpokenLine } from '../ports/summariser.ts';

/** What waits for a participant, so that it need not find out from the state. */
export type WaitingItem =
  /** An open question or task of its own. */
  | { readonly kind: 'question'; readonly item: string; readonly text: string; readonly seq: Seq }
  /** It was asked in the last turn, and only it is granted the floor until then (FL-13). */
  | { readonly kind: 'question'; readonly closesAt: string }
  /** It was asked in an utterance, while it was away, and has not answered. */
  | {
      readonly kind: 'question';
      readonly participant: ParticipantId;
      readonly text: string;
      readonly seq: Seq;
    }
  /** A ballot that is open and in which it has not voted (TS-16, IP-3). */
  | { readonly kind: 'vote'; readonly ballot: string; readonly closesAt: string }
  /** Somebody asks it, the holder, for the floor (IP-4). */
  | {
      readonly kind: 'permission';
      readonly interruption: string;
      readonly participant: ParticipantId;
      readonly closesAt: string;
    }
  | { readonly kind: 'floor'; readonly position: number }
  | { readonly kind: 'floor'; readonly grant: Seq; readonly endsAt: string };

/** Of more utterances that ask, the newest are told; the others are in the transcript. */
const ASKED_MAX = 20;

/** CU-1. `asked` are the utterances of the gap that ask this viewer something. */
export function waitingFor(
  state: State,
  { floor, context, viewer }: ConversationView,
  asked: readonly SpokenLine[],
): WaitingItem[] {
  const { participant } = viewer;
  if (participant === null) return [];
  const waiting: WaitingItem[] = [];
  const { ballot, interruption } = floor;
  if (ballot?.electorate.includes(participant) && !ballot.voted.includes(participant)) {
    waiting.push({ kind: 'vote', ballot: ballot.ballot, closesAt: ballot.closesAt });
  }
  if (
    interruption.state === 'pending' &&
    interruption.stage === 'asked' &&
    interruption.holder === participant
  ) {
    waiting.push({
      kind: 'permission',
      interruption: interruption.interruption,
      participant: interruption.participant,
      closesAt: interruption.deadline,
    });
  }
  for (const { item, text, seq, assignee } of context.openItems) {
    if (assignee === participant) waiting.push({ kind: 'question', item, text, seq });
  }
  const { replyWindow } = state.floor;
  if (replyWindow?.addressees.includes(participant)) {
    waiting.push({ kind: 'question', closesAt: iso(replyWindow.closesAt) });
  }
  for (const line of asked.filter(({ expectsReply }) => expectsReply).slice(-ASKED_MAX)) {
    waiting.push({ kind: 'question', participant: line.participant, text: line.text, seq: line.seq });
  }
  const held = floor.holders.find((holder) => holder.participant === participant);
  if (held) waiting.push({ kind: 'floor', grant: held.grant, endsAt: held.endsAt });
  const waits = floor.queue.find((request) => request.participant === participant);
  if (waits) waiting.push({ kind: 'floor', position: waits.position });
  return waiting;
}
