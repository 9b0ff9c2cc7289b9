import type { Millis, Seq, State } from '@parley/core';
import { memberById } from '@parley/core';
import type { Place } from '../../open-floor/address.ts';
import type { Envelope } from '../../open-floor/envelope.ts';
import { envelopeTo, toSelf } from '../../open-floor/writing.ts';
import type { Call } from '../calling/call.ts';
import { present, stateNow } from '../calling/member.ts';
import { until } from '../calling/waiting.ts';
import type { Sender } from './assistant.ts';
import { senderOf } from './assistant.ts';
import type { Cursors } from './cursors.ts';
import { handle, manifests } from './handling.ts';
import type { Heard } from './hearing.ts';
import { heardAfter, historyUpTo, leftBecause } from './hearing.ts';
import { meetingOf } from './meeting.ts';

type Member = NonNullable<Sender['member']>;

export interface Attention {
  /** Last seq that the assistant has, where it says so (`Last-Event-ID`). */
  readonly received: Seq | undefined;
  /** How long it waits for something to happen, where it says so (`Prefer: wait`). */
  readonly waitMs: Millis | undefined;
}

export interface Attended {
  readonly envelope: object;
  /** Up to where the assistant has everything now; undefined for a visitor. */
  readonly next?: Seq;
  /** To be called once the answer has left: until then it is what the next call is told again. */
  readonly delivered: () => void;
}

/** The utterances of an envelope wait so long for their turns, all of them together, where nothing else is said. */
const TURN_WAIT_MS: Millis = 25_000;

/** What an assistant leaves by itself with. */
const LEAVING: ReadonlySet<string> = new Set(['bye', 'declineInvite']);

/** Carries an envelope's events out, one after the other, and answers what happened. @throws Refused */
export async function attend(
  call: Call,
  place: Place,
  cursors: Cursors,
  envelope: Envelope,
  attention: Attention,
): Promise<Attended> {
  const { conversations, clock } = call.context.parts;
  const { state, member, former } = await senderOf(call, place.conversation, cursors, envelope);
  if (former) {
    const reason = await leftBecause(conversations, state, former.participant, former.seq);
    const delivered = (): void => cursors.delete(place.conversation, former.principal);
    return {
      envelope: envelopeTo(null, emptied(place, state), [{ eventType: 'uninvite', reason }]),
      delivered,
    };
  }
  if (!member) return { envelope: envelopeToVisitor(place, state, envelope), delivered: () => undefined };
  const { principal } = member.membership;
  const listener = { place, self: member.self };
  const told = member.joined
    ? undefined
    : (attention.received ?? cursors.get(place.conversation, principal)?.seq);
  const after = told !== undefined && told <= state.seq ? told : state.seq;
  await present(call, member.membership, state, told ?? 0);
  const forget = (): void => cursors.delete(place.conversation, principal);
  const { participant } = member;
  // Kept until it has been told how its membership ended.
  const removed = async (): Promise<object> => {
    cursors.set(place.conversation, principal, { participant, seq: after });
    return uninvited(call, place, member, after);
  };
  const answers: object[] = [];
  const turnsEnd = clock.now() + (attention.waitMs ?? TURN_WAIT_MS);
  if (told === undefined) {
    const dialogHistory = await historyUpTo(conversations, state, listener);
    answers.push({ eventType: 'invite', to: toSelf(member.self), parameters: { dialogHistory } });
  }
  for (const [index, event] of envelope.events.entries()) {
    if (!(await isThere(call, member))) break;
    const saysMore = envelope.events.slice(index + 1).some(({ eventType }) => eventType === 'utterance');
    const path = `openFloor.events.${index}`;
    const waitMs = Math.max(0, turnsEnd - clock.now());
    answers.push(...(await handle({ call, place, member, event, path, saysMore, waitMs })));
  }
  if (!(await isThere(call, member))) {
    const leaves = envelope.events.some(({ eventType }) => LEAVING.has(eventType));
    if (leaves) forget();
    else answers.push(await removed());
    return { envelope: envelopeTo(null, emptied(place, state), answers), delivered: forget };
  }
  const listen = (now: State): Promise<Heard> => heardAfter(conversations, now, listener, after);
  // What its utterances have waited is a part of what it waits.
  const waits =
    answers.length > 0 || attention.waitMs === undefined ? 0 : Math.max(0, turnsEnd - clock.now());
  const something = await until(call, member, waits, async (now) => {
    const heard = await listen(now);
    return heard.events.length > 0 ? { heard, now } : null;
  }).catch(async (error: unknown) => {
    // Removed while it waited: that is an answer, and the last one.
    if (await isThere(call, member)) throw error;
    return null;
  });
  if (!something && !(await isThere(call, member))) {
    answers.push(await removed());
    return { envelope: envelopeTo(null, emptied(place, state), answers), delivered: forget };
  }
  const now = something?.now ?? (await stateNow(call, member));
  const { events, next } = something?.heard ?? (await listen(now));
  return {
    envelope: envelopeTo(member.self, meetingOf(place, now), [...answers, ...events]),
    next,
    delivered: () => cursors.set(place.conversation, principal, { participant, seq: next }),
  };
}

/** Somebody else has ended its membership: it is told so with the answer that is under way. */
async function uninvited(call: Call, place: Place, member: Member, after: Seq): Promise<object> {
  const { conversations } = call.context.parts;
  const state = await conversations.state(place.conversation);
  const reason = state ? await leftBecause(conversations, state, member.participant, after) : undefined;
  return { eventType: 'uninvite', to: toSelf(member.self), ...(reason && { reason }) };
}

async function isThere({ context }: Call, { conversation, participant }: Member): Promise<boolean> {
  const state = await context.parts.conversations.state(conversation);
  return state !== null && memberById(state, participant) !== undefined;
}

/** Whoever may know of the conversation is told what it is, and neither who is there nor what is said. */
function envelopeToVisitor(place: Place, state: State, { events }: Envelope): object {
  const answers = events
    .filter(({ eventType }) => eventType === 'getManifests')
    .flatMap((event) => manifests(place, state, null, event));
  return envelopeTo(null, emptied(place, state), answers);
}

/** Who is there is for those who are there. */
const emptied = (place: Place, state: State) => ({ ...meetingOf(place, state), people: [], holders: [] });
