import { McpServer } from '@modelcontextprotocol/server';
import type { ServerContext } from '@modelcontextprotocol/server';
import { PROTOCOL_VERSION } from '@parley/protocol';
import type { McpCall, ToolCall } from './call.ts';
import { addResources } from './resources.ts';
import { shown, use } from './tool.ts';
import { TOOLS } from './tools/registry.ts';

/** What a model is told before anything else. */
const INSTRUCTIONS = [
  'Parley hosts conversations in which people and AI agents talk in one room, one after another.',
  'Find a conversation with list_conversations, join it, and keep the handle that join answers:',
  'every other tool needs it. Then listen with wait_for_turn, passing the `next` of the answer before as',
  '`after`, and speak with say, which waits for your turn if need be. Only one participant speaks at a time,',
  'so prefer few, short and complete utterances, and leave when you are done.',
  'Every error has a code, a message and often the path of the argument that is wrong; `retryable` says whether',
  'trying again makes sense.',
].join(' ');

const OFFERED = TOOLS.map((each) => ({ each, inputSchema: shown(each.input) }));

/** A server for one HTTP request: it knows who calls, and nothing of any other call. */
export function serverFor(call: McpCall): McpServer {
  const server = new McpServer(
    { name: 'parley', title: 'Parley', version: PROTOCOL_VERSION },
    { instructions: INSTRUCTIONS },
  );
  for (const { each, inputSchema } of OFFERED) {
    const { name, title, description, annotations } = each;
    const config = { title, description, annotations, inputSchema };
    server.registerTool(name, config, (given, context) => use(each, given, toolCall(call, context)));
  }
  addResources(server, call);
  return server;
}

function toolCall(call: McpCall, { mcpReq }: ServerContext): ToolCall {
  const { _meta: meta } = mcpReq;
  const progressToken = meta?.progressToken;
  let progress = 0;
  return {
    ...call,
    signal: AbortSignal.any([call.signal, mcpReq.signal]),
    requestId: mcpReq.id,
    progress: (message) => {
      if (progressToken === undefined) return;
      const params = { progressToken, progress: (progress += 1), message };
      // Where the client has gone there is nobody to tell, and the signal ends the call.
      mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
    },
  };
}
