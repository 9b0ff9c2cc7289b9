import http from 'node:http';
import type { Socket } from 'node:net';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { FRAME_BYTES_MAX } from '@parley/protocol';
import type { Turns } from '../host/turns.ts';

/** One port for everything. Frames and bodies have the same bound. */
export function createServer(turns: Turns): FastifyInstance {
  return fastify({
    bodyLimit: FRAME_BYTES_MAX,
    forceCloseConnections: true,
    // A request has to arrive within this time; how long its answer may take is another matter.
    requestTimeout: 30_000,
    keepAliveTimeout: 75_000,
    routerOptions: { maxParamLength: 200 },
    serverFactory: (handler, options) => takingTurns(http.createServer(options as object, handler), turns),
  });
}

/**
 * The system hands over all connections that have come in at once, thousands after a break of the network. Making
 * one ready to be read costs more than all that follows until it says hello, so that is done in turns (ADR 50).
 */
function takingTurns(server: http.Server, turns: Turns): http.Server {
  const takers = server.listeners('connection');
  server.removeAllListeners('connection');
  return server.on('connection', (socket: Socket) => {
    socket.on('error', ignore);
    void turns.run(`${socket.remoteAddress}/connections`, async () => {
      // It has given up, or the server closed in between and will not look after it any more.
      if (socket.destroyed || !server.listening) return void socket.destroy();
      socket.off('error', ignore);
      for (const take of takers) take.call(server, socket);
    });
  });
}

/** Until it has been taken its socket may break at any time, and that is nobody's concern. */
const ignore = (): void => undefined;
