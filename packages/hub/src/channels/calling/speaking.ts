import type { Millis, ParticipantId, Seq, State } from '@parley/core';
import type { WireData } from '@parley/protocol';
import type { Answer } from '../../sessions/refusal.ts';
import { accepted } from '../http/refused.ts';
import type { Asked } from './asked.ts';
import { askedOf } from './asked.ts';
import type { Call } from './call.ts';
import type { Member } from './member.ts';
import { attempt, command, stateNow } from './member.ts';
import { grantOf } from './standing.ts';
import { until } from './waiting.ts';

export interface Utterance {
  readonly speech: Omit<WireData<'speech'>, 'grant'>;
  /** The same again is said once. */
  readonly id: string;
  /** Sent with the request for the floor, where one has to be made. */
  readonly wish: WireData<'floor.request'>;
  /** How long to wait for the floor at most. */
  readonly waitMs: Millis;
}

export type Spoken =
  | { readonly said: true; readonly seq: Seq | undefined; readonly utterance: string }
  /** Null where the floor did not come in time, and the request for it stands. */
  | { readonly said: false; readonly because: 'asked' | 'lost' | null; readonly asked: readonly Asked[] };

/**
 * Says something as soon as the member has the floor, which is asked for if need be. Nothing is kept for later:
 * what could not be said in time is not said, and the caller knows.
 */
export async function speakInTurn(call: Call, member: Member, utterance: Utterance): Promise<Spoken> {
  const { participant } = member;
  const first = await speakNow(call, member, await stateNow(call, member), utterance);
  if (first.ok || !isOutOfTurn(first)) return spoken(first);
  await askUnlessAsked(call, member, utterance.wish);
  const turn = await until(call, member, utterance.waitMs, async (state) => {
    const asked = askedOf(call.context, state, participant);
    if (asked.some(({ kind }) => kind === 'turn')) {
      return spoken(await speakNow(call, member, state, utterance));
    }
    const first = asked.some(({ kind }) => kind === 'vote' || kind === 'read');
    if (!first && wants(state, participant)) return null;
    return { said: false, because: first ? 'asked' : 'lost', asked } satisfies Spoken;
  });
  if (turn) return turn;
  return {
    said: false,
    because: null,
    asked: askedOf(call.context, await stateNow(call, member), participant),
  };
}

/** Without the floor this is refused, except where it was said before: then it is the first answer again. */
function speakNow(call: Call, member: Member, state: State, { speech, id }: Utterance): Promise<Answer> {
  const data = { ...speech, grant: grantOf(state, member.participant)?.grant ?? NO_GRANT };
  // Which turn it is said in is not what makes it the same.
  return attempt(call, member, 'speech', data, { id, same: speech });
}

/** The seq of the conversation's creation: never a grant. */
const NO_GRANT: Seq = 1;

const wants = (state: State, participant: ParticipantId): boolean =>
  state.floor.queue.some((request) => request.participant === participant);

const isOutOfTurn = (answer: Answer): boolean =>
  !answer.ok && (answer.error.code === 'floor.not_holder' || answer.error.code === 'floor.stale_grant');

async function askUnlessAsked(call: Call, member: Member, wish: WireData<'floor.request'>): Promise<void> {
  const state = await stateNow(call, member);
  if (!wants(state, member.participant) && grantOf(state, member.participant) === undefined) {
    await command(call, member, 'floor.request', wish);
  }
}

function spoken(answer: Answer): Spoken {
  const { seq, data } = accepted(answer);
  return { said: true, seq, utterance: String(data['utterance']) };
}
