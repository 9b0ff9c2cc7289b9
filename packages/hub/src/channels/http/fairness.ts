import type { FastifyInstance } from 'fastify';
import { fairnessOf } from '../../delivery/fairness.ts';
import type { HttpContext } from './context.ts';
import { reading, viewerOf } from './context.ts';

/** `GET …/fairness`: who contributed how much, and how evenly the members share the floor. */
export function fairnessRoutes(server: FastifyInstance, { parts }: HttpContext): void {
  server.get('/v1/conversations/:id/fairness', async (request) => {
    const { state, access } = await reading(parts, request);
    return fairnessOf(state, viewerOf(access), parts.clock.now());
  });
}
