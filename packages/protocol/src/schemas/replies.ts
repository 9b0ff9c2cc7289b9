import { z } from 'zod';
import { ERROR_CODES } from '../error-catalogue.ts';
import type { ErrorReply, ProblemDocument, WireError } from '../errors.ts';
import { exactly } from './agreement.ts';
import type { WireOp } from './commands.ts';
import { config } from './config.ts';
import { durableEventFrame, eventFrame } from './events.ts';
import { count, eventSeq, id, seq, timestamp } from './primitives.ts';
import { bridgeStatus, conversationView, mutedUntil, text } from './views.ts';

/** CU-1: what waits for the participant that joined or came back; which keys there are goes by what it is. */
const waitingItem = z.object({
  kind: z
    .enum(['vote', 'permission', 'question', 'floor'])
    .describe('A client passes over kinds that it does not know.'),
  item: id.describe('An open question or task of the participant’s.').exactOptional(),
  text: text.exactOptional(),
  seq: eventSeq.exactOptional(),
  closesAt: timestamp
    .describe('Until then: it may vote or answer; or only it is granted the floor, asked in the last turn.')
    .exactOptional(),
  ballot: id.describe('An open ballot in which it has not voted.').exactOptional(),
  interruption: id.describe('Somebody asks it for the floor: interruption.answer.').exactOptional(),
  participant: id.describe('Who asks: for the floor, or in an utterance.').exactOptional(),
  position: z.int().min(1).describe('Its place in the queue.').exactOptional(),
  grant: eventSeq.describe('It holds the floor.').exactOptional(),
  endsAt: timestamp.exactOptional(),
});

/** CU-1, CU-2: what a participant has to know before it goes on. */
export const catchUp = z.object({
  state: conversationView,
  events: z.array(durableEventFrame).describe('The last events of the audience, oldest first.'),
  missed: count.describe('Events of the audience that are not in `events`.'),
  waiting: z.array(waitingItem),
  summary: z
    .object({
      text: text.describe('Plain text; `[#18]` in it stands for the event with that seq.'),
      upTo: seq,
      cites: z.array(eventSeq).describe('The seqs that the text names, ascending.'),
    })
    .describe('Of what is missing in `events`, where that is much.')
    .exactOptional(),
});

const guestToken = text.describe('A guest’s token; only where there was none, under --open.').exactOptional();
const webhookSecret = text
  .describe('What the calls of the webhook are signed with (Standard Webhooks): whsec_ and base64.')
  .exactOptional();
const nothing = z.object({});
const ofGrant = z.object({ grant: eventSeq });
const ofBridge = z.object({ bridge: id });
const ofUtterance = z.object({ utterance: id });

const floorAnswer = {
  status: z
    .enum(['granted', 'accepted', 'pending', 'denied'])
    .describe('denied: it was decided against at once, and the events say why.'),
  grant: eventSeq.exactOptional(),
  queuePosition: z.int().min(1).exactOptional(),
  estimatedWaitMs: count.exactOptional(),
  endsAt: timestamp.describe('When a granted turn ends at the latest.').exactOptional(),
  window: id.describe('The bid window that is open.').exactOptional(),
  ballot: id.describe('The ballot that is open.').exactOptional(),
  closesAt: timestamp.describe('When the window or ballot closes at the latest.').exactOptional(),
};

