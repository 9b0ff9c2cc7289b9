import type { State } from '@parley/core';
import { memberById, turnStrategies } from '@parley/core';
import type { WireData } from '@parley/protocol';
import type { CatchUp } from '../../delivery/catch-up.ts';
import { isSteward, memberOf } from '../../sessions/authorisation.ts';
import { join } from '../../sessions/joining.ts';
import type { Membership } from '../../sessions/membership.ts';
import type { Answer } from '../../sessions/refusal.ts';
import { notFound, refuse } from '../../sessions/refusal.ts';
import { accepted, Refused } from '../http/refused.ts';
import { askedOf } from '../calling/asked.ts';
import type { McpCall } from './call.ts';
import { floorFor } from './floor.ts';
import { LineWriter } from './lines.ts';
import type { Member } from '../calling/member.ts';
import { present } from '../calling/member.ts';
import { linesAfter } from './reading.ts';

/** Events that a newcomer is told; a summary stands for what was before. */
const LAST = 30;
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Joins, or gives the handle again to whom this caller is there already. @throws Refused */
export async function enter(
  call: McpCall,
  conversation: string,
  data: Omit<WireData<'conversation.join'>, 'consistency'>,
): Promise<Readonly<Record<string, unknown>>> {
  const { context, address } = call;
  const { parts, leases } = context;
  if (!ID.test(conversation)) throw new Refused(notFound().error);
  const caller = call.caller ?? (parts.open ? await parts.tokens.newGuest() : null);
  if (!caller) throw new Refused(refuse('auth.required', 'Joining needs a token.').error);
  const taken: { membership?: Membership } = {};
  const answer = await join(parts, {
    caller,
    address,
    conversation,
    // Its view is kept as the conversation says.
    data: { ...data, consistency: undefined, catchUp: { last: LAST } },
    place: {
      take(membership, start) {
        taken.membership = membership;
        leases.take(membership, start);
      },
    },
  });
  if (answer.ok && taken.membership) {
    const { summary } = (answer.data as unknown as { catchUp: CatchUp }).catchUp;
    return welcome(call, taken.membership, summary?.text);
  }
  const known = await knownMember(call, conversation, answer);
  return welcome(call, known);
}

/** Who lost its handle, but is connected by nothing else, is who it was. Otherwise the refusal stands. */
async function knownMember(call: McpCall, conversation: string, answer: Answer): Promise<Membership> {
  const { context, caller } = call;
  const { parts, leases } = context;
  if (answer.ok || answer.error.code !== 'participant.already_joined' || !caller) {
    accepted(answer);
    throw new Refused(refuse('internal', 'The hub lost the outcome of this join.').error);
  }
  const state = await parts.conversations.state(conversation);
  const member = state && memberOf(state, caller.principal);
  if (!state || !member) throw new Refused(answer.error);
  const { principal } = caller;
  const steward = isSteward(state, principal, caller);
  const membership = { conversation, participant: member.profile.id, principal, steward };
  if (!leases.has(membership)) throw new Refused(answer.error);
  await present(call, membership, state, 0);
  return membership;
}

async function welcome(call: McpCall, membership: Membership, summary?: string) {
  const { parts, handles } = call.context;
  const { conversation, participant } = membership;
  const state = await parts.conversations.state(conversation);
  if (!state || !memberById(state, participant)) throw new Refused(notFound().error);
  const member: Member = { conversation, participant, membership, state };
  const { lines } = await linesAfter(call, member, state, Math.max(0, state.seq - LAST));
  const writer = new LineWriter(state, participant);
  return {
    handle: handles.sign(membership),
    you: writer.name(participant),
    conversation: {
      id: conversation,
      title: state.title,
      status: state.status,
      topic: state.context.topic,
      openItems: state.context.openItems,
      decisions: state.context.decisions.slice(-10),
    },
    turns: turnsIn(state),
    participants: Object.values(state.participants).map(({ profile }) => ({
      ...writer.name(profile.id),
      roles: profile.roles,
    })),
    ...(summary && { summary }),
    lines,
    next: state.seq,
    floor: floorFor(state, member),
    asked: askedOf(call.context, state, participant),
  };
}

/** How one comes to speak here, in the words of the strategy itself. */
function turnsIn(state: State) {
  const { kind } = state.config.floor.strategy;
  return { kind, how: turnStrategies[kind]?.description ?? '' };
}
