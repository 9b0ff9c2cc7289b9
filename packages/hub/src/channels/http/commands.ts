import type { FastifyInstance } from 'fastify';
import { acceptReply, readFrame } from '@parley/protocol';
import type { ClientFrame } from '@parley/protocol';
import type { Seq } from '@parley/core';
import { err, ok } from '@parley/core';
import { acknowledge, acknowledgedBy } from '../../sessions/acknowledging.ts';
import { authorOf } from '../../sessions/authorisation.ts';
import type { CommandFrame } from '../../sessions/commands.ts';
import { answerTo, submissionOf } from '../../sessions/commands.ts';
import { join } from '../../sessions/joining.ts';
import { notJoined, refuse } from '../../sessions/refusal.ts';
import type { Answer } from '../../sessions/refusal.ts';
import type { HttpContext } from './context.ts';
import { addressOf, callerOrGuest, conversationOf, reading } from './context.ts';
import type { Reading } from './context.ts';
import { accepted, orInvalid, Refused } from './refused.ts';

/** `POST …/commands`: one frame as on the WebSocket, its reply frame as the answer. */
export function commandRoutes(server: FastifyInstance, context: HttpContext): void {
  const { parts, leases } = context;
  server.post('/v1/conversations/:id/commands', async (request) => {
    const conversation = conversationOf(request);
    const parsed = readFrame(request.body, { conversation });
    if (parsed.kind === 'reply') throw new Refused(parsed.reply.error);
    const { frame } = orInvalid(parsed.kind === 'fatal' ? err(parsed.problem) : ok(parsed));
    if (frame.op === 'hello') {
      const details = { path: 'op', expected: 'a command; HTTP has no hello' };
      throw new Refused(
        refuse('request.invalid', 'HTTP calls carry their token themselves.', { details }).error,
      );
    }
    if (frame.op === 'conversation.join') {
      const answer = await join(parts, {
        caller: await callerOrGuest(parts, request),
        address: addressOf(request),
        conversation,
        data: frame.data,
        id: frame.id,
        place: { take: (membership, start) => leases.take(membership, start) },
      });
      return replyTo(frame, accepted(answer));
    }
    const found = await reading(parts, request);
    await stayPresent(context, found);
    if (frame.op === 'ack') {
      const refused = found.access.member
        ? acknowledge(parts, found.state, found.access.member.profile.id, frame.data.seq)
        : notJoined();
      if (refused) throw new Refused(refused.error);
      return acceptReply(frame.id, {});
    }
    return replyTo(
      frame,
      accepted(await command(context, { ...frame, conversation } as CommandFrame, found)),
    );
  });
}

async function command({ parts }: HttpContext, frame: CommandFrame, found: Reading): Promise<Answer> {
  const { access, caller } = found;
  if (!caller) return refuse('auth.required', 'Commands need a token, or the one that joining gave.');
  const author = authorOf(access);
  const acknowledged = acknowledgedBy(parts, frame.conversation, author.participant);
  const actor = { ...author, principal: caller.principal, acknowledged };
  const checked = submissionOf(parts, frame, actor, frame.id);
  if (!checked.ok) return checked;
  const outcome = await parts.conversations.submit(frame.conversation, checked.submission);
  return answerTo(parts, frame, actor, outcome);
}

/**
 * A member that calls is there, even when it was thought to be gone. Where it asks for what comes after
 * `received`, it has everything up to there.
 */
export async function stayPresent(
  { parts, leases }: HttpContext,
  found: Reading,
  received: Seq = 0,
): Promise<void> {
  const membership = membershipOf(found);
  if (!membership) return;
  const acknowledged = received <= found.state.seq ? received : 0;
  await leases.touch(membership, acknowledged);
  acknowledge(parts, found.state, membership.participant, acknowledged);
}

export function membershipOf({ conversation, access, caller }: Reading) {
  if (!access.member || !caller) return null;
  return {
    conversation,
    participant: access.member.profile.id,
    principal: caller.principal,
    steward: access.steward,
  };
}

const replyTo = (frame: ClientFrame, answer: Answer & { ok: true }) =>
  acceptReply(frame.id, answer.data, answer.seq);
