import type {
  ContributionView,
  ConversationStatus,
  ConversationView,
  DurableEventData,
  FloorPhase,
  MuteCause,
  MutedView,
  ParticipantView,
  Presence,
} from '@parley/core';
import { z } from 'zod';
import { exactly } from './agreement.ts';
import { engagement } from './bridges.ts';
import { config, consistency } from './config.ts';
import { count, eventSeq, id, participantKind, seq, timestamp } from './primitives.ts';

/*
 * What the hub shows. Objects are open, unlike those that clients send: a client has to pass over keys
 * that it does not know, so that the hub can show more one day.
 */

/** A text that the hub passes on; its characters were checked when it came in. */
export const text = z.string();

export const status = exactly<ConversationStatus>()(z.enum(['active', 'paused', 'ended', 'archived']));

export const grantCause = exactly<DurableEventData['floor.granted']['cause']>()(
  z.enum([
    'queue',
    'reply',
    'moderator',
    'interruption',
    'bid',
    'vote',
    'priority',
    'slice',
    'slot',
    'returned',
  ]),
);

const presenceShapes = {
  active: z.object({ status: z.literal('active'), lastSeen: timestamp }),
  idle: z.object({ status: z.literal('idle'), since: timestamp }),
  away: z.object({ status: z.literal('away'), expectedReturn: timestamp.exactOptional() }),
  offline: z.object({ status: z.literal('offline'), since: timestamp }),
};
const { active, idle, away, offline } = presenceShapes;

export const presence = exactly<Presence>()(z.discriminatedUnion('status', [active, idle, away, offline]));

/** Of one participant, as an event tells it. */
const whose = { participant: id };
export const presenceOf = z.discriminatedUnion('status', [
  active.extend(whose),
  idle.extend(whose),
  away.extend(whose),
  offline.extend(whose),
]);

export const muteCause = exactly<MuteCause>()(z.enum(['failures', 'moderator']));
export const mutedUntil = timestamp.nullable().describe('Null until a moderator ends it.');

const muted = exactly<MutedView>()(
  z.object({ cause: muteCause, until: mutedUntil, reason: text.exactOptional() }),
);

export const participant = exactly<ParticipantView>()(
  z.object({
    id,
    kind: participantKind,
    displayName: text,
    roles: z.array(text),
    presence,
    connection: z.enum(['connected', 'disconnected']),
    capabilities: z.array(text),
    topics: z.array(text),
    interests: z.array(text),
    verified: z.boolean(),
    joinedAt: timestamp,
    model: text.exactOptional(),
    owner: text.exactOptional(),
    offers: z.boolean().exactOptional(),
    async: z.boolean().exactOptional(),
    interface: z
      .union([
        text,
        z.object({
          name: text,
          streaming: z.boolean().exactOptional(),
          notifications: z.boolean().exactOptional(),
          offline: z.boolean().exactOptional(),
        }),
      ])
      .exactOptional(),
    stale: z.literal(true).describe('Its view was announced to be behind.').exactOptional(),
    muted: muted.describe('It is not given the floor for now.').exactOptional(),
    consistency: consistency.exactOptional(),
  }),
);

const departed = z.object({ id, displayName: text, kind: participantKind });

const holder = z.object({
  participant: id,
  grant: eventSeq,
  since: timestamp,
  startedAt: timestamp.exactOptional(),
  turnMs: count.describe('How long the turn may last from its first content, extensions included.'),
  endsAt: timestamp,
  cutAt: timestamp.exactOptional(),
  cause: grantCause,
});

const queueEntry = z.object({
  participant: id,
  position: z.int().min(1),
  since: timestamp,
  preview: text.exactOptional(),
});

const openItem = z.object({
  item: id,
  kind: z.enum(['question', 'task']),
  text,
  assignee: id.exactOptional(),
  openedBy: id.nullable(),
  seq: eventSeq,
});

const decision = z.object({
  decision: id,
  text,
  item: id.exactOptional(),
  supersedes: id.exactOptional(),
  by: id.nullable(),
  seq: eventSeq,
});

export const contribution = exactly<ContributionView>()(
  z.object({
    participant: id,
    turns: count,
    utterances: count,
    words: count,
    speakingMs: count,
    waitingMs: count,
    interruptionsMade: count,
    interruptionsSuffered: count,
    quality: z.number().describe('Bayesian mean of others’ ratings, -1 to 1.'),
  }),
);

const bidWindow = z.object({ window: id, closesAt: timestamp, passed: z.array(id) });

export const ballotKind = z.enum(['turn', 'motion']);

const ballot = z.object({
  ballot: id,
  kind: ballotKind,
  candidates: z.array(id),
  electorate: z.array(id),
  closesAt: timestamp,
  voted: z.array(id).describe('Who has voted; how is secret until the close.'),
});

const interruption = z.discriminatedUnion('state', [
  z.object({ state: z.literal('none') }),
  z.object({
    state: z.enum(['pending', 'overlap']),
    interruption: id,
    participant: id,
    holder: id,
    stage: z.enum(['deferred', 'asked', 'voting', 'overlap']),
    since: timestamp,
    deadline: timestamp,
  }),
]);

/** An account in whole units; `balance` is what can still be bid. */
export const credit = { participant: id, currency: text, balance: count, escrow: count };

const floor = z.object({
  phase: exactly<FloorPhase>()(z.enum(['idle', 'taken', 'revoking', 'arbitrating'])),
  holders: z.array(holder),
  queue: z.array(queueEntry),
  window: bidWindow.exactOptional(),
  ballot: ballot.exactOptional(),
  interruption,
});

/** `pending`: a human moderator has yet to approve it; until then it is not reached. */
export const bridgeStatus = z.enum(['pending', 'active']);
export const bridgeProblem = z.object({ code: text, message: text });

/** A participant that the hub reaches, as it was asked for. */
export const bridgeShape = {
  bridge: id,
  kind: z.enum(['a2aAgent', 'localAgent', 'externalAI', 'openFloor']),
  displayName: text,
  settings: z.record(z.string(), z.unknown()).describe('How it is reached, by kind: see bridge.add.'),
  engagement,
  roles: z.array(text).exactOptional(),
  topics: z.array(text).exactOptional(),
  interests: z.array(text).exactOptional(),
  status: bridgeStatus,
};

const bridge = z.object({
  ...bridgeShape,
  addedBy: id.nullable(),
  problem: bridgeProblem.nullable().describe('What keeps it from working now.'),
});

/** The state of a conversation as its viewer may see it. */
export const conversationView = exactly<ConversationView>()(
  z.object({
    id,
    epoch: text,
    seq,
    title: text,
    status,
    paused: z.object({ at: timestamp, cause: text }).nullable(),
    config,
    participants: z.array(participant),
    departed: z.array(departed),
    floor,
    context: z.object({
      topic: text.nullable(),
      openItems: z.array(openItem),
      decisions: z.array(decision),
    }),
    contributions: z.array(contribution),
    bridges: z.array(bridge).describe('Participants that the hub reaches; for moderators.'),
    credits: z.array(z.object(credit)).describe('One’s own row; everybody’s for moderators.'),
    viewer: z.object({ participant: id.nullable(), moderator: z.boolean() }),
    speaking: z.array(z.object({ utterance: id, participant: id, text, startedAt: timestamp })),
  }),
);
