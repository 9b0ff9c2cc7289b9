import type { Seq } from '@parley/core';
import { memberById } from '@parley/core';
import { isSteward } from '../../sessions/authorisation.ts';
import { notFound, refuse } from '../../sessions/refusal.ts';
import type { Member } from '../calling/member.ts';
import { noMember, present } from '../calling/member.ts';
import { Refused } from '../http/refused.ts';
import type { McpCall } from './call.ts';

/**
 * The participant that the handle was given to, which has everything up to `received`.
 * @throws Refused where the handle is another's or its membership is over
 */
export async function memberWith(call: McpCall, handle: string, received: Seq = 0): Promise<Member> {
  const { context, caller, address } = call;
  const { parts, handles } = context;
  const claims = handles.read(handle);
  // Under `--open` there are no accounts: holding it is proof enough, as it is for resume tokens.
  if (!claims || (!parts.open && claims.principal !== caller?.principal)) {
    parts.rates.guessedWrong(address);
    throw new Refused(refuse('resume.denied', 'This is no handle that join gave to you.').error);
  }
  const { conversation, participant, principal } = claims;
  const state = await parts.conversations.state(conversation);
  if (!state) throw new Refused(notFound().error);
  if (memberById(state, participant)?.principal !== principal) {
    throw new Refused(noMember().error);
  }
  const steward = isSteward(state, principal, caller);
  const membership = { conversation, participant, principal, steward };
  await present(call, membership, state, received);
  return { conversation, participant, membership, state };
}
