import { createHash } from 'node:crypto';
import type { Message } from '@a2a-js/sdk';
import type { ConversationId, PrincipalId, State } from '@parley/core';
import { memberById } from '@parley/core';
import type { ErrorCode, WireData } from '@parley/protocol';
import { commandData, toSpeakableText, validate } from '@parley/protocol';
import { isSteward, memberOf } from '../../sessions/authorisation.ts';
import { isGuest } from '../../sessions/caller.ts';
import { join } from '../../sessions/joining.ts';
import type { Membership } from '../../sessions/membership.ts';
import type { Refusal } from '../../sessions/refusal.ts';
import { refuse } from '../../sessions/refusal.ts';
import { ownerOf } from '../../sessions/task-ids.ts';
import type { A2aCall } from './call.ts';
import { a2aErrorOf, invalid, taskNotFound } from './errors.ts';
import type { SendOptions } from './options.ts';
import type { RoomParts } from './room-parts.ts';
import type { MemberTask } from './tasks.ts';

/** Refusals that are an outcome of asking to join (A2-6); the others are errors of the call. */
const REJECTIONS: ReadonlySet<ErrorCode> = new Set([
  'auth.forbidden',
  'invite.invalid',
  'conversation.ended',
  'conversation.full',
  'participant.already_joined',
]);

/** A task that a call is about. */
export type Found =
  | { readonly kind: 'member'; readonly task: MemberTask; readonly state: State }
  /** Joining was refused then. */
  | {
      readonly kind: 'refused';
      readonly id: string;
      readonly conversation: ConversationId;
      readonly code: ErrorCode;
    };

/** Whose and what a task is, and how one becomes a member. */
export class Entrance {
  readonly #shared: RoomParts;
  readonly #call: A2aCall;

  constructor(shared: RoomParts, call: A2aCall) {
    this.#shared = shared;
    this.#call = call;
  }

  /**
   * The task of this id, if it is the caller's own. Under `--open`, where nobody needs a token, knowing the
   * id is proof enough, as it is with a resume token.
   * @throws TaskNotFoundError, in the same words for all others.
   */
  async find(id: string): Promise<Found> {
    const { parts } = this.#shared;
    const claims = parts.taskIds.read(id);
    const { caller, conversation: here } = this.#call;
    if (!claims || (here !== null && claims.conversation !== here)) throw taskNotFound();
    if (caller ? claims.owner !== ownerOf(caller.principal) : !parts.open) throw taskNotFound();
    const { conversation, participant, refused } = claims;
    if (participant === null) {
      return { kind: 'refused', id, conversation, code: refused ?? 'internal' };
    }
    const state = await parts.conversations.state(conversation);
    if (!state) throw taskNotFound();
    const principal = caller?.principal ?? memberById(state, participant)?.principal ?? '';
    const steward = isSteward(state, principal, caller);
    return {
      kind: 'member',
      state,
      task: { id, membership: { conversation, participant, principal, steward } },
    };
  }

  /** The task that the caller already has in this conversation. */
  async own(conversation: ConversationId): Promise<{ task: MemberTask; state: State } | null> {
    const { parts } = this.#shared;
    const { caller } = this.#call;
    const state = caller && (await parts.conversations.state(conversation));
    const member = state && memberOf(state, caller.principal);
    if (!member) return null;
    const steward = isSteward(state, caller.principal, caller);
    const { id: participant } = member.profile;
    return { state, task: this.#taskOf({ conversation, participant, principal: caller.principal, steward }) };
  }

  /** Comes in as somebody new. The refusals that are an outcome of it are a task too. */
  async join(
    conversation: ConversationId,
    message: Message,
    options: SendOptions,
  ): Promise<{ task: MemberTask } | { refused: Refusal; id: string }> {
    const { parts, leases } = this.#shared;
    const caller = this.#call.caller ?? (await parts.tokens.newGuest());
    const taken: { membership?: Membership } = {};
    const answer = await join(parts, {
      caller,
      address: this.#call.address,
      conversation,
      data: joinData(caller.principal, options),
      id: keyOf(message),
      place: {
        take: (membership, start) => {
          taken.membership = membership;
          leases.take(membership, start);
        },
      },
    });
    if (taken.membership) return { task: this.#taskOf(taken.membership) };
    const error = answer.ok
      ? refuse('internal', 'The hub lost the outcome of this join.').error
      : answer.error;
    if (!REJECTIONS.has(error.code)) throw a2aErrorOf(error);
    return { refused: error, id: parts.taskIds.ofRefused(conversation, caller.principal, error.code) };
  }

  #taskOf(membership: Membership): MemberTask {
    const { conversation, participant, principal } = membership;
    return { id: this.#shared.parts.taskIds.ofMember(conversation, participant, principal), membership };
  }
}

function joinData(principal: PrincipalId, { join: wanted }: SendOptions): WireData<'conversation.join'> {
  const data = { kind: 'agent', displayName: nameFor(principal), catchUp: { last: 0 }, ...wanted };
  const checked = validate(commandData['conversation.join'], data, 'message.metadata.parley.join');
  if (!checked.ok) throw invalid(checked.error);
  return checked.value;
}

/** A guest's principal is a number that says nothing. */
function nameFor(principal: PrincipalId): string {
  const name = isGuest(principal) ? `Agent ${principal.slice(-4)}` : toSpeakableText(principal);
  return name.replace(/\s+/g, ' ').trim().slice(0, 64) || 'Agent';
}

/** A message's own id is whatever its client likes; as a key it has the form of all keys. */
export const keyOf = ({ messageId }: Message): string =>
  `a2a:${createHash('sha256').update(messageId).digest('base64url')}`;
