import { commandData } from '@parley/protocol';
import { z } from 'zod';

/** Inputs that several tools have. What goes into a command has the command's own bounds. */

export const handle = commandData['conversation.join'].shape.invite
  .unwrap()
  .describe('Your handle, as join gave it: it says who you are.');

export const after = commandData.ack.shape.seq.describe(
  '`next` of the answer before: only what happened later is told. From the beginning if left out.',
);

/** Clients commonly give up after 60 s without a progress notification, and after 30 s at the earliest. */
const WAIT_MS = 25_000;
const WAIT_MAX_MS = 240_000;

export const waitMs = z
  .int()
  .min(0)
  .max(WAIT_MAX_MS)
  .default(WAIT_MS)
  .describe(`How long to wait at most, in milliseconds; ${WAIT_MS} if left out.`);

const { urgency, estimatedMs, preview, amount, addressedTo } = commandData['floor.request'].shape;

/** What a wish for the floor can say of itself. */
export const wish = {
  urgency: urgency.unwrap().describe('How much it matters that you speak now: 0 (can wait) to 1 (now).'),
  estimatedMs: estimatedMs.unwrap().describe('How long you will speak, in milliseconds.'),
  preview: preview.unwrap().describe('What you are going to say, in a few words.'),
  amount: amount.unwrap().describe('Credits that you offer, where turns are paid for.'),
  addressedTo: addressedTo.unwrap().describe('Ids of the participants whom you will speak to.'),
};
