import type { Participant, Seq, State } from '@parley/core';
import { levelOf, viewTermsOf } from '@parley/core';
import type { WireData } from '@parley/protocol';
import type { Outcome } from '../host/submission.ts';
import { arrive } from './arrival.ts';
import { isSteward, memberOf } from './authorisation.ts';
import type { JoinRequest } from './join-request.ts';
import type { Membership } from './membership.ts';
import type { SessionParts } from './parts.ts';
import type { Answer } from './refusal.ts';
import { answerOf, notFound, refuse } from './refusal.ts';
import type { ResumeClaims } from './resume-token.ts';
import { isFresh } from './resume-token.ts';

type Resume = NonNullable<WireData<'conversation.join'>['resume']>;

/**
 * Comes back with a resume token (CS-5): with the exact missing events where this log still has them
 * under the same epoch, else with a snapshot. The token is used up: the answer holds the next one.
 */
export async function resume(parts: SessionParts, request: JoinRequest, from: Resume): Promise<Answer> {
  const { conversation, caller, address } = request;
  const claims = parts.resumeTokens.read(from.token);
  if (!claims || !isFor(claims, request, from, parts.open)) {
    parts.rates.guessedWrong(address);
    return denied();
  }
  const state = await parts.conversations.state(conversation);
  if (!state) return notFound();
  const member = Object.hasOwn(state.participants, from.participant)
    ? state.participants[from.participant]!
    : null;
  if (!member) return refuse('resume.expired', 'This participant has left; join anew.');
  if (member.principal !== claims.principal || !isFresh(claims.generation, member.resumeGeneration)) {
    return denied();
  }
  const exact = from.epoch === state.epoch && from.seq <= state.seq && getsSuffix(state, member, from.seq);
  return restore(parts, request, {
    membership: {
      conversation,
      participant: from.participant,
      principal: claims.principal,
      steward: isSteward(state, claims.principal, caller),
    },
    since: exact ? from.seq : null,
  });
}

/**
 * A principal that is a member already joins again. While it is connected that is a mistake; after its
 * connection was lost it may come back without a resume token, because its own token says who it is.
 */
export async function comeBack(
  parts: SessionParts,
  request: JoinRequest,
  refused: Outcome & { ok: false },
): Promise<Answer> {
  const { caller, conversation } = request;
  const state = await parts.conversations.state(conversation);
  const member = state && memberOf(state, caller.principal);
  if (!member || parts.attendance.has(conversation, member.profile.id)) return answerOf(refused);
  const steward = isSteward(state, caller.principal, caller);
  return restore(parts, request, {
    membership: {
      conversation,
      participant: member.profile.id,
      principal: caller.principal,
      steward,
    },
    since: null,
  });
}

/** CS-2, CS-4: some views want the state as it is rather than all that they missed. Counted by seq. */
function getsSuffix(state: State, member: Participant, since: Seq): boolean {
  const { resume: given, snapshotBeyond } = viewTermsOf(levelOf(state, member));
  return given === 'suffix' && (snapshotBeyond === null || state.seq - since <= snapshotBeyond);
}

interface Return {
  readonly membership: Membership;
  /** The last seq that it has, where the log can go on from there. */
  readonly since: Seq | null;
  /** Of the answer that a repeated join was given first, where its chain begins. */
  readonly answeredAt?: Seq;
}

/** Tells the conversation that the participant is back, and takes it in at that very moment. */
export async function restore(
  parts: SessionParts,
  request: JoinRequest,
  { membership, since, answeredAt }: Return,
): Promise<Answer> {
  const taken: { answer?: Promise<Answer> } = {};
  const acknowledged = since ?? answeredAt;
  const outcome = await parts.conversations.submit(membership.conversation, {
    op: 'connection.restored',
    data: {
      participant: membership.participant,
      ...(acknowledged === undefined ? {} : { acknowledged }),
    },
    author: { participant: membership.participant, steward: false },
    onSettled: (settled, state: State | null) => {
      if (!settled.ok || !state) return;
      taken.answer = arrive(parts, request, {
        membership,
        state,
        seq: answeredAt ?? settled.seq,
        since,
        newcomer: false,
      });
    },
  });
  if (outcome.ok) return taken.answer ?? refuse('internal', 'The hub lost the outcome of this return.');
  // It left in between: what the core calls a missing participant is a membership that is over.
  return outcome.rejection.code === 'not_found'
    ? refuse('resume.expired', 'This participant has left; join anew.')
    : answerOf(outcome);
}

/** Bound to participant, conversation and principal; under `--open` holding it is proof enough. */
function isFor(claims: ResumeClaims, request: JoinRequest, from: Resume, open: boolean): boolean {
  return (
    claims.conversation === request.conversation &&
    claims.participant === from.participant &&
    (open || claims.principal === request.caller.principal)
  );
}

const denied = (): Answer => refuse('resume.denied', 'This resume token is not accepted.');
