import { REPORTED_FAILURES } from '@parley/core';
import type {
  CreditCause,
  DurableEventData,
  EphemeralEventData,
  LeaveCause,
  NotificationFailure,
  NotificationKind,
} from '@parley/core';
import { z } from 'zod';
import type { SchemasOf } from './agreement.ts';
import { exactly } from './agreement.ts';
import { config } from './config.ts';
import { count, eventSeq, id, seq, seqOrUtterance, speechPart, timestamp } from './primitives.ts';
import {
  ballotKind,
  bridgeProblem,
  bridgeShape,
  credit,
  grantCause,
  mutedUntil,
  muteCause,
  participant,
  presenceOf,
  text,
} from './views.ts';

const revokeCause = exactly<DurableEventData['floor.revoked']['cause']>()(
  z.enum([
    'no_content',
    'too_long',
    'inactive',
    'left',
    'disconnected',
    'moderator',
    'preempted',
    'interrupted',
    'overlap',
    'collision',
    'role',
    'muted',
    'reconfigured',
    'ended',
  ]),
);
const leaveCause = exactly<LeaveCause>()(z.enum(['left', 'removed', 'timeout', 'ended']));
const reason = text.exactOptional();
const replyWindow = z.object({ addressees: z.array(id), closesAt: timestamp });
const interruptedTurn = z.object({ participant: id, remainingMs: count });
const itemKind = z.enum(['question', 'task']);
const late = z
  .literal(true)
  .describe('It answers what had been resolved before; it is kept beside the first answer.')
  .exactOptional();
const participants = z.array(id);
const reach = {
  to: z.array(id).describe('Whom it was whispered to.').exactOptional(),
  narrowed: z.literal(true).describe('Not every member hears it.').exactOptional(),
};
const ofInterruption = { interruption: id, participant: id, holder: id };
const creditCause = exactly<CreditCause>()(z.enum(['bid', 'refund', 'payment', 'share', 'mint', 'burn']));
const notificationKind = exactly<NotificationKind>()(z.enum(['turn', 'vote', 'mention']));
const notificationFailure = exactly<NotificationFailure>()(
  z.enum(['endpoint.blocked', 'endpoint.gone', 'endpoint.refused', 'endpoint.unreachable']),
);
const attempt = z.int().min(1);
const ofNotification = { participant: id, notification: id };
const scoredBid = z.object({
  participant: id,
  urgency: z.number(),
  amount: count,
  score: z.number(),
  parts: z.record(z.string(), z.number()).describe('What the score is made of, by name.'),
  pays: count,
});

