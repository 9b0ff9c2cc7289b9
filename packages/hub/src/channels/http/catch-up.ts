import type { FastifyInstance } from 'fastify';
import { httpQueries } from '@parley/protocol';
import { catchUp } from '../../delivery/catch-up.ts';
import type { HttpContext } from './context.ts';
import { queryOf, reading, viewerOf } from './context.ts';

/** `GET …/catch-up`: what one has to know who was away. */
export function catchUpRoutes(server: FastifyInstance, { parts }: HttpContext): void {
  server.get('/v1/conversations/:id/catch-up', async (request) => {
    const { after } = queryOf(httpQueries.catchUp, request);
    const { state, access } = await reading(parts, request);
    return catchUp(parts, state, {
      viewer: viewerOf(access),
      ...(after === undefined ? {} : { after }),
    });
  });
}
