import type { ConversationId, ParticipantId, Seq, State, Viewer } from '@parley/core';
import { isModerator, memberById } from '@parley/core';
import type { WireData } from '@parley/protocol';
import { acknowledge, acknowledgedBy } from '../../sessions/acknowledging.ts';
import type { MemberOp } from '../../sessions/authorisation.ts';
import type { CommandFrame } from '../../sessions/commands.ts';
import { submissionOf } from '../../sessions/commands.ts';
import { digestOf } from '../../sessions/digest.ts';
import type { Membership } from '../../sessions/membership.ts';
import type { Answer } from '../../sessions/refusal.ts';
import { answerOf, notFound, refuse } from '../../sessions/refusal.ts';
import { accepted, Refused } from '../http/refused.ts';
import type { Call } from './call.ts';

/** As whom a call is made. */
export interface Member {
  readonly conversation: ConversationId;
  readonly participant: ParticipantId;
  readonly membership: Membership;
  /** As the call began. */
  readonly state: State;
}

/**
 * The member is here from now on, even where it was thought to be gone (CN-3), and has everything up to
 * `received`.
 */
export async function present(
  { context }: Call,
  membership: Membership,
  state: State,
  received: Seq,
): Promise<void> {
  const acknowledged = received <= state.seq ? received : 0;
  await context.leases.touch(membership, acknowledged);
  acknowledge(context.parts, state, membership.participant, acknowledged);
}

/** The conversation as it is now; refused where the membership has ended meanwhile. */
export async function stateNow({ context }: Call, { conversation, participant }: Member): Promise<State> {
  const state = await context.parts.conversations.state(conversation);
  if (state && memberById(state, participant)) return state;
  throw new Refused(state ? noMember().error : notFound().error);
}

export const noMember = () => refuse('participant.not_joined', 'You are no longer a member: join again.');

export function viewerOf({ participant, membership }: Member, state: State): Viewer {
  const roles = memberById(state, participant)?.profile.roles ?? [];
  return { participant, moderator: membership.steward || isModerator(roles) };
}

/** Gives a command as the member, like a frame of any other channel. @throws Refused */
export async function command<O extends MemberOp>(
  call: Call,
  member: Member,
  op: O,
  data: WireData<O>,
): Promise<Answer & { ok: true }> {
  return accepted(await attempt(call, member, op, data));
}

/**
 * The same, with the refusal as an answer. `key` makes a repetition one: `same` is what has to be equal in
 * it, where that is not all of the data.
 */
export async function attempt<O extends MemberOp>(
  call: Call,
  { conversation, membership }: Member,
  op: O,
  data: WireData<O>,
  key?: { readonly id: string; readonly same: unknown },
): Promise<Answer> {
  const { parts } = call.context;
  // A frame without an id of its own: the key is made here.
  const frame = { id: '', op, conversation, data } as unknown as CommandFrame;
  const acknowledged = acknowledgedBy(parts, conversation, membership.participant);
  const checked = submissionOf(parts, frame, { ...membership, acknowledged }, undefined);
  if (!checked.ok) return checked;
  const author = membership.participant;
  const named = key && {
    key: { author, id: key.id, digest: digestOf(op, conversation, key.same) },
  };
  return answerOf(await parts.conversations.submit(conversation, { ...checked.submission, ...named }));
}
