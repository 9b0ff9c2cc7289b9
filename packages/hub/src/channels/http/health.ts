import type { FastifyInstance } from 'fastify';
import type { HttpContext } from './context.ts';

/** For supervisors, load balancers and Prometheus. */
export function healthRoutes(server: FastifyInstance, { operations }: HttpContext): void {
  server.get('/healthz', () => ({ status: 'ok' }));
  server.get('/readyz', (_request, reply) => {
    const readiness = operations.readiness();
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  server.get('/metrics', async (_request, reply) => {
    const { type, text } = await operations.metrics();
    return reply.type(type).send(text);
  });
}