/** The data of every durable event, by type (wire.md, durable events). */
export const durableEventData = {
  'conversation.created': z.object({ conversation: id, epoch: text, title: text, config }),
  'conversation.configured': z.object({ config }),
  'conversation.paused': z.object({ cause: z.enum(['moderator', 'loop_guard', 'min_participants']), reason }),
  'conversation.resumed': z.object({
    cause: z.enum(['moderator', 'participant', 'min_participants']),
    pausedMs: count,
  }),
  'conversation.ended': z.object({ cause: z.enum(['moderator', 'empty', 'archived']), reason }),

  'participant.joined': z.object({ participant, metadata: z.record(z.string(), z.unknown()) }),
  'participant.left': z.object({ participant: id, cause: leaveCause, reason }),
  'participant.disconnected': z.object({
    participant: id,
    cause: z.enum(['connection', 'restart']),
    graceMs: count,
  }),
  'participant.returned': z.object({ participant: id }),
  'participant.updated': z.object({ participant: id, topics: z.array(text), interests: z.array(text) }),
  'participant.muted': z.object({
    participant: id,
    cause: muteCause,
    reason: text.describe('A moderator’s words, or what its last turn failed of.').exactOptional(),
    until: mutedUntil,
    failures: count.describe('How many turns in a row had failed.').exactOptional(),
  }),
  'participant.unmuted': z.object({ participant: id, cause: z.enum(['retry', 'moderator']) }),
  'role.changed': z.object({ participant: id, roles: z.array(text) }),

  'webhook.changed': z.object({ participant: id, active: z.boolean() }),
  'notification.queued': z.object({
    ...ofNotification,
    kind: notificationKind,
    about: eventSeq.describe('The event that it is about.'),
    nextAt: timestamp,
  }),
  'notification.attempted': z.object({
    ...ofNotification,
    attempt,
    nextAt: timestamp.describe('When it is tried again, unless this attempt is answered.'),
  }),
  'notification.delivered': z.object({ ...ofNotification, attempt }),
  'notification.failed': z.object({
    ...ofNotification,
    attempt: count.describe('How often it was tried.'),
    cause: notificationFailure,
    status: z.int().describe('Of the last answer, where there was one.').exactOptional(),
  }),
  'notification.cancelled': z.object({
    participant: id,
    notifications: z.array(id),
    cause: z.enum(['returned', 'over', 'newer']),
  }),

  'floor.requested': z.object({
    participant: id,
    status: z.enum(['accepted', 'pending']),
    queuePosition: z.int().min(1),
    urgency: z.number().exactOptional(),
    estimatedMs: z.number().exactOptional(),
    preview: text.exactOptional(),
    addressedTo: z.array(id).exactOptional(),
    since: timestamp.describe('When the wish began, where that was before this event.').exactOptional(),
    pinned: z.literal(true).describe('It goes to the head of the queue.').exactOptional(),
    resumes: z
      .object({ remainingMs: count, preemptions: count })
      .describe('It was cut short and wants the rest of its turn.')
      .exactOptional(),
    interrupted: interruptedTurn
      .describe('The turn that was cut short for the one that it waits for.')
      .exactOptional(),
  }),
  'floor.granted': z.object({
    participant: id,
    grant: eventSeq.describe('The event’s own seq: a fencing token.'),
    cause: grantCause,
    reason,
    endsAt: timestamp,
    stake: count.describe('In escrow until the turn has ended.').exactOptional(),
    urgency: z.number().describe('As an interrupter without a request claimed it.').exactOptional(),
    interrupted: interruptedTurn.describe('The turn that was cut short for this one.').exactOptional(),
  }),
  'floor.released': z.object({
    participant: id,
    grant: eventSeq,
    replyWindow: replyWindow.exactOptional(),
    failed: z
      .enum(REPORTED_FAILURES)
      .describe('Its holder had something to say, and failed to.')
      .exactOptional(),
  }),
  'floor.revoking': z.object({
    participant: id,
    grant: eventSeq,
    cause: revokeCause,
    cutAt: timestamp,
    reason,
  }),
  'floor.revoked': z.object({
    participant: id,
    grant: eventSeq,
    cause: revokeCause,
    reason,
    replyWindow: replyWindow.exactOptional(),
    retryAt: timestamp.exactOptional(),
    missed: z
      .object({ remainingMs: count })
      .describe('Its human was away: the rest of the turn is offered again on the return.')
      .exactOptional(),
  }),
  'floor.denied': z.object({ participant: id, cause: text, reason }),
  'floor.cancelled': z.object({
    participant: id,
    cause: z.enum(['requester', ...leaveCause.options, 'role']),
  }),
  'floor.extended': z.object({ participant: id, grant: eventSeq, ms: count, endsAt: timestamp }),
  'floor.reordered': z.object({ participant: id, position: z.int().min(1), queue: z.array(id) }),

  'bidding.opened': z.object({ window: id, closesAt: timestamp }),
  'bidding.closed': z.object({
    window: id,
    winner: id.nullable(),
    cause: z.enum(['time', 'complete', 'reconfigured', 'ended', 'head']),
    bids: z.array(scoredBid).describe('Best first.'),
  }),
  'bid.placed': z.object({
    bid: id,
    window: id.nullable().describe('Null while the next window is not open.'),
    participant: id,
    urgency: z.number(),
    estimatedMs: z.number().exactOptional(),
    preview: text.exactOptional(),
    amount: z.object({ currency: text, value: count }),
  }),
  'bid.passed': z.object({ window: id, participant: id }),
  'bid.lost': z.object({ window: id, bid: id.nullable(), participant: id, winner: id.nullable() }),
  'credits.changed': z.object({ ...credit, cause: creditCause }),

  'ballot.opened': z.object({
    ballot: id,
    kind: ballotKind,
    candidates: participants,
    electorate: participants,
    closesAt: timestamp,
    interruption: id.describe('What a motion is about.').exactOptional(),
  }),
  'ballot.closed': z.object({
    ballot: id,
    kind: ballotKind,
    outcome: z.enum(['decided', 'failed', 'passed', 'rejected', 'moot', 'void']),
    cause: text.exactOptional(),
    winner: id.exactOptional(),
    tally: z.record(z.string(), z.number()),
  }),
  'vote.cast': z.object({ ballot: id, participant: id }),
  'collision.detected': z.object({
    participants,
    resolution: text,
    keeps: id.nullable().describe('Who has the slot now; null when all back off.'),
    tries: z
      .record(z.string(), z.object({ collisions: count, until: timestamp }).nullable())
      .describe('When each tries again; null for whoever has given up.')
      .exactOptional(),
  }),

  'interruption.requested': z.object({
    ...ofInterruption,
    stage: z.enum(['deferred', 'asked', 'voting']),
    deadline: timestamp,
    urgency: z.number().exactOptional(),
    queueIfDenied: z.boolean(),
    reason,
  }),
  'interruption.answered': z.object({ ...ofInterruption, grant: z.boolean() }),
  'interruption.granted': z.object({ ...ofInterruption, reason }),
  'interruption.denied': z.object({ ...ofInterruption, code: text, reason }),
  'interruption.moot': z.object({ ...ofInterruption, cause: text }),
  'overlap.started': z.object({ interruption: id, participants, deadline: timestamp, reason }),
  'overlap.ended': z.object({ interruption: id, participants, keeps: id.nullable(), cause: text }),

  'speech.started': z.object({
    utterance: id,
    participant: id,
    grant: eventSeq,
    topics: z.array(text),
    addressedTo: z.array(id),
    inReplyTo: seqOrUtterance.nullable(),
    late,
    ...reach,
  }),
  'speech.ended': z.object({
    utterance: id,
    participant: id,
    grant: eventSeq,
    text,
    parts: z.array(speechPart),
    startedAt: timestamp,
    endedAt: timestamp,
    topics: z.array(text),
    addressedTo: z.array(id),
    inReplyTo: seqOrUtterance.nullable(),
    expectsReply: z.boolean().exactOptional(),
    interrupted: z.boolean().exactOptional(),
    interruptedBy: id.exactOptional(),
    late,
    ...reach,
  }),
  'reaction.added': z.object({
    participant: id,
    to: seqOrUtterance,
    kind: text,
    rating: z.number().exactOptional(),
    speaker: id.describe('Whose utterance it is about.').exactOptional(),
    quality: z.number().describe('That speaker’s quality from now on.').exactOptional(),
  }),

  'topic.changed': z.object({ topic: text, previous: text.nullable() }),
  'item.opened': z.object({ item: id, kind: itemKind, text, assignee: id.exactOptional() }),
  'bridge.added': z.object({ ...bridgeShape }),
  'bridge.approved': z.object({ bridge: id }),
  'bridge.removed': z.object({ bridge: id, reason: text.exactOptional() }),
  'bridge.reported': z.object({ bridge: id, problem: bridgeProblem.nullable() }),
  'item.resolved': z.object({ item: id, resolution: text, late }),
  'decision.recorded': z.object({
    decision: id,
    text,
    item: id.exactOptional(),
    supersedes: id.exactOptional(),
    basedOn: seq,
  }),
  'summary.recorded': z.object({ text, upTo: seq, cites: z.array(eventSeq) }),
} as const satisfies SchemasOf<DurableEventData>;

