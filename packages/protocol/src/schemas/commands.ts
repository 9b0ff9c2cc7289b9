import { LIMITS, REPORTED_FAILURES } from '@parley/core';
import type { CommandData, Op } from '@parley/core';
import { z } from 'zod';
import type { SchemasOf } from './agreement.ts';
import { addBridge } from './bridges.ts';
import { exactly } from './agreement.ts';
import { configInput, consistencyInput } from './config.ts';
import {
  address,
  count,
  displayName,
  eventSeq,
  id,
  ids,
  label,
  metadata,
  millis,
  participantInterface,
  participantKind,
  phrases,
  reason,
  roles,
  seq,
  seqOrUtterance,
  speechPart,
  timestamp,
  topics,
} from './primitives.ts';
import { line, lines, name, opaque } from './text.ts';

/** Most events that a catch-up brings along; more are read page by page. */
const CATCH_UP_EVENTS_MAX = 1_000;
const TOKEN_CHARACTERS = 8_192;

const nothing = z.strictObject({});
const because = z.strictObject({ reason: reason.exactOptional() });
/** Numbers of a bid: that they are numbers is for the wire to check, their range for the conversation (TS-5). */
const urgency = z.number().describe('0 (can wait) … 1 (now).');
const estimatedMs = z
  .number()
  .meta({ description: 'How long the turn will take, by the requester’s own estimate.', 'x-unit': 'ms' });
const preview = line(LIMITS.previewCharacters);
const amount = z
  .strictObject({
    currency: name(64).describe('That of the conversation: credits.currency.'),
    value: z.number().describe('Whole units, 0 or more.'),
  })
  .describe('What is offered for the turn, where turns are bid for.');
const choice = z
  .union([id, ids], { error: 'an id, "yes", "no", "abstain", or a list of ids' })
  .describe(
    'A candidate; a list of them, best first (ranked) or in any order (approval); "yes" or "no" to a motion; or "abstain".',
  );
const contextText = lines(LIMITS.contextCharacters).min(1);
const speechText = lines(LIMITS.speechCharacters);
/** Always a list of participant ids, even for one. */
const addressedTo = ids.describe('Ids of the participants who are meant; a list, even for one.');
const whisperTo = ids.describe('Only they hear it, beside moderators; where the configuration allows.');
const parts = z.array(speechPart).max(LIMITS.listEntries);
const grant = eventSeq.describe('The grant that it is said with: the seq of its floor.granted.');
const offset = count.describe('How many UTF-16 code units were sent before this piece.');

/** `hello`: who is there; the first frame of a connection. */
const hello = z.strictObject({
  token: opaque(TOKEN_CHARACTERS).exactOptional(),
  client: z
    .union([name(200), z.strictObject({ name: name(100), version: name(100).exactOptional() })], {
      error: 'a text, or an object with name and version',
    })
    .describe('Which program it is; for logs.')
    .exactOptional(),
});

const join = z.strictObject({
  kind: participantKind,
  displayName,
  roles: roles.exactOptional(),
  capabilities: phrases.exactOptional(),
  topics: topics.exactOptional(),
  interests: phrases.exactOptional(),
  metadata: metadata.exactOptional(),
  offers: z
    .boolean()
    .describe('Whether it is offered the floor unasked where turns go round; agents are, humans are not.')
    .exactOptional(),
  async: z.boolean().describe('A human who may be away for days and stays a member.').exactOptional(),
  webhook: z
    .strictObject({ url: address })
    .describe('Where a human is called while it is away and something waits for it; shown to nobody.')
    .exactOptional(),
  interface: participantInterface.exactOptional(),
  consistency: consistencyInput.exactOptional(),
  invite: opaque(TOKEN_CHARACTERS).exactOptional(),
  catchUp: z.strictObject({ last: z.int().min(0).max(CATCH_UP_EVENTS_MAX) }).exactOptional(),
  resume: z
    .strictObject({ participant: id, token: opaque(TOKEN_CHARACTERS), epoch: name(64), seq })
    .describe('To come back as who one was; the rest of the data counts only where that fails to resume.')
    .exactOptional(),
});

/** Ops that only the hub itself submits; no frame can carry them. */
type HubOp =
  | 'conversation.create'
  | 'bridge.report'
  | 'deadline.reached'
  | 'connection.lost'
  | 'connection.restored'
  | 'hub.restarted'
  | 'notification.report'
  | 'summary.record';
type SessionOp = 'hello' | 'conversation.join' | 'ack';
type PlainOp = Exclude<Op, HubOp | SessionOp>;

