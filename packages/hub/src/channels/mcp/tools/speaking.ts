import { commandData } from '@parley/protocol';
import type { WireData } from '@parley/protocol';
import { z } from 'zod';
import type { ParticipantId, Seq, State } from '@parley/core';
import type { Answer } from '../../../sessions/refusal.ts';
import { accepted } from '../../http/refused.ts';
import type { Asked } from '../asked.ts';
import { askedOf } from '../asked.ts';
import type { ToolCall } from '../call.ts';
import { floorFor } from '../floor.ts';
import * as inputs from '../inputs.ts';
import type { Member } from '../member.ts';
import { attempt, command, memberWith, stateNow } from '../member.ts';
import { tool, WRITES } from '../tool.ts';
import { until } from '../waiting.ts';

const { shape } = commandData.speech;
const { urgency, preview } = inputs.wish;

type Speech = Omit<WireData<'speech'>, 'grant'>;

const say = tool({
  name: 'say',
  title: 'Say something',
  description:
    'Says one whole utterance, heard by everybody there, and ends your turn. If it is not your turn, asks for ' +
    'the floor and waits for it. `said: true` means that it was said. `said: false` means that it was not: ' +
    'your turn did not come in time (your request stands: call say again with the same text), something else ' +
    'is asked of you first (see `asked`), or others got the turn (`lost`). The same text is never said twice ' +
    'by a repeated call if you give it an `id`.',
  input: z.strictObject({
    handle: inputs.handle,
    text: shape.text.min(1).describe('What you say. Markdown is welcome.'),
    id: z
      .string()
      .regex(/^[A-Za-z0-9_.:-]{1,64}$/, { error: 'an id ([A-Za-z0-9_.:-]{1,64})' })
      .describe('Your own name for this utterance: repeated with it, it is said once.')
      .exactOptional(),
    addressedTo: shape.addressedTo
      .unwrap()
      .describe('Ids of the participants you speak to; all hear it.')
      .exactOptional(),
    expectsReply: shape.expectsReply.unwrap().describe('You ask those addressed to answer.').exactOptional(),
    inReplyTo: shape.inReplyTo
      .unwrap()
      .describe('`seq` or `utterance` of the line that you answer.')
      .exactOptional(),
    topics: shape.topics
      .unwrap()
      .describe('What it is about, where topics are subscribed to.')
      .exactOptional(),
    to: shape.to
      .unwrap()
      .describe('A whisper: ids of those who alone hear it, where the conversation allows that.')
      .exactOptional(),
    keepFloor: z.literal(true).describe('Your turn goes on: you will say more.').exactOptional(),
    urgency: urgency.exactOptional(),
    preview: preview.exactOptional(),
    waitMs: inputs.waitMs,
  }),
  annotations: WRITES,
  async run(input, call) {
    const { handle, id, keepFloor, urgency: urgent, preview: short, waitMs, ...said } = input;
    const member = await memberWith(call, handle);
    const speech: Speech = { ...said, ...(keepFloor && { final: false }) };
    const key = id ?? call.context.repeated.idFor(handle, call.requestId, said);
    const speak = (state: State) => speakNow(call, member, state, speech, key);
    const first = await speak(await stateNow(call, member));
    if (first.ok || !isOutOfTurn(first)) return utterance(first);
    const wish = { ...(urgent !== undefined && { urgency: urgent }), ...(short && { preview: short }) };
    await askUnlessAsked(call, member, wish);
    const turn = await until(call, member, waitMs, async (state) => {
      const asked = askedOf(state, member.participant);
      if (asked.some(({ kind }) => kind === 'turn')) return { answer: await speak(state) };
      if (asked.some(({ kind }) => kind === 'vote')) return { asked };
      return wants(state, member.participant) ? null : { asked, lost: true };
    });
    if (turn?.answer) return utterance(turn.answer);
    return unsaid(await stateNow(call, member), member, turn);
  },
});

/** Without the floor this is refused, except where it was said before: then it is the first answer again. */
function speakNow(call: ToolCall, member: Member, state: State, speech: Speech, id: string): Promise<Answer> {
  const data = { ...speech, grant: grantOf(state, member.participant) ?? NO_GRANT };
  // Which turn it is said in is not what makes it the same.
  return attempt(call, member, 'speech', data, { id, same: speech });
}

/** The seq of the conversation's creation: never a grant. */
const NO_GRANT: Seq = 1;

const grantOf = (state: State, participant: ParticipantId): Seq | undefined =>
  state.floor.holders.find((grant) => grant.participant === participant)?.grant;

const wants = (state: State, participant: ParticipantId): boolean =>
  state.floor.queue.some((request) => request.participant === participant);

const isOutOfTurn = (answer: Answer): boolean =>
  !answer.ok && (answer.error.code === 'floor.not_holder' || answer.error.code === 'floor.stale_grant');

async function askUnlessAsked(
  call: ToolCall,
  member: Member,
  wish: WireData<'floor.request'>,
): Promise<void> {
  const state = await stateNow(call, member);
  if (!wants(state, member.participant) && grantOf(state, member.participant) === undefined) {
    await command(call, member, 'floor.request', wish);
  }
}

function utterance(answer: Answer) {
  const { seq, data } = accepted(answer);
  return { said: true, seq, ...data };
}

function unsaid(
  state: State,
  member: Member,
  turn: { readonly asked?: readonly Asked[]; readonly lost?: boolean } | null,
) {
  return {
    said: false,
    timedOut: turn === null,
    ...(turn?.lost && { lost: true }),
    asked: turn?.asked ?? askedOf(state, member.participant),
    floor: floorFor(state, member),
  };
}

export const speakingTools = [say];
