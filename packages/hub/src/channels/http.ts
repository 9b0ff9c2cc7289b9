import type { FastifyInstance } from 'fastify';
import type { Channel, ChannelContext } from './channel.ts';
import { catchUpRoutes } from './http/catch-up.ts';
import { commandRoutes } from './http/commands.ts';
import { consoleRoutes } from './http/console.ts';
import type { HttpContext } from './http/context.ts';
import { conversationRoutes } from './http/conversations.ts';
import { documentRoutes } from './http/documents.ts';
import { eventRoutes } from './http/events.ts';
import { fairnessRoutes } from './http/fairness.ts';
import { guardRequests } from './http/guard.ts';
import { healthRoutes } from './http/health.ts';
import { inviteRoutes } from './http/invites.ts';
import { Leases } from './http/leases.ts';
import { participantRoutes } from './http/participants.ts';
import { serviceRoutes } from './http/services.ts';
import { tokenRoutes } from './http/tokens.ts';
import { transcriptRoutes } from './http/transcript.ts';
import { Waiters } from './http/waiters.ts';

const ROUTES: readonly ((server: FastifyInstance, context: HttpContext) => void)[] = [
  tokenRoutes,
  conversationRoutes,
  participantRoutes,
  inviteRoutes,
  commandRoutes,
  eventRoutes,
  catchUpRoutes,
  transcriptRoutes,
  fairnessRoutes,
  serviceRoutes,
  documentRoutes,
  healthRoutes,
  consoleRoutes,
];

/** `/v1` as JSON over HTTP, with long poll and SSE, and the console's files (wire.md, HTTP). */
export function openHttp(context: ChannelContext): Channel {
  const stopping = new AbortController();
  const leases = new Leases(context.parts, context.settings.pollLeaseMs);
  const waiters = new Waiters(context.parts.conversations, context.parts.clock);
  const shared: HttpContext = { ...context, leases, waiters, stopping: stopping.signal };
  guardRequests(context.server, shared);
  for (const addRoutes of ROUTES) addRoutes(context.server, shared);
  return {
    get connections() {
      return leases.size;
    },
    // Streams are written to as their readers read: what they lack stays in the log.
    bufferedBytes: 0,
    async stop() {
      stopping.abort();
      leases.stop();
      waiters.stop();
    },
  };
}