/** The `data` of the reply to an accepted command, by op. */
export const replyData = {
  hello: z.object({
    principal: text,
    protocol: text.describe('The version of the wire, such as 1.0.0.'),
    heartbeatMs: count.describe('How often the hub pings; two missed answers mean disconnected.'),
    serverTime: timestamp,
    token: guestToken,
  }),
  'conversation.join': z.object({
    participant: id,
    resumeToken: text.describe('A secret to come back with; rotates at each use.'),
    resumed: z.boolean(),
    epoch: text,
    seq: seq.describe('Where this participant’s chain of events starts.'),
    catchUp,
    webhookSecret,
    token: guestToken,
  }),
  'conversation.configure': z.object({ config }),
  'conversation.pause': nothing,
  'conversation.resume': nothing,
  'conversation.end': nothing,
  'conversation.leave': nothing,
  'participant.remove': nothing,
  'participant.mute': z.object({ until: mutedUntil }),
  'participant.unmute': z.object({ unmuted: z.boolean() }),
  'role.set': z.object({ roles: z.array(text) }),
  'presence.set': nothing,
  subscribe: nothing,
  'webhook.set': z.object({ webhookSecret }),
  'floor.request': z.object(floorAnswer),
  'floor.cancel': z.object({ cancelled: z.boolean() }),
  'floor.release': ofGrant,
  'floor.interrupt': z.object({
    outcome: z.enum(['granted', 'denied', 'queued', 'asked', 'voting', 'overlap', 'deferred']),
    interruption: id.nullable().describe('Null where the floor was idle: then this was a request.'),
    code: z.enum(ERROR_CODES).describe('Why it was denied.').exactOptional(),
    message: text.exactOptional(),
    ...floorAnswer,
    status: floorAnswer.status.exactOptional(),
  }),
  'interruption.answer': z.object({ interruption: id }),
  'bid.place': z.object({ bid: id, submittedAt: timestamp }),
  'bid.pass': z.object({ window: id }),
  'vote.cast': z.object({ ballot: id }),
  'credits.mint': z.object({ balance: count, escrow: count }),
  'floor.revoke': ofGrant,
  'floor.extend': nothing,
  'floor.reorder': z.object({ position: z.int().min(1) }),
  speech: ofUtterance,
  'speech.start': ofUtterance,
  'speech.delta': nothing,
  'speech.end': ofUtterance,
  'reaction.add': nothing,
  signal: nothing,
  'topic.set': z.object({ topic: text }),
  'item.open': z.object({ item: id }),
  'item.resolve': z.object({ item: id }),
  'bridge.add': z.object({ bridge: id, status: bridgeStatus }),
  'bridge.approve': ofBridge,
  'bridge.remove': ofBridge,
  'decision.record': z.object({ decision: id }),
  ack: nothing,
} as const satisfies Record<WireOp, z.ZodType>;

/** What the reply to an accepted command carries. */
export type ReplyData<O extends WireOp = WireOp> = z.output<(typeof replyData)[O]>;

const details = z.record(z.string(), z.unknown());
const retryAfterMs = count.nullable().describe('When asking again makes sense, in milliseconds.');

export const wireErrorSchema = exactly<WireError>()(
  z.object({ code: z.enum(ERROR_CODES), message: text, retryable: z.boolean(), retryAfterMs, details }),
);

export const errorReplySchema = exactly<ErrorReply>()(
  z.object({ re: text, ok: z.literal(false), error: wireErrorSchema }),
);

/** RFC 9457. */
export const problemSchema = exactly<ProblemDocument>()(
  z.object({
    type: text,
    title: text,
    status: z.int().min(400).max(599),
    detail: text,
    code: z.enum(ERROR_CODES),
    retryable: z.boolean(),
    retryAfterMs,
    details,
  }),
);

/** The reply to an accepted frame with this op. */
export const acceptedReplyOf = (op: WireOp) =>
  z.object({
    re: text.describe('The id of the frame that it answers.'),
    ok: z.literal(true),
    seq: seq.describe('Of the last event that the command caused.').exactOptional(),
    data: replyData[op],
  });

/** An accepted reply; its data goes by the op of the frame that it answers. */
export const acceptedReply = z.object({
  re: text,
  ok: z.literal(true),
  seq: seq.exactOptional(),
  data: z.record(z.string(), z.unknown()),
});

export const replyFrame = z.discriminatedUnion('ok', [acceptedReply, errorReplySchema]);

/** Whatever the hub sends: a reply, an event, or several of them. */
export const serverFrame = z.union([
  replyFrame,
  eventFrame,
  z.object({ batch: z.array(z.union([replyFrame, eventFrame])) }),
]);

/** An accepted reply, as it is sent. */
export interface AcceptedReply {
  readonly re: string;
  readonly ok: true;
  readonly seq?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The reply to an accepted frame; `seq` is that of the last event it caused, where it caused one. */
export const acceptReply = (
  re: string,
  data: Readonly<Record<string, unknown>>,
  seqOfLast?: number,
): AcceptedReply => ({ re, ok: true, ...(seqOfLast === undefined ? {} : { seq: seqOfLast }), data });
