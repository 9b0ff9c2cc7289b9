import { isModerator } from '@parley/core';
import type { Author, Participant, PrincipalId, State } from '@parley/core';
import { OPS } from '@parley/protocol';
import type { WireOp } from '@parley/protocol';
import type { Caller } from './caller.ts';
import { isOperator } from './caller.ts';

/** Ops that clients send and whose whole answer the conversation gives. */
export type MemberOp = Exclude<WireOp, 'hello' | 'conversation.join' | 'ack'>;

/** What somebody may see of a conversation that it may know of. */
export interface Access {
  /** Its own membership, if it has one. */
  readonly member: Participant | null;
  /** Its creator, or an operator. */
  readonly steward: boolean;
  /** By its membership, or where it has none by what its token lets it join as. */
  readonly human: boolean;
  /** Sees what moderators see. */
  readonly moderator: boolean;
}

/**
 * Every read passes here: members, the creator and operators may; under `--open` anybody. Null for all
 * others, who must not be able to tell the conversation from a missing one.
 */
export function accessTo(state: State, caller: Caller | null, open: boolean): Access | null {
  const member = caller && memberOf(state, caller.principal);
  const steward = caller !== null && isSteward(state, caller.principal, caller);
  if (!member && !steward && !open) return null;
  const human = member ? member.profile.kind === 'human' : caller?.kinds.includes('human') === true;
  const moderator = steward || (member !== null && isModerator(member.profile.roles));
  return { member, steward, human, moderator };
}

/** Whether a principal created the conversation, or calls as an operator. */
export const isSteward = (state: State, principal: PrincipalId, caller: Caller | null): boolean =>
  state.createdBy === principal || (caller !== null && isOperator(caller));

/**
 * The author where `op` is its to give; null where it needs a membership that the author does not have. Who may
 * do what is the protocol's one table (OPS). The role is checked by the conversation itself when the
 * command's turn comes, because it can change while the command waits; a steward may do what moderators
 * do without having joined.
 */
export function authorFor(op: MemberOp, { participant, steward, human }: Author): Author | null {
  if (participant === null && !(steward && OPS[op].author === 'moderator')) return null;
  return { participant, steward, ...(human !== undefined && { human }) };
}

/** Somebody with access, as the author of a command. */
export const authorOf = ({ member, steward, human }: Access): Author => ({
  participant: member?.profile.id ?? null,
  steward,
  human,
});

/** One principal is at most one participant of a conversation. */
export function memberOf(state: State, principal: PrincipalId): Participant | null {
  for (const id in state.participants) {
    const member = state.participants[id]!;
    if (member.principal === principal) return member;
  }
  return null;
}
