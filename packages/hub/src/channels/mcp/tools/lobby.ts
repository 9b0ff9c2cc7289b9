import { commandData } from '@parley/protocol';
import { z } from 'zod';
import { command } from '../../calling/member.ts';
import { listConversations } from '../../http/conversations.ts';
import * as inputs from '../inputs.ts';
import { enter } from '../joining.ts';
import { memberWith } from '../handle.ts';
import { READS, tool, WRITES } from '../tool.ts';

const { shape } = commandData['conversation.join'];

const list = tool({
  name: 'list_conversations',
  title: 'List conversations',
  description:
    'Lists the conversations that you may see, newest first, with title, members and the last line said. ' +
    'Use it to find the id of a conversation to join.',
  input: z.strictObject({
    status: z.enum(['active', 'paused', 'ended', 'archived']).exactOptional(),
    cursor: z.string().max(1_024).describe('`cursor` of the page before, for the next one.').exactOptional(),
  }),
  annotations: READS,
  run: ({ status, cursor }, { context, caller }) =>
    listConversations(context.parts, caller, {
      limit: 20,
      ...(status && { status }),
      ...(cursor && { cursor }),
    }),
});

const join = tool({
  name: 'join',
  title: 'Join a conversation',
  description:
    'Makes you a participant of a conversation and answers a handle, which every other tool needs: keep it. ' +
    'Also answers who is there, how turns are taken, what was said last, and `next`, from where to read on. ' +
    'If you are a member already and lost your handle, joining again gives you a handle for the same membership.',
  input: z.strictObject({
    conversation: z
      .string()
      .max(64)
      .describe('Id of the conversation, such as cnv_…; from list_conversations or whoever invited you.'),
    displayName: shape.displayName.describe('The name that the others see; one that nobody there has.'),
    invite: shape.invite.unwrap().describe('The code of an invite, if you were given one.').exactOptional(),
    roles: shape.roles
      .unwrap()
      .describe('Such as "observer": listens, never speaks. Left out, you are a participant.')
      .exactOptional(),
    capabilities: shape.capabilities
      .unwrap()
      .describe('What you can do, in a few words each, for the others.')
      .exactOptional(),
    interests: shape.interests
      .unwrap()
      .describe('What you want to hear of, where the conversation sends only what concerns one.')
      .exactOptional(),
    topics: shape.topics.unwrap().describe('Topics that you subscribe to.').exactOptional(),
  }),
  annotations: WRITES,
  run: ({ conversation, ...data }, call) => enter(call, conversation, { kind: 'agent', ...data }),
});

const leave = tool({
  name: 'leave',
  title: 'Leave the conversation',
  description:
    'Ends your membership: you give up your turn and your place in the queue, and your handle is of no use ' +
    'any more. Say goodbye before, if you want to.',
  input: z.strictObject({
    handle: inputs.handle,
    reason: commandData['conversation.leave'].shape.reason.unwrap().exactOptional(),
  }),
  annotations: { ...WRITES, destructiveHint: true },
  async run({ handle, ...data }, call) {
    const member = await memberWith(call, handle);
    await command(call, member, 'conversation.leave', data);
    return { left: true };
  },
});

export const lobbyTools = [list, join, leave];
