import { commandData } from '@parley/protocol';
import { z } from 'zod';
import { stateNow } from '../../calling/member.ts';
import { speakInTurn } from '../../calling/speaking.ts';
import { accompany } from '../accompaniment.ts';
import { floorFor } from '../floor.ts';
import { memberWith } from '../handle.ts';
import * as inputs from '../inputs.ts';
import { tool, WRITES } from '../tool.ts';

const { shape } = commandData.speech;
const { urgency, preview } = inputs.wish;

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
    after: inputs.after
      .describe('`next` of what you have read: where everybody has to have heard the last words first.')
      .exactOptional(),
    waitMs: inputs.waitMs,
  }),
  annotations: WRITES,
  async run(input, call) {
    const { handle, after, id, keepFloor, urgency: urgent, preview: short, waitMs, ...said } = input;
    const member = await memberWith(call, handle, after);
    const wish = { ...(urgent !== undefined && { urgency: urgent }), ...(short && { preview: short }) };
    const speech = { ...said, ...(keepFloor && { final: false }) };
    const key = id ?? call.context.repeated.idFor(handle, call.requestId, said);
    const leave = accompany(call, member);
    try {
      const spoken = await speakInTurn(call, member, { speech, id: key, wish, waitMs });
      if (spoken.said) return spoken;
      const { because, asked } = spoken;
      return {
        said: false,
        timedOut: because === null,
        ...(because === 'lost' && { lost: true }),
        asked,
        floor: floorFor(await stateNow(call, member), member),
      };
    } finally {
      leave();
    }
  },
});

export const speakingTools = [say];
