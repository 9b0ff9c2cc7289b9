import type { FastifyInstance } from 'fastify';
import type { HttpContext } from './context.ts';
import { callerOf } from './context.ts';

/** `GET /v1/services`: whom `bridge.add` can name, without addresses or keys. */
export function serviceRoutes(server: FastifyInstance, { parts, operations }: HttpContext): void {
  server.get('/v1/services', async (request) => {
    await callerOf(parts, request);
    return operations.offers();
  });
}
