import { isModerator } from '@parley/core';
import type { CommandData, ConversationId, ParticipantId, Role, State } from '@parley/core';
import type { WireData } from '@parley/protocol';
import type { Outcome } from '../host/submission.ts';
import { accessTo } from './authorisation.ts';
import { arrive } from './arrival.ts';
import type { Caller } from './caller.ts';
import { isOperator } from './caller.ts';
import { digestOf } from './digest.ts';
import type { Invite } from './invites.ts';
import type { Place } from './membership.ts';
import type { SessionParts } from './parts.ts';
import type { Answer } from './refusal.ts';
import { answerOf, notFound, refuse } from './refusal.ts';
import { resume, comeBack } from './resuming.ts';

/** A wish to take part, from whatever channel. */
export interface JoinRequest {
  readonly caller: Caller;
  readonly address: string;
  readonly conversation: ConversationId;
  readonly data: WireData<'conversation.join'>;
  /** The frame's id, where the channel has one: a repeated join gets its first answer. */
  readonly id?: string;
  /** Whose events shall go where. */
  readonly place: Place;
}

/**
 * Joins anew, resumes with a resume token, or comes back as the disconnected member that this principal
 * is already. The answer's data is that of `conversation.join`; whatever the place is sent must come behind it.
 */
export async function join(parts: SessionParts, request: JoinRequest): Promise<Answer> {
  const { caller, address, conversation, data } = request;
  const retryAfterMs = parts.rates.joins.take(address);
  if (retryAfterMs > 0) {
    return refuse('rate.limited', 'Too many joins from this address.', { retryAfterMs });
  }
  if (data.resume) return resume(parts, request, data.resume);
  if (!caller.kinds.includes(data.kind)) {
    return refuse('auth.forbidden', `This token does not let its bearer join as ${data.kind}.`, {
      details: { path: 'data.kind', expected: `one of ${caller.kinds.join(', ')}` },
    });
  }
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
  const { caller, conversation, data } = request;
  const participant = parts.newId('prt');
  const steward = before.createdBy === caller.principal || isOperator(caller);
  const taken: { answer?: Promise<Answer> } = {};
  const outcome = await parts.conversations.submit(conversation, {
    op: 'conversation.join',
    data: joinData(participant, caller, data, roles, invite),
    author: { participant, steward },
    ...(request.id === undefined
      ? {}
      : {
          key: {
            author: caller.principal,
            id: request.id,
            digest: digestOf('conversation.join', conversation, data),
          },
        }),
    onSettled: (settled, state) => {
      if (!settled.ok || !state) return;
      taken.answer = accept(parts, request, steward, settled, state);
    },
  });
  if (outcome.ok) return taken.answer ?? refuse('internal', 'The hub lost the outcome of this join.');
  if (outcome.rejection.code === 'participant.already_joined') return comeBack(parts, request, outcome);
  return answerOf(outcome);
}

/** Runs while the join settles: before anybody, the joiner included, is sent what comes after it. */
async function accept(
  parts: SessionParts,
  request: JoinRequest,
  steward: boolean,
  outcome: Outcome & { ok: true },
  state: State,
): Promise<Answer> {
  const { id } = outcome.data['participant'] as { id: ParticipantId };
  // A join that is repeated after its participant has left gets its answer, but no place.
  if (!Object.hasOwn(state.participants, id)) {
    return refuse('participant.not_joined', 'This participant has left meanwhile; join with a new id.');
  }
  const membership = {
    conversation: request.conversation,
    participant: id,
    principal: request.caller.principal,
    steward,
  };
  return arrive(parts, request, {
    membership,
    state,
    seq: outcome.seq,
    since: null,
  });
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
    verified: false,
    ...(data.offers === undefined ? {} : { offers: data.offers }),
    ...(data.async === undefined ? {} : { async: data.async }),
    ...(data.interface === undefined ? {} : { interface: data.interface }),
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