exactly<DurableEventData>()(z.object(durableEventData));

const conversationEphemeral = {
  'speech.delta': z.object({ utterance: id, participant: id, text, offset: count }),
  'floor.expiring': z.object({ participant: id, grant: eventSeq, endsAt: timestamp }),
  'presence.changed': presenceOf,
  signal: z.object({
    participant: id,
    kind: z.enum(['backchannel', 'yield', 'typing', 'hand']),
    text: text.exactOptional(),
  }),
  'view.stale': z.object({
    participant: id,
    level: text.describe('The consistency level of the view.'),
    seq: seq.describe('It has everything up to here.'),
    head: seq.describe('What it lacks reaches up to here.'),
    lagMs: count.describe('How long the first of it has been waiting.').exactOptional(),
  }),
  'view.caught_up': z.object({ participant: id, level: text, seq }),
} as const satisfies SchemasOf<EphemeralEventData>;

exactly<EphemeralEventData>()(z.object(conversationEphemeral));

/** The data of every ephemeral event, by type; `session.replaced` is about the connection that gets it. */
export const ephemeralEventData = {
  ...conversationEphemeral,
  'session.replaced': z.object({ participant: id }),
  'delivery.dropped': z.object({
    participant: id,
    count: count.describe('Events that were dropped before the next one that comes (CS-4).'),
  }),
} as const;

const envelope = { conversation: id, at: timestamp, by: id.exactOptional() };

const durableFrames = Object.entries(durableEventData).map(([type, data]) =>
  z.object({
    event: z.literal(type),
    ...envelope,
    seq: eventSeq,
    after: seq.describe('Seq of the event before this one for this recipient.').exactOptional(),
    early: z
      .literal(true)
      .describe('Sent ahead of the backlog that is still to come (CS-3); `after` may be of an event in it.')
      .exactOptional(),
    data,
  }),
);
const ephemeralFrames = Object.entries(ephemeralEventData).map(([type, data]) =>
  z.object({ event: z.literal(type), ...envelope, data }),
);

type Frames = [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]];

/** An event of the log, as a recipient gets it. */
export const durableEventFrame = z.discriminatedUnion('event', durableFrames as unknown as Frames);
/** An event that is kept nowhere. */
export const ephemeralEventFrame = z.discriminatedUnion('event', ephemeralFrames as unknown as Frames);
/** What can come at any time. */
export const eventFrame = z.union([durableEventFrame, ephemeralEventFrame]);
