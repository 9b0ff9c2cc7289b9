import { countWords } from '../fairness/contributions.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { instantOf } from '../kernel/instant.ts';
import { LIMITS } from '../kernel/limits.ts';
import { isModerator } from '../participants/role.ts';
import type { DurableEventType, EphemeralEventType } from './events.ts';
import { arbitrationLater, reduceArbitration } from './reduce-arbitration.ts';
import { completed } from './settings.ts';
import type { ConversationView, CreditView, HolderView, QueueEntryView } from './view.ts';
import type { Reductions, ViewEvent } from './view-event.ts';
import {
  later,
  withContext,
  withParticipant,
  withQueue,
  withHolderList,
  withHolders,
  begun,
  withContribution,
  withoutRequest,
  withoutHolder,
} from './view-parts.ts';

/**
 * The view after an event: what `project` of the hub's state would show, computed by whoever holds an
 * earlier view and receives the events since. Events of a newer hub that are not known here change
 * nothing but the seq.
 */
export function reduceView(view: ConversationView, event: ViewEvent): ConversationView {
  const reduce = Object.hasOwn(reductions, event.event)
    ? (reductions[event.event] as (view: ConversationView, event: ViewEvent) => ConversationView)
    : same;
  const next = active(reduce(view, event), event);
  return event.seq === undefined ? next : { ...next, seq: event.seq };
}

const newAccount = ({ config }: ConversationView, participant: ParticipantId): CreditView => ({
  participant,
  currency: config.credits.currency,
  balance: config.credits.initial,
  escrow: 0,
});

const same = (view: ConversationView): ConversationView => view;