/** Ops whose data goes into the conversation as it is. */
const plain = {
  'conversation.configure': z.strictObject({ config: configInput }),
  'conversation.pause': because,
  'conversation.resume': nothing,
  'conversation.end': because,
  'conversation.leave': because,
  'participant.remove': z.strictObject({ participant: id, reason: reason.exactOptional() }),
  'participant.mute': z.strictObject({
    participant: id,
    reason: reason.exactOptional(),
    ms: millis('For how long; where left out, until a moderator ends it.', 1).exactOptional(),
  }),
  'participant.unmute': z.strictObject({ participant: id }),
  'role.set': z.strictObject({ participant: id, roles }),
  'presence.set': z.strictObject({
    status: z.enum(['active', 'idle', 'away']),
    expectedReturn: timestamp.exactOptional(),
  }),
  subscribe: z.strictObject({ topics, interests: phrases.exactOptional() }),
  'webhook.set': z.strictObject({ url: address.nullable().describe('Null is for nowhere.') }),

  'floor.request': z.strictObject({
    urgency: urgency.exactOptional(),
    estimatedMs: estimatedMs.exactOptional(),
    preview: preview.exactOptional(),
    addressedTo: addressedTo.exactOptional(),
    amount: amount.exactOptional(),
  }),
  'floor.cancel': nothing,
  'floor.release': z.strictObject({
    failed: z
      .enum(REPORTED_FAILURES)
      .describe('There was something to say, and it failed: why. Counts towards being muted.')
      .exactOptional(),
  }),
  'floor.interrupt': z.strictObject({
    reason: reason.exactOptional(),
    urgency: urgency.exactOptional(),
    queueIfDenied: z.boolean().exactOptional(),
  }),
  'floor.revoke': z.strictObject({ participant: id, reason: reason.exactOptional() }),
  'floor.extend': z.strictObject({ ms: millis('By how much the turn gets longer.', 1) }),
  'floor.reorder': z.strictObject({
    participant: id,
    position: z.int().min(1).max(10_000).describe('1 is next.'),
  }),

  'interruption.answer': z.strictObject({
    interruption: id,
    grant: z.boolean().describe('True hands the floor over; false goes on.'),
  }),
  'bid.place': z.strictObject({
    window: id,
    urgency,
    estimatedMs,
    preview: preview.exactOptional(),
    amount: amount.exactOptional(),
  }),
  'bid.pass': z.strictObject({ window: id }),
  'vote.cast': z.strictObject({ ballot: id, choice }),
  'credits.mint': z.strictObject({
    participant: id,
    value: z.number().describe('Whole units; a negative value burns.'),
    reason: reason.exactOptional(),
  }),

  speech: z
    .strictObject({
      grant,
      text: speechText,
      parts: parts.exactOptional(),
      topics: topics.exactOptional(),
      addressedTo: addressedTo.exactOptional(),
      expectsReply: z.boolean().exactOptional(),
      inReplyTo: seqOrUtterance.exactOptional(),
      to: whisperTo.exactOptional(),
      final: z.boolean().describe('False keeps the floor for another utterance.').exactOptional(),
    })
    .refine(({ text, parts: pieces }) => text !== '' || (pieces?.length ?? 0) > 0, {
      error: 'something said: text, or parts',
      path: ['text'],
    }),
  'speech.start': z.strictObject({
    grant,
    topics: topics.exactOptional(),
    addressedTo: addressedTo.exactOptional(),
    inReplyTo: seqOrUtterance.exactOptional(),
    to: whisperTo.exactOptional(),
  }),
  'speech.delta': z.strictObject({ utterance: id, text: speechText.min(1), offset: offset.exactOptional() }),
  'speech.end': z.strictObject({
    utterance: id,
    final: z.boolean().describe('False keeps the floor for another utterance.').exactOptional(),
    parts: parts.exactOptional(),
    addressedTo: addressedTo.exactOptional(),
    expectsReply: z.boolean().exactOptional(),
    text: speechText.describe('The whole text, where pieces may have been lost.').exactOptional(),
  }),

  'reaction.add': z.strictObject({
    to: seqOrUtterance,
    kind: label,
    rating: z.number().min(-1).max(1).exactOptional(),
  }),
  signal: z.strictObject({
    kind: z.enum(['backchannel', 'yield', 'typing', 'hand']),
    text: line(LIMITS.backchannelCharacters).exactOptional(),
  }),
  'topic.set': z.strictObject({ topic: name(LIMITS.contextCharacters) }),
  'item.open': z.strictObject({
    kind: z.enum(['question', 'task']),
    text: contextText,
    assignee: id.exactOptional(),
  }),
  'item.resolve': z.strictObject({ item: id, resolution: contextText }),
  'bridge.add': addBridge,
  'bridge.approve': z.strictObject({ bridge: id }),
  'bridge.remove': z.strictObject({ bridge: id, reason: reason.exactOptional() }),
  'decision.record': z.strictObject({
    text: contextText,
    item: id.exactOptional(),
    supersedes: id.exactOptional(),
    basedOn: seq.describe('The last seq that the deciders had seen.'),
  }),
} as const satisfies SchemasOf<Pick<CommandData, PlainOp>>;

// A configuration is `unknown` in core, which reads it by its spec; how a bridge reaches somebody is not its concern.
exactly<Pick<CommandData, Exclude<PlainOp, 'conversation.configure' | 'bridge.add'>>>()(
  z.object(plain).omit({ 'conversation.configure': true, 'bridge.add': true }),
);

/** The data of every op that a client can send, by op. */
export const commandData = {
  hello,
  'conversation.join': join,
  ...plain,
  ack: z.strictObject({ seq }),
} as const;

/** An operation of the wire. */
export type WireOp = keyof typeof commandData;

/** What an operation takes. */
export type WireData<O extends WireOp = WireOp> = z.output<(typeof commandData)[O]>;

export const WIRE_OPS = Object.keys(commandData) as readonly WireOp[];

export const isWireOp = (op: string): op is WireOp => Object.hasOwn(commandData, op);
