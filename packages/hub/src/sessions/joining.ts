import { isModerator } from '@parley/core';
import type { CommandData, ParticipantId, Role, State } from '@parley/core';
import type { WireData } from '@parley/protocol';
import { accessTo, isSteward } from './authorisation.ts';
import { arrive } from './arrival.ts';
import type { Caller } from './caller.ts';
import { isOperator } from './caller.ts';
import { digestOf } from './digest.ts';
import { nameKeyOf, refusalOfName } from './display-names.ts';
import type { Invite } from './invites.ts';
import type { SessionParts } from './parts.ts';
import type { Answer } from './refusal.ts';
import { answerOf, notFound, refuse } from './refusal.ts';
import type { JoinRequest } from './join-request.ts';
import { comeBack, restore, resume } from './resuming.ts';

/**
 * Joins anew, resumes with a resume token, or comes back as the disconnected member that this principal
 * is already. The answer's data is that of `conversation.join`; whatever the place is sent must come behind it.
 */
export async function join(parts: SessionParts, request: JoinRequest): Promise<Answer> {
  const { address, conversation } = request;
  const retryAfterMs = parts.rates.joins.take(address);
  if (retryAfterMs > 0) {
    return refuse('rate.limited', 'Too many joins from this address.', { retryAfterMs });
  }
  return parts.turns.run(conversation, () => joinInTurn(parts, request));
}

async function joinInTurn(parts: SessionParts, request: JoinRequest): Promise<Answer> {
  const { caller, address, conversation, data } = request;
  // Clients that gave up come again: what nobody waits for must not keep them waiting.
  if (request.gone?.()) return refuse('hub.overloaded', 'The caller has gone before its turn came.');
  if (data.resume) return resume(parts, request, data.resume);
  if (!caller.kinds.includes(data.kind)) {
    return refuse('auth.forbidden', `This token does not let its bearer join as ${data.kind}.`, {
      details: { path: 'data.kind', expected: `one of ${caller.kinds.join(', ')}` },
    });
  }
  const misnamed = refusalOfName(data.displayName);
  if (misnamed) return misnamed;
  // What is no human's to give is refused by the conversation itself.
  const webhook = data.kind === 'human' ? data.webhook?.url : undefined;
  const blocked = webhook === undefined ? null : parts.webhooks.refusalOf(webhook, 'data.webhook.url');
  if (blocked) return blocked;
  const state = await parts.conversations.state(conversation);
  const invite = readInvite(parts, request);
  if (data.invite !== undefined && !invite) {
    parts.rates.guessedWrong(address);
    return refuse('invite.invalid', 'This invite is not valid here.');
  }
  if (!state || !mayJoin(parts, state, caller, invite)) return notFound();
  const roles = rolesFor(parts, state, caller, data.roles ?? [], invite);
  if (!roles) {
    return refuse('auth.forbidden', 'Moderators are made by the creator, an invite or role.set.', {
      details: { path: 'data.roles', expected: 'roles without moderator' },
    });
  }
  return joinAnew(parts, request, state, roles, invite);
}