const reductions: Reductions<DurableEventType | EphemeralEventType> = {
  'conversation.created': (view, { data }) => ({
    ...view,
    title: data.title,
    config: completed(data.config),
  }),
  'conversation.configured': (view, { data }) => {
    const config = completed(data.config);
    const configured = { ...view, config };
    const sealed = view.config.floor.strategy.kind === 'bidding';
    const same = JSON.stringify(view.config.floor.strategy) === JSON.stringify(config.floor.strategy);
    if (!sealed || same) return configured;
    // What was said in a bid stays sealed; the request stands without it.
    return withQueue(
      configured,
      view.floor.queue.map(({ preview: _, ...entry }) => entry),
    );
  },
  'conversation.paused': (view, { data, at }) => ({
    ...view,
    status: 'paused',
    paused: { at, cause: data.cause },
  }),
  'conversation.resumed': (view, { data }) => ({
    ...withHolders(arbitrationLater(view, data.pausedMs), (holder) => ({
      ...holder,
      ...(holder.startedAt === undefined ? {} : { startedAt: later(holder.startedAt, data.pausedMs) }),
      endsAt: later(holder.endsAt, data.pausedMs),
      ...(holder.cutAt === undefined ? {} : { cutAt: later(holder.cutAt, data.pausedMs) }),
    })),
    status: 'active',
    paused: null,
  }),
  'conversation.ended': (view, { data }) => ({
    ...view,
    status: data.cause === 'archived' ? 'archived' : 'ended',
    paused: null,
  }),

  'participant.joined': (view, { data }) => ({
    ...view,
    participants: [...view.participants.filter(({ id }) => id !== data.participant.id), data.participant],
    credits: view.viewer.moderator ? [...view.credits, newAccount(view, data.participant.id)] : view.credits,
  }),
  'participant.left': (view, { data }) => {
    const member = view.participants.find(({ id }) => id === data.participant);
    if (!member) return view;
    const { id, displayName, kind } = member;
    const departed = [...view.departed, { id, displayName, kind }];
    const forgotten = departed.length > LIMITS.departed ? departed.shift()?.id : undefined;
    return {
      ...view,
      departed,
      credits: view.credits.filter(({ participant }) => participant !== id),
      participants: view.participants.filter((other) => other !== member),
      contributions: view.contributions.filter(({ participant }) => participant !== forgotten),
    };
  },
  'participant.disconnected': (view, { data, at }) => {
    const disconnected = withParticipant(view, data.participant, ({ stale: _, ...member }) => ({
      ...member,
      connection: 'disconnected',
      presence: member.presence.status === 'away' ? member.presence : { status: 'offline', since: at },
    }));
    if (data.cause !== 'restart') return disconnected;
    const rearmed = withHolders(disconnected, (holder) =>
      holder.participant === data.participant && holder.startedAt === undefined
        ? { ...holder, endsAt: later(disconnected.paused?.at ?? at, holder.turnMs) }
        : holder,
    );
    return {
      ...rearmed,
      speaking: rearmed.speaking.map((speech) =>
        speech.participant === data.participant ? { ...speech, text: '' } : speech,
      ),
    };
  },
  'participant.returned': (view, { data, at }) =>
    withParticipant(view, data.participant, ({ stale: _, ...member }) => ({
      ...member,
      connection: 'connected',
      presence:
        member.presence.status === 'offline' || member.presence.status === 'active'
          ? { status: 'active', lastSeen: at }
          : member.presence,
    })),
  'participant.updated': (view, { data }) =>
    withParticipant(view, data.participant, (member) => ({
      ...member,
      topics: data.topics,
      interests: data.interests,
    })),
  'participant.muted': (view, { data }) => {
    const { participant: id, cause, until, reason } = data;
    const muted = { cause, until, ...(reason === undefined ? {} : { reason }) };
    return withParticipant(view, id, (member) => ({ ...member, muted }));
  },
  'participant.unmuted': (view, { data }) =>
    withParticipant(view, data.participant, ({ muted: _, ...member }) => member),
  // Whoever becomes a moderator sees others' credits from the next change of each on.
  'role.changed': (view, { data }) => {
    const changed = withParticipant(view, data.participant, (member) => ({ ...member, roles: data.roles }));
    if (view.viewer.participant !== data.participant) return changed;
    const moderator = isModerator(data.roles);
    const own = view.credits.filter(({ participant }) => participant === data.participant);
    return {
      ...changed,
      viewer: { ...view.viewer, moderator },
      credits: moderator ? view.credits : own,
      bridges: moderator ? view.bridges : [],
    };
  },
  'presence.changed': (view, { data }) => {
    const { participant, ...presence } = data;
    return withParticipant(view, participant, (member) => ({ ...member, presence }));
  },

  'view.stale': (view, { data }) =>
    withParticipant(view, data.participant, (member) => ({ ...member, stale: true })),
  'view.caught_up': (view, { data }) =>
    withParticipant(view, data.participant, ({ stale: _, ...member }) => member),

  'floor.requested': (view, { data, at }) => {
    const entry = view.floor.queue.find(({ participant }) => participant === data.participant);
    const preview = data.preview === undefined ? {} : { preview: data.preview };
    if (entry) {
      return withQueue(
        view,
        view.floor.queue.map((other) => (other === entry ? { ...entry, ...preview } : other)),
      );
    }
    const added: QueueEntryView = {
      participant: data.participant,
      position: 0,
      since: data.since ?? at,
      ...preview,
    };
    return withQueue(view, view.floor.queue.toSpliced(data.queuePosition - 1, 0, added));
  },
  'floor.granted': (view, { data, at }) => {
    const waited = withoutRequest(view, data.participant, at);
    const holder: HolderView = {
      participant: data.participant,
      grant: data.grant,
      since: at,
      turnMs: instantOf(data.endsAt) - instantOf(at),
      endsAt: data.endsAt,
      cause: data.cause,
    };
    return withHolderList(waited, [...waited.floor.holders, holder]);
  },
  'floor.released': (view, { data, at }) => withoutHolder(view, data.participant, at),
  'floor.revoking': (view, { data }) =>
    withHolders(view, (holder) => (holder.grant === data.grant ? { ...holder, cutAt: data.cutAt } : holder)),
  'floor.revoked': (view, { data, at }) => withoutHolder(view, data.participant, at),
  'floor.denied': (view, { data, at }) => withoutRequest(view, data.participant, at),
  'floor.cancelled': (view, { data, at }) => withoutRequest(view, data.participant, at),
  'floor.extended': (view, { data }) =>
    withHolders(view, (holder) => {
      if (holder.grant !== data.grant) return holder;
      const { cutAt: _, ...extended } = holder;
      return { ...extended, turnMs: holder.turnMs + data.ms, endsAt: data.endsAt };
    }),
  'floor.reordered': (view, { data }) => {
    const entries = new Map(view.floor.queue.map((entry) => [entry.participant, entry]));
    return withQueue(
      view,
      data.queue.flatMap((id) => entries.get(id) ?? []),
    );
  },
  'floor.expiring': same,
  ...reduceArbitration,

  // Where somebody is called, and when, is shown to nobody.
  'webhook.changed': same,
  'notification.queued': same,
  'notification.attempted': same,
  'notification.delivered': same,
  'notification.failed': same,
  'notification.cancelled': same,

  'speech.started': (view, { data, at }) => ({
    ...begun(view, data.grant, at),
    speaking: [
      ...view.speaking,
      { utterance: data.utterance, participant: data.participant, text: '', startedAt: at },
    ],
  }),
  'speech.delta': (view, { data }) => ({
    ...view,
    speaking: view.speaking.map((speech) =>
      speech.utterance === data.utterance
        ? { ...speech, text: speech.text.slice(0, data.offset) + data.text }
        : speech,
    ),
  }),
  'speech.ended': (view, { data, at }) => ({
    ...withContribution(begun(view, data.grant, at), data.participant, (sum) => ({
      ...sum,
      utterances: sum.utterances + 1,
      words: sum.words + countWords(data.text),
    })),
    speaking: view.speaking.filter(({ utterance }) => utterance !== data.utterance),
  }),
  'reaction.added': (view, { data }) => {
    const { speaker, quality } = data;
    if (speaker === undefined || quality === undefined) return view;
    return withContribution(view, speaker, (sum) => ({ ...sum, quality }));
  },
  signal: same,

  'topic.changed': (view, { data }) => withContext(view, { topic: data.topic }),
  'item.opened': (view, { data, by, seq }) =>
    withContext(view, {
      openItems: [...view.context.openItems, { ...data, openedBy: by ?? null, seq: seq ?? 0 }],
    }),
  'item.resolved': (view, { data }) =>
    withContext(view, { openItems: view.context.openItems.filter(({ item }) => item !== data.item) }),
  'bridge.added': (view, { data, by }) => ({
    ...view,
    bridges: [...view.bridges, { ...data, addedBy: by ?? null, problem: null }],
  }),
  'bridge.approved': (view, { data }) => withBridge(view, data.bridge, { status: 'active' }),
  'bridge.removed': (view, { data }) => ({
    ...view,
    bridges: view.bridges.filter(({ bridge }) => bridge !== data.bridge),
  }),
  'bridge.reported': (view, { data }) => withBridge(view, data.bridge, { problem: data.problem }),
  'decision.recorded': (view, { data, by, seq }) => {
    const { basedOn: _, ...decision } = data;
    return withContext(view, {
      decisions: [...view.context.decisions, { ...decision, by: by ?? null, seq: seq ?? 0 }].slice(
        -LIMITS.decisions,
      ),
    });
  },
  'summary.recorded': same,
};

const withBridge = (
  view: ConversationView,
  id: string,
  change: Partial<ConversationView['bridges'][number]>,
): ConversationView => ({
  ...view,
  bridges: view.bridges.map((each) => (each.bridge === id ? { ...each, ...change } : each)),
});

/** Doing something counts as being there. */
function active(view: ConversationView, { by, at }: ViewEvent): ConversationView {
  const author = by === undefined ? undefined : view.participants.find(({ id }) => id === by);
  if (author?.presence.status !== 'active' || author.presence.lastSeen === at) return view;
  return withParticipant(view, author.id, (member) => ({
    ...member,
    presence: { status: 'active', lastSeen: at },
  }));
}
