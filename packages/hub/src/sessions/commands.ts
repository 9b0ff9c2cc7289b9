import type { Author, CommandData, ConversationId, ParticipantId, Rejection, Seq, State } from '@parley/core';
import type { ClientFrame } from '@parley/protocol';
import type { Outcome, Submission } from '../host/submission.ts';
import type { MemberOp } from './authorisation.ts';
import { accessTo, authorFor, authorOf } from './authorisation.ts';
import type { Caller } from './caller.ts';
import { digestOf } from './digest.ts';
import { nameKeyOf, refusalOfName } from './display-names.ts';
import type { SessionParts } from './parts.ts';
import type { Answer, SessionRejection } from './refusal.ts';
import { answerOf, notFound, notJoined, refuse } from './refusal.ts';

/** A frame whose whole answer the conversation gives. */
export type CommandFrame = ClientFrame<MemberOp> & { readonly conversation: ConversationId };

/** Who acts: a participant, or a steward from outside. */
export interface Actor extends Author {
  /** Names the author of a command that no participant gives. */
  readonly principal: string;
  /** Up to where it has everything that happened. */
  readonly acknowledged: Seq;
}

type Refused = { readonly ok: false; readonly error: SessionRejection | Rejection };

/** The command as the host takes it, or why this actor may not give it now. */
export function submissionOf(
  parts: SessionParts,
  frame: CommandFrame,
  actor: Actor,
  id: string | undefined,
): { readonly ok: true; readonly submission: Submission } | Refused {
  const author = authorFor(frame.op, actor);
  if (!author) return notJoined();
  const limited =
    limitSignals(parts, frame, actor.participant) ?? blockedWebhook(parts, frame) ?? misnamed(frame);
  if (limited) return limited;
  return { ok: true, submission: build(frame, author, actor, id) };
}

/**
 * What an accepted or refused command is answered. The secret of a webhook is in no log, so it is put into
 * the answer here, also into that of a repetition.
 */
export function answerTo(parts: SessionParts, frame: CommandFrame, actor: Actor, outcome: Outcome): Answer {
  const answer = answerOf(outcome);
  if (!answer.ok || frame.op !== 'webhook.set' || actor.participant === null) return answer;
  const { url } = frame.data as CommandData['webhook.set'];
  if (url === null) return answer;
  const owner = { conversation: frame.conversation, participant: actor.participant, url };
  return { ...answer, data: { ...answer.data, webhookSecret: parts.webhooks.secretFor(owner) } };
}

/** An address that the hub would never call is refused while its owner is there to hear of it. */
function blockedWebhook(parts: SessionParts, frame: CommandFrame): Refused | null {
  if (frame.op !== 'webhook.set') return null;
  const { url } = frame.data as CommandData['webhook.set'];
  return url === null ? null : parts.webhooks.refusalOf(url, 'data.url');
}

/** HU-3: nobody is brought in under a name that it could not join with. */
const misnamed = (frame: CommandFrame): Refused | null =>
  frame.op === 'bridge.add' ? refusalOfName(frame.data.displayName) : null;

function build(frame: CommandFrame, author: Author, actor: Actor, id: string | undefined): Submission {
  // Pieces of speech are many, are not repeated by clients, and say themselves where they belong.
  const key =
    id === undefined || frame.op === 'speech.delta'
      ? undefined
      : {
          author: actor.participant ?? actor.principal,
          id,
          digest: digestOf(frame.op, frame.conversation, frame.data),
        };
  return {
    op: frame.op,
    data: frame.data as Submission['data'],
    author,
    acknowledged: actor.acknowledged,
    ...(frame.basedOn === undefined ? {} : { basedOn: frame.basedOn }),
    ...(frame.op === 'bridge.add' && { facts: { nameKey: nameKeyOf(frame.data.displayName) } }),
    ...(key && { key }),
  };
}

/** IP-7: backchannels need no floor, so their number is limited instead. */
function limitSignals(
  parts: SessionParts,
  frame: CommandFrame,
  participant: ParticipantId | null,
): Refused | null {
  if (frame.op !== 'signal' || frame.data.kind !== 'backchannel') return null;
  const retryAfterMs = parts.rates.backchannels.take(`${frame.conversation}/${participant}`);
  return retryAfterMs === 0 ? null : refuse('rate.limited', 'Too many backchannels.', { retryAfterMs });
}

/**
 * What somebody is in a conversation that it has no place in on this channel: a steward from outside, or
 * a stranger, whose answer must not tell a hidden conversation from a missing one.
 */
export function outsider(
  parts: SessionParts,
  state: State | null,
  caller: Caller,
): { readonly ok: true; readonly actor: Actor } | Refused {
  const access = state && accessTo(state, caller, parts.open);
  if (!access) return notFound();
  const author = { ...authorOf(access), participant: null };
  return { ok: true, actor: { ...author, principal: caller.principal, acknowledged: 0 } };
}
