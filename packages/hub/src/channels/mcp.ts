import { createMcpHandler } from '@modelcontextprotocol/server';
import type { McpRequestContext } from '@modelcontextprotocol/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../sessions/refusal.ts';
import type { Channel, ChannelContext } from './channel.ts';
import { addressOf, callerOf } from './http/context.ts';
import { Leases } from './http/leases.ts';
import { closedOf, enterOpenCall, whenGone } from './http/open-call.ts';
import { Refused } from './http/refused.ts';
import { Waiters } from './http/waiters.ts';
import type { McpCall, McpContext } from './mcp/call.ts';
import { RepeatedCalls } from './mcp/repeated-calls.ts';
import { serverFor } from './mcp/server.ts';

/**
 * `/mcp`: the Model Context Protocol over streamable HTTP, in its newest revision and the one before it. A
 * model's own host takes part with tools. Nothing is kept between two calls but what the conversation itself
 * knows: a handle says who calls ([ADR 34](docs/adr/0034-mcp-without-sessions.md)).
 */
export function openMcp(context: ChannelContext): Channel {
  const { parts, settings, server } = context;
  const stopping = new AbortController();
  const leases = new Leases(parts, settings.callLeaseMs);
  const waiters = new Waiters(parts.conversations, parts.clock);
  const repeated = new RepeatedCalls(parts.clock);
  const shared: McpContext = { ...context, leases, waiters, repeated, stopping: stopping.signal };
  const handler = createMcpHandler((request) => serverFor(callFor(request)), {
    keepAliveMs: settings.heartbeatMs,
    // There is nothing to subscribe to: who waits for something calls wait_for_turn.
    maxSubscriptions: 0,
    onerror: (error) => parts.logger.debug({ err: error }, 'an MCP request was not served'),
  });
  server.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    handler: async (request, reply) => {
      if (Array.isArray(request.body)) {
        const details = { path: '', expected: 'one JSON-RPC message' };
        throw new Refused(refuse('request.invalid', 'Batches are not taken.', { details }).error);
      }
      const caller = await callerOf(parts, request);
      const address = addressOf(request);
      const letGo = enterOpenCall(parts.rates, address, caller);
      whenGone(reply, letGo);
      const signal = closedOf(reply, stopping.signal);
      const call: McpCall = { context: shared, caller, address, signal };
      return answer(reply, await handler.fetch(webRequest(request, signal), bearing(call, request)));
    },
  });
  return {
    get connections() {
      return leases.size;
    },
    // Answers are written as their clients read.
    bufferedBytes: 0,
    async stop() {
      stopping.abort();
      leases.stop();
      waiters.stop();
      await handler.close();
    },
  };
}

/** The library hands on what it is given as authentication: who calls, as the hub knows it. */
const bearing = (call: McpCall, request: FastifyRequest) => ({
  parsedBody: request.body,
  authInfo: { token: '', clientId: call.caller?.principal ?? '', scopes: [], extra: { call } },
});

const callFor = ({ authInfo }: McpRequestContext): McpCall => authInfo?.extra?.['call'] as McpCall;

/** Without its body, which has been read and parsed. */
function webRequest({ method, url, headers }: FastifyRequest, signal: AbortSignal): Request {
  const entries = Object.entries(headers).flatMap(([name, value = []]) =>
    [value].flat().map((each): [string, string] => [name, each]),
  );
  return new Request(new URL(url, 'http://hub'), { method, headers: entries, signal });
}

function answer(reply: FastifyReply, response: Response): FastifyReply {
  return reply.send(response);
}
