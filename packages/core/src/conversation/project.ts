import { qualityOf } from '../fairness/contributions.ts';
import { endsAt } from '../floor/grant.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { iso } from '../kernel/instant.ts';
import { entriesOf } from '../kernel/table.ts';
import type { Muted, MutedView, Participant, ParticipantView } from '../participants/participant.ts';
import type { Ballot } from '../floor/ballot.ts';
import type { Interruption } from '../floor/interruption.ts';
import type { FloorRequest } from '../floor/request.ts';
import type { BidWindow } from '../floor/window.ts';
import { waitingOf } from './floor-view.ts';
import type { Audience } from './events.ts';
import { presenceOf } from './presence.ts';
import type { State } from './state.ts';
import type {
  BallotView,
  ContributionView,
  ConversationStatus,
  ConversationView,
  FloorPhase,
  HolderView,
  InterruptionView,
  QueueEntryView,
  WindowView,
} from './view.ts';

/** Who looks: some parts of a conversation are shown only to whom they belong to, and to moderators. */
export interface Viewer {
  readonly participant: ParticipantId | null;
  readonly moderator: boolean;
}

/** The state as the wire shows it to this viewer. */
export function project(state: State, viewer: Viewer): ConversationView {
  return {
    id: state.id,
    epoch: state.epoch,
    seq: state.seq,
    title: state.title,
    status: state.status as ConversationStatus,
    paused: state.paused && { at: iso(state.paused.at), cause: state.paused.cause },
    config: state.config,
    participants: Object.values(state.participants).map((member) => participantView(state, member)),
    departed: state.departed,
    floor: {
      phase: floorPhase(state),
      holders: state.floor.holders.map((grant): HolderView => ({
        participant: grant.participant,
        grant: grant.grant,
        since: iso(grant.since),
        ...(grant.firstContentAt === null ? {} : { startedAt: iso(grant.firstContentAt) }),
        turnMs: grant.turnMs,
        endsAt: iso(endsAt(grant)),
        ...(grant.revoking ? { cutAt: iso(grant.revoking.cutAt) } : {}),
        cause: grant.cause,
      })),
      queue: waitingOf(state, state.at).map((request, index): QueueEntryView => ({
        participant: request.participant,
        position: index + 1,
        since: iso(request.since),
        ...(request.preview === undefined || isSealedFrom(viewer, request)
          ? {}
          : { preview: request.preview }),
      })),
      ...(state.floor.window ? { window: windowView(state.floor.window) } : {}),
      ...(state.floor.ballot ? { ballot: ballotView(state.floor.ballot) } : {}),
      interruption: interruptionView(state.floor.interruption),
    },
    context: {
      topic: state.context.topic,
      openItems: state.context.openItems,
      decisions: state.context.decisions,
    },
    contributions: entriesOf(state.contributions).map(([participant, sum]): ContributionView => ({
      participant,
      turns: sum.turns,
      utterances: sum.utterances,
      words: sum.words,
      speakingMs: sum.speakingMs,
      waitingMs: sum.waitingMs,
      interruptionsMade: sum.interruptionsMade,
      interruptionsSuffered: sum.interruptionsSuffered,
      quality: qualityOf(sum),
    })),
    bridges: viewer.moderator ? state.bridges : [],
    credits: Object.entries(state.credits)
      .filter(([participant]) => viewer.moderator || participant === viewer.participant)
      .map(([participant, account]) => ({
        participant,
        currency: state.config.credits.currency,
        ...account,
      })),
    viewer,
    speaking: state.floor.holders.flatMap(({ participant, utterance }) =>
      utterance && mayHear(utterance.audience, viewer)
        ? [
            {
              utterance: utterance.id,
              participant,
              text: state.live.texts[utterance.id] ?? '',
              startedAt: iso(utterance.startedAt),
            },
          ]
        : [],
    ),
  };
}

/** TS-4: what a bid says is for the bidder and for moderators. */
const isSealedFrom = ({ participant, moderator }: Viewer, request: FloorRequest): boolean =>
  request.bid !== undefined && !moderator && participant !== request.participant;

/** RT-7: what is whispered is nobody else's; moderators hear all (RT-5). */
const mayHear = (audience: Audience, { participant, moderator }: Viewer): boolean =>
  audience === 'all' || moderator || (participant !== null && audience.includes(participant));

/** A member as everybody sees it. */
export const participantView = (state: State, member: Participant): ParticipantView => ({
  ...member.profile,
  presence: presenceOf(state, member),
  connection: member.disconnectedAt === null ? 'connected' : 'disconnected',
  ...(Object.hasOwn(state.live.stale, member.profile.id) ? { stale: true as const } : {}),
  ...(member.muted === null ? {} : { muted: mutedView(member.muted) }),
});

const mutedView = ({ cause, until, reason }: Muted): MutedView => ({
  cause,
  until: until === null ? null : iso(until),
  ...(reason === undefined ? {} : { reason }),
});

export function floorPhase(state: State): FloorPhase {
  if (state.floor.holders.length === 0) {
    return state.floor.window || state.floor.ballot?.kind === 'turn' ? 'arbitrating' : 'idle';
  }
  return state.floor.holders.some((grant) => grant.revoking) ? 'revoking' : 'taken';
}

const windowView = ({ id, closesAt, passed }: BidWindow): WindowView => ({
  window: id,
  closesAt: iso(closesAt),
  passed,
});

const ballotView = ({ id, kind, candidates, electorate, closesAt, choices }: Ballot): BallotView => ({
  ballot: id,
  kind,
  candidates,
  electorate,
  closesAt: iso(closesAt),
  voted: Object.keys(choices),
});

const interruptionView = (open: Interruption | null): InterruptionView =>
  open === null
    ? { state: 'none' }
    : {
        state: open.stage === 'overlap' ? 'overlap' : 'pending',
        interruption: open.id,
        participant: open.participant,
        holder: open.holder,
        stage: open.stage,
        since: iso(open.since),
        deadline: iso(open.deadline),
      };
