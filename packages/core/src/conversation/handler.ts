import { holderOf } from '../floor/floor.ts';
import type { Grant } from '../floor/grant.ts';
import type { ParticipantId, Seq } from '../kernel/id.ts';
import type { Result } from '../kernel/result.ts';
import { err, ok } from '../kernel/result.ts';
import { entryOf } from '../kernel/table.ts';
import type { Participant } from '../participants/participant.ts';
import { isModerator, isObserver } from '../participants/role.ts';
import type { Author, Command, Op } from './commands.ts';
import type { Draft } from './draft.ts';
import type { Rejection, RejectionCode } from './rejections.ts';
import type { State } from './state.ts';
import { memberById } from './state.ts';

/** The data of the reply to an accepted command. */
export type Reply = Readonly<Record<string, unknown>>;

/**
 * Decides one kind of command by adding events to the draft. The reply is made last, when the floor has
 * been given to whoever is next: an answer to a request knows whether it was granted.
 */
export type Handler<O extends Op> = (draft: Draft, command: Command<O>) => Result<ReplyMaker, Rejection>;
export type ReplyMaker = (draft: Draft) => Reply;

export type Handlers<O extends Op> = { readonly [K in O]: Handler<K> };

export const accepted = (reply: Reply = {}): Result<ReplyMaker, Rejection> => ok(() => reply);

export const rejected = (
  code: RejectionCode,
  message: string,
  more: Pick<Rejection, 'retryAfterMs' | 'details'> = {},
): Result<never, Rejection> => err({ code, message, ...more });

/** `request.invalid` with the exact place in the frame. */
export const invalid = (path: string, expected: string): Result<never, Rejection> =>
  rejected('request.invalid', `${path}: expected ${expected}`, { details: { path, expected } });

/** The author as a member of the conversation. */
export function memberOf(state: State, author: Author): Result<Participant, Rejection> {
  const member = author.participant === null ? undefined : memberById(state, author.participant);
  return member
    ? ok(member)
    : rejected('participant.not_joined', 'Only participants of the conversation may do this.');
}

/** FL-2: the author as somebody who may hold, request, vote and change the shared context. */
export function speakerOf(state: State, author: Author): Result<Participant, Rejection> {
  const member = memberOf(state, author);
  if (!member.ok || !isObserver(member.value.profile.roles)) return member;
  return rejected('floor.observer', 'An observer listens and does not take the floor.');
}

/** Whether the author may do what only moderators may; `steward`s may without having joined. */
export function mayModerate(state: State, author: Author): Result<true, Rejection> {
  const member = author.participant === null ? undefined : memberById(state, author.participant);
  if (author.steward || (member && isModerator(member.profile.roles))) return ok(true);
  return rejected('auth.forbidden', 'Only a moderator may do this.');
}

/** Somebody else that a command names. */
export function namedMember(state: State, id: ParticipantId): Result<Participant, Rejection> {
  const member = memberById(state, id);
  return member ? ok(member) : rejected('not_found', 'No such participant in this conversation.');
}

/** FL-5: the author's live grant. */
export function liveGrant(state: State, id: ParticipantId, grant: Seq | null): Result<Grant, Rejection> {
  const held = holderOf(state.floor, id);
  if (held && (grant === null || held.grant === grant)) return ok(held);
  if (grant !== null && entryOf(state.floor.pastGrants, id)?.includes(grant)) {
    return rejected('floor.stale_grant', 'That turn has ended.', { details: { grant } });
  }
  return rejected(
    'floor.not_holder',
    'You do not hold the floor.',
    grant === null ? {} : { details: { grant } },
  );
}

/** Nothing happens any more in a conversation that has ended. */
export function stillOpen(state: State): Result<true, Rejection> {
  return state.status === 'ended' || state.status === 'archived'
    ? rejected('conversation.ended', 'The conversation has ended.')
    : ok(true);
}

/** Speaking stops while a conversation is paused; asking for the floor does not. */
export function notPaused(state: State): Result<true, Rejection> {
  return state.status === 'paused'
    ? rejected('conversation.paused', 'The conversation is paused.', {
        details: { cause: state.paused?.cause },
      })
    : ok(true);
}

/** Every addressee is a member. */
export function knownAddressees(
  state: State,
  addressedTo: readonly ParticipantId[] | undefined,
): Result<true, Rejection> {
  const index = addressedTo?.findIndex((id) => memberById(state, id) === undefined) ?? -1;
  return index < 0 ? ok(true) : invalid(`data.addressedTo.${index}`, 'a participant of this conversation');
}
