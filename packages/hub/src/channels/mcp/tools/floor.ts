import { commandData } from '@parley/protocol';
import { z } from 'zod';
import { refuse } from '../../../sessions/refusal.ts';
import { command, stateNow } from '../../calling/member.ts';
import { Refused } from '../../http/refused.ts';
import * as inputs from '../inputs.ts';
import { memberWith } from '../handle.ts';
import { tool, WRITES } from '../tool.ts';

const { urgency, estimatedMs, preview, amount, addressedTo } = inputs.wish;
const IDEMPOTENT = { ...WRITES, idempotentHint: true };

const requestFloor = tool({
  name: 'request_floor',
  title: 'Ask for the floor',
  description:
    'Says that you want to speak. Answers `status`: "granted" (it is your turn: use say), "accepted" (you are ' +
    'in the queue, with your position) or "pending" (bids or votes decide). Unless granted, go on with ' +
    'wait_for_turn. Asking again changes what you said about your wish and keeps your place. ' +
    'If you know already what to say, say alone is enough: it asks and waits by itself.',
  input: z.strictObject({
    handle: inputs.handle,
    urgency: urgency.exactOptional(),
    estimatedMs: estimatedMs.exactOptional(),
    preview: preview.exactOptional(),
    addressedTo: addressedTo.exactOptional(),
    amount: amount.exactOptional(),
  }),
  annotations: IDEMPOTENT,
  async run({ handle, ...wish }, call) {
    const member = await memberWith(call, handle);
    return (await command(call, member, 'floor.request', wish)).data;
  },
});

const release = tool({
  name: 'release',
  title: 'Give up your turn, or your request',
  description:
    'Ends your turn without saying anything more; where you are only waiting for one, takes your request back.',
  input: z.strictObject({ handle: inputs.handle }),
  annotations: IDEMPOTENT,
  async run({ handle }, call) {
    const member = await memberWith(call, handle);
    const { floor } = await stateNow(call, member);
    const holds = floor.holders.some(({ participant }) => participant === member.participant);
    const { data } = await command(call, member, holds ? 'floor.release' : 'floor.cancel', {});
    return { released: holds, ...data };
  },
});

const bid = tool({
  name: 'bid',
  title: 'Bid for the next turn, or pass',
  description:
    'Where turns are bid for: says how much you want the next one, while bids are taken. The best bid speaks. ' +
    'The last bid counts. With `pass` you let this turn go. Then use wait_for_turn to learn how it ended.',
  input: z.strictObject({
    handle: inputs.handle,
    window: z
      .string()
      .max(64)
      .describe('Which turn, as `asked` named it; the one that is bid for now if left out.')
      .exactOptional(),
    pass: z.literal(true).describe('You do not want this turn.').exactOptional(),
    urgency: urgency.default(0.5),
    estimatedMs: estimatedMs.default(20_000),
    preview: preview.exactOptional(),
    amount: amount.exactOptional(),
  }),
  annotations: IDEMPOTENT,
  async run({ handle, window: named, pass, ...offer }, call) {
    const member = await memberWith(call, handle);
    const window = named ?? (await stateNow(call, member)).floor.window?.id;
    if (!window) throw new Refused(refuse('not_found', 'No bids are taken now: use request_floor.').error);
    if (pass) return (await command(call, member, 'bid.pass', { window })).data;
    return (await command(call, member, 'bid.place', { window, ...offer })).data;
  },
});

const vote = tool({
  name: 'vote',
  title: 'Vote',
  description:
    'Votes in the open ballot: on who speaks next (`choice` is one of the `candidates`, or a list of them) or ' +
    'on an interruption ("yes" or "no"). "abstain" is a choice too. The last vote counts; votes are secret.',
  input: z.strictObject({
    handle: inputs.handle,
    ballot: z
      .string()
      .max(64)
      .describe('Which ballot, as `asked` named it; the open one if left out.')
      .exactOptional(),
    choice: commandData['vote.cast'].shape.choice,
  }),
  annotations: IDEMPOTENT,
  async run({ handle, ballot: named, choice }, call) {
    const member = await memberWith(call, handle);
    const ballot = named ?? (await stateNow(call, member)).floor.ballot?.id;
    if (!ballot) throw new Refused(refuse('not_found', 'Nothing is voted on now.').error);
    return { ballot, ...(await command(call, member, 'vote.cast', { ballot, choice })).data };
  },
});

export const floorTools = [requestFloor, release, bid, vote];
