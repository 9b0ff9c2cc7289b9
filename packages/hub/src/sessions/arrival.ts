import type { Seq, State } from '@parley/core';
import { isModerator } from '@parley/core';
import { catchUp, historyFrom } from '../delivery/catch-up.ts';
import { isGuest } from './caller.ts';
import type { JoinRequest } from './join-request.ts';
import type { Membership } from './membership.ts';
import type { SessionParts } from './parts.ts';
import type { Answer } from './refusal.ts';

export interface Arrival {
  readonly membership: Membership;
  /** As of the moment of arrival. */
  readonly state: State;
  /** The reply's; where the chain begins unless `since` says otherwise. */
  readonly seq: Seq;
  /** The last seq that a resuming participant has, where this log can go on from there; else null. */
  readonly since: Seq | null;
  /** It was no member before. */
  readonly newcomer: boolean;
}

/**
 * Takes a participant in and makes the answer to its join. Called while the command settles: the first
 * step is synchronous, so the participant's place is in the stream of events before anybody is sent what
 * comes next; reading the catch-up takes longer.
 */
export async function arrive(
  parts: SessionParts,
  request: JoinRequest,
  { membership, state, seq, since, newcomer }: Arrival,
): Promise<Answer> {
  const { conversation, participant, principal, steward } = membership;
  const member = state.participants[participant]!;
  request.place.take(membership, {
    after: since ?? seq,
    historyFrom: historyFrom(state, participant),
    generation: member.resumeGeneration,
    state,
  });
  const moderator = steward || isModerator(member.profile.roles);
  const last = request.data.catchUp?.last;
  const webhook = state.webhooks[participant];
  const token = await tokenFor(parts, request, membership);
  // The whole state is a long answer; there is one for each of however many arrive.
  await parts.turns.end();
  return {
    ok: true,
    seq,
    data: {
      participant,
      resumeToken: parts.resumeTokens.sign({
        conversation,
        participant,
        principal,
        generation: member.resumeGeneration,
      }),
      resumed: since !== null,
      epoch: state.epoch,
      seq,
      catchUp: await catchUp(parts, state, {
        viewer: { participant, moderator },
        newcomer,
        ...(since === null ? {} : { after: since }),
        ...(last === undefined ? {} : { last }),
      }),
      ...(webhook && {
        webhookSecret: parts.webhooks.secretFor({ conversation, participant, url: webhook.url }),
      }),
      ...(token === undefined ? {} : { token }),
    },
  };
}

/**
 * A guest that called without a token gets one; also the guest that came back with nothing but a resume
 * token, so that all of its calls work again.
 */
async function tokenFor(
  parts: SessionParts,
  { caller }: JoinRequest,
  { principal }: Membership,
): Promise<string | undefined> {
  if (caller.principal === principal) return caller.issued;
  return isGuest(principal) ? parts.tokens.guestToken(principal) : undefined;
}
