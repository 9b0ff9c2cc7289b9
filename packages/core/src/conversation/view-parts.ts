import type { ParticipantId, Seq } from '../kernel/id.ts';
import { instantOf, iso } from '../kernel/instant.ts';
import type { ParticipantView } from '../participants/participant.ts';
import type { ContributionView, ConversationView, FloorPhase, HolderView, QueueEntryView } from './view.ts';

/** Changes to parts of a view, for the reducers. */

type FloorPart = ConversationView['floor'];

/** Changes the floor, and its phase with it. */
export function withFloor(view: ConversationView, change: Partial<FloorPart>): ConversationView {
  const floor = { ...view.floor, ...change };
  return { ...view, floor: { ...floor, phase: phaseOf(floor) } };
}

/** Takes an optional part away. */
export function withoutFloorPart(view: ConversationView, part: 'window' | 'ballot'): ConversationView {
  const { [part]: _, ...floor } = view.floor;
  return { ...view, floor: { ...floor, phase: phaseOf(floor) } };
}

function phaseOf({ holders, window, ballot }: FloorPart): FloorPhase {
  if (holders.length === 0) return window || ballot?.kind === 'turn' ? 'arbitrating' : 'idle';
  return holders.some(({ cutAt }) => cutAt !== undefined) ? 'revoking' : 'taken';
}

export const later = (time: string, ms: number): string => iso(instantOf(time) + ms);

export const withContext = (
  view: ConversationView,
  change: Partial<ConversationView['context']>,
): ConversationView => ({
  ...view,
  context: { ...view.context, ...change },
});

export const withParticipant = (
  view: ConversationView,
  id: ParticipantId,
  change: (member: ParticipantView) => ParticipantView,
): ConversationView => ({
  ...view,
  participants: view.participants.map((member) => (member.id === id ? change(member) : member)),
});

export const withQueue = (view: ConversationView, queue: readonly QueueEntryView[]): ConversationView => ({
  ...view,
  floor: { ...view.floor, queue: queue.map((entry, index) => ({ ...entry, position: index + 1 })) },
});

export function withHolderList(view: ConversationView, holders: readonly HolderView[]): ConversationView {
  return withFloor(view, { holders });
}

export const withHolders = (
  view: ConversationView,
  change: (holder: HolderView) => HolderView,
): ConversationView => withHolderList(view, view.floor.holders.map(change));

/** First content of a turn: its time runs from here. */
export const begun = (view: ConversationView, grant: Seq, at: string): ConversationView =>
  withHolders(view, (holder) => {
    if (holder.grant !== grant || holder.startedAt !== undefined) return holder;
    return { ...holder, startedAt: at, endsAt: later(at, holder.turnMs) };
  });

export const nothing = {
  turns: 0,
  utterances: 0,
  words: 0,
  speakingMs: 0,
  waitingMs: 0,
  interruptionsMade: 0,
  interruptionsSuffered: 0,
  quality: 0,
};

export function withContribution(
  view: ConversationView,
  participant: ParticipantId,
  change: (sum: ContributionView) => ContributionView,
): ConversationView {
  const before = view.contributions.find((entry) => entry.participant === participant);
  const after = change(before ?? { participant, ...nothing });
  return {
    ...view,
    contributions: before
      ? view.contributions.map((entry) => (entry === before ? after : entry))
      : [...view.contributions, after],
  };
}

export function withoutRequest(view: ConversationView, id: ParticipantId, at: string): ConversationView {
  const entry = view.floor.queue.find(({ participant }) => participant === id);
  if (!entry) return view;
  const waitedMs = instantOf(at) - instantOf(entry.since);
  return withQueue(
    withContribution(view, id, (sum) => ({ ...sum, waitingMs: sum.waitingMs + waitedMs })),
    view.floor.queue.filter((other) => other !== entry),
  );
}

export function withoutHolder(view: ConversationView, id: ParticipantId, at: string): ConversationView {
  const holder = view.floor.holders.find(({ participant }) => participant === id);
  if (!holder) return view;
  const heldMs = instantOf(at) - instantOf(holder.since);
  return withHolderList(
    withContribution(view, id, (sum) => ({
      ...sum,
      turns: sum.turns + 1,
      speakingMs: sum.speakingMs + heldMs,
    })),
    view.floor.holders.filter((other) => other !== holder),
  );
}
