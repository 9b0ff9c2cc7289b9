import type { ErrorCode } from './error-catalogue.ts';
import type { WireOp } from './schemas/commands.ts';

/** Who may send an op: anybody, who is about to be a member, members, or moderators (and stewards). */
export type OpAuthor = 'anyone' | 'joiner' | 'participant' | 'moderator';

interface OpRow {
  readonly summary: string;
  readonly author: OpAuthor;
  /** Beside those that every op can get ({@link COMMON_ERRORS}). */
  readonly errors: readonly ErrorCode[];
  /** What an accepted frame is answered: always, or never. A refusal is always told. */
  readonly answered: boolean;
}

/** Errors that any op can get. */
export const COMMON_ERRORS = [
  'auth.required',
  'auth.invalid',
  'auth.forbidden',
  'not_found',
  'request.invalid',
  'rate.limited',
  'idempotency.conflict',
  'conversation.ended',
  'storage.unavailable',
  'storage.full',
  'hub.overloaded',
  'internal',
] as const satisfies readonly ErrorCode[];

const op = (
  author: OpAuthor,
  summary: string,
  errors: readonly ErrorCode[] = [],
  answered = true,
): OpRow => ({ summary, author, errors, answered });

const member = (summary: string, ...errors: ErrorCode[]) =>
  op('participant', summary, ['participant.not_joined', ...errors]);
const moderator = (summary: string, ...errors: ErrorCode[]) => op('moderator', summary, errors);

/** What each op is for, who may send it and how it can fail; its shapes are in `schemas/`. */
export const OPS: Readonly<Record<WireOp, OpRow>> = {
  hello: op('anyone', 'Says who is there; the first frame of a connection, within 5 s.'),
  'conversation.join': op(
    'joiner',
    'Becomes a participant, or comes back as one; answers what has to be known before going on.',
    [
      'conversation.full',
      'participant.already_joined',
      'invite.invalid',
      'resume.denied',
      'resume.expired',
      'endpoint.blocked',
    ],
  ),
  'conversation.leave': member('Ends the membership; the floor and requests are given up at once.'),
  'conversation.configure': moderator(
    'Changes the configuration while the conversation runs: objects are merged, another kind replaces the whole.',
  ),
  'conversation.pause': moderator('Stops turns and timers; the holder keeps the floor, the queue is kept.'),
  'conversation.resume': moderator(
    'Lets a paused conversation go on; after a loop guard any human member may.',
  ),
  'conversation.end': moderator('Ends the conversation for good; it can still be read.'),
  'participant.remove': moderator('Ends somebody else’s membership.'),
  'participant.mute': moderator(
    'Keeps the floor from somebody, for a time or until told otherwise; it hears, reacts and votes.',
  ),
  'participant.unmute': moderator('Lets somebody who is muted take the floor again.'),
  'role.set': moderator('Replaces a participant’s roles.'),
  'presence.set': member('Says whether one is active, idle or away.'),
  subscribe: member('Replaces the topics, and the interests if given, that one wants to hear of.'),
  'webhook.set': member(
    'Says where a human is called while it is away and something waits for it; null for nowhere.',
    'endpoint.blocked',
  ),

  'floor.request': member(
    'Asks for the floor, or updates the request one has; the place in the queue stays.',
    'floor.observer',
    'floor.already_holder',
    'floor.retry_after',
    'floor.queue_full',
    'bidding.invalid',
    'bidding.insufficient_credits',
  ),
  'floor.cancel': member('Takes the request back.'),
  'floor.release': member('Ends one’s own turn.', 'floor.not_holder', 'floor.stale_grant'),
  'floor.interrupt': member(
    'Asks for the floor while another has it; the answer is the policy’s. On an idle floor a request.',
    'conversation.paused',
    'floor.observer',
    'floor.already_holder',
    'floor.retry_after',
    'floor.queue_full',
    'bidding.invalid',
  ),
  'interruption.answer': member(
    'Answers somebody who asks the holder for the floor: hand it over, or go on.',
    'floor.not_holder',
  ),
  'bid.place': member(
    'Bids for the next turn while the window is open; the last bid counts.',
    'conversation.paused',
    'floor.observer',
    'floor.already_holder',
    'floor.retry_after',
    'floor.queue_full',
    'bidding.window_closed',
    'bidding.invalid',
    'bidding.insufficient_credits',
  ),
  'bid.pass': member(
    'Does not want the next turn; a bid that was placed is withdrawn.',
    'conversation.paused',
    'floor.observer',
    'bidding.window_closed',
  ),
  'vote.cast': member(
    'Votes in an open ballot; the last vote counts.',
    'conversation.paused',
    'vote.closed',
    'vote.not_elector',
  ),
  'credits.mint': moderator('Gives a participant credits out of nothing, or burns some.'),
  'floor.revoke': moderator('Ends somebody’s turn at once.', 'floor.not_holder'),
  'floor.extend': moderator('Makes the running turn longer by so many milliseconds.', 'floor.not_holder'),
  'floor.reorder': moderator('Moves a request to another place of the queue.'),

  speech: member(
    'Says one whole utterance and releases the floor, unless `final` is false.',
    'conversation.paused',
    'floor.not_holder',
    'floor.stale_grant',
  ),
  'speech.start': member(
    'Begins an utterance that comes in pieces.',
    'conversation.paused',
    'floor.not_holder',
    'floor.stale_grant',
  ),
  'speech.delta': op(
    'participant',
    'Says a piece of an utterance; it reaches live participants at once and is not kept by itself.',
    ['participant.not_joined', 'conversation.paused', 'floor.not_holder', 'context.conflict'],
    false,
  ),
  'speech.end': member(
    'Ends an utterance: the log keeps it once and whole; releases the floor, unless `final` is false.',
    'conversation.paused',
    'floor.not_holder',
    'context.conflict',
  ),

  'reaction.add': member('Reacts to an event or utterance, and may rate it from -1 to 1.'),
  signal: member('Shows a backchannel, a yield, typing or a raised hand; needs no floor and is not kept.'),
  'bridge.add': moderator(
    'Asks the hub to bring in somebody that it reaches itself; what an agent asks for waits for a human moderator.',
  ),
  'bridge.approve': moderator('A human moderator agrees to a bridge that an agent asked for.'),
  'bridge.remove': moderator('Ends a bridge; its participant leaves.'),
  'topic.set': member('Sets the topic that all see.', 'floor.observer'),
  'item.open': member('Opens a question or task.', 'floor.observer'),
  'item.resolve': member('Resolves an open item.', 'floor.observer'),
  'decision.record': member('Records a decision.', 'floor.observer', 'context.conflict'),
  ack: op('participant', 'Says up to which seq everything has arrived.', ['participant.not_joined'], false),
};
