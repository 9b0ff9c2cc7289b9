import type { Channel, ChannelContext } from './channel.ts';
import { addEndpoint, cardRoute } from './a2a/endpoint.ts';
import type { EventQueue } from './a2a/event-queue.ts';
import { OpenCalls } from './a2a/open-calls.ts';
import { Room } from './a2a/room.ts';
import { ScriptedAgent } from './a2a/scripted.ts';
import { Speakers } from './a2a/speakers.ts';
import { Leases } from './http/leases.ts';
import { Waiters } from './http/waiters.ts';

/** Conversations as A2A agents (A2-5): the hub's own endpoint at `/a2a/`, and one for each below `/a2a/c/`. */
export function openA2a(context: ChannelContext): Channel {
  const { parts, server, settings } = context;
  const stopping = new AbortController();
  const leases = new Leases(parts, settings.pollLeaseMs);
  const waiters = new Waiters(parts.conversations, parts.clock);
  const speakers = new Speakers(parts);
  const queues = new Set<EventQueue>();
  const calls = new OpenCalls(parts);
  const shared = { ...context, leases, waiters, stopping: stopping.signal, speakers, queues, calls };
  const room = new Room(shared);
  const hub = addEndpoint(server, '/a2a', shared, room);
  cardRoute(server, '/.well-known/agent-card.json', hub);
  addEndpoint(server, '/a2a/c/:id', shared, room);
  if (settings.a2aScripted) {
    const scripted = new ScriptedAgent({
      url: () => `${settings.publicUrl()}/a2a/scripted/`,
      clock: parts.clock,
      open: parts.open,
    });
    addEndpoint(server, '/a2a/scripted', shared, scripted);
  }
  return {
    get connections() {
      return calls.size;
    },
    get bufferedBytes() {
      let bytes = 0;
      for (const queue of queues) bytes += queue.bufferedBytes;
      return bytes;
    },
    async stop() {
      stopping.abort();
      speakers.stop();
      leases.stop();
      waiters.stop();
    },
  };
}