async function joinAnew(
  parts: SessionParts,
  request: JoinRequest,
  before: State,
  roles: readonly Role[],
  invite: Invite | null,
): Promise<Answer> {
  const { caller, conversation, data, id } = request;
  const participant = parts.newId('prt');
  const steward = isSteward(before, caller.principal, caller);
  const digest = digestOf('conversation.join', conversation, data);
  const settled: { answer?: Promise<Answer>; repeats?: ParticipantId; over?: boolean } = {};
  const outcome = await parts.conversations.submit(conversation, {
    op: 'conversation.join',
    data: joinData(participant, caller, data, roles, invite),
    author: { participant, steward },
    facts: { nameKey: nameKeyOf(data.displayName) },
    ...(id !== undefined && { key: { author: caller.principal, id, digest } }),
    onSettled: (result, state) => {
      if (!result.ok || !state) return;
      const { id: joined } = result.data['participant'] as { id: ParticipantId };
      const member = Object.hasOwn(state.participants, joined) ? state.participants[joined]! : null;
      const membership = { conversation, participant: joined, principal: caller.principal, steward };
      // Its connection may be lost already without the conversation having been told (ADR 25).
      const isGone = result.duplicate && !parts.attendance.has(conversation, joined);
      if (!member) settled.over = true;
      else if (member.disconnectedAt !== null || isGone) settled.repeats = joined;
      else {
        const arrival = { membership, state, seq: result.seq, since: null, newcomer: true };
        settled.answer = arrive(parts, request, arrival);
      }
    },
  });
  if (!outcome.ok) {
    const again = outcome.rejection.code === 'participant.already_joined';
    return again ? comeBack(parts, request, outcome) : answerOf(outcome);
  }
  // The first answer to a repeated join is of no use when that membership is over, and clients that
  // count their frames anew on each connection do repeat ids: then this is a join like any other.
  if (settled.over) {
    const { id: _, ...unnamed } = request;
    return joinAnew(parts, unnamed, before, roles, invite);
  }
  if (settled.repeats !== undefined) {
    const membership = { conversation, participant: settled.repeats, principal: caller.principal, steward };
    return restore(parts, request, { membership, since: null, answeredAt: outcome.seq });
  }
  return settled.answer ?? refuse('internal', 'The hub lost the outcome of this join.');
}

function joinData(
  participant: ParticipantId,
  caller: Caller,
  data: WireData<'conversation.join'>,
  roles: readonly Role[],
  invite: Invite | null,
): CommandData['conversation.join'] {
  return {
    participant,
    principal: caller.principal,
    kind: data.kind,
    displayName: data.displayName,
    roles,
    capabilities: data.capabilities ?? [],
    topics: data.topics ?? [],
    interests: data.interests ?? [],
    metadata: data.metadata ?? {},
    verified: caller.described?.verified ?? false,
    ...(caller.described?.model === undefined ? {} : { model: caller.described.model }),
    ...(caller.described?.owner === undefined ? {} : { owner: caller.described.owner }),
    ...(data.offers === undefined ? {} : { offers: data.offers }),
    ...(data.async === undefined ? {} : { async: data.async }),
    ...(data.webhook === undefined ? {} : { webhook: data.webhook }),
    ...(data.interface === undefined ? {} : { interface: data.interface }),
    ...(data.consistency === undefined ? {} : { consistency: data.consistency }),
    ...(invite && {
      invite: { id: invite.id, maxUses: invite.maxUses, expiresAt: invite.expiresAt },
    }),
  };
}

/** An invite that is good here and now, but for its uses, which the conversation counts. */
function readInvite(parts: SessionParts, { conversation, data }: JoinRequest): Invite | null {
  const invite = data.invite === undefined ? null : parts.invites.read(data.invite);
  if (!invite || invite.conversation !== conversation) return null;
  return invite.expiresAt > parts.clock.now() && invite.kinds.includes(data.kind) ? invite : null;
}

/** Whoever may see it, has an invite, or holds a token that opens every door it was told of. */
function mayJoin(parts: SessionParts, state: State, caller: Caller, invite: Invite | null): boolean {
  return invite !== null || caller.scopes.includes('join') || accessTo(state, caller, parts.open) !== null;
}

/** What is asked for, what the invite gives, and what is the creator's; null where it asks for too much. */
function rolesFor(
  parts: SessionParts,
  state: State,
  caller: Caller,
  asked: readonly Role[],
  invite: Invite | null,
): readonly Role[] | null {
  const creator = state.createdBy === caller.principal;
  const given = new Set<Role>([...(creator ? ['moderator'] : []), ...(invite?.roles ?? [])]);
  const mayModerate = parts.open || isOperator(caller) || given.has('moderator');
  if (isModerator(asked) && !mayModerate) return null;
  for (const role of asked) given.add(role);
  return given.size > 0 ? [...given] : ['participant'];
}
