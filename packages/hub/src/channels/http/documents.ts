import type { FastifyInstance } from 'fastify';
import { asyncApiDocument, errorsDocument, openApiDocument } from '@parley/protocol';

/** The wire as documents, made from its schemas once. */
export function documentRoutes(server: FastifyInstance): void {
  const documents = {
    '/openapi.json': openApiDocument,
    '/asyncapi.json': asyncApiDocument,
    '/errors.json': errorsDocument,
  };
  for (const [path, make] of Object.entries(documents)) {
    let text: string | null = null;
    server.get(path, (_request, reply) => {
      text ??= JSON.stringify(make());
      return reply.type('application/json; charset=utf-8').send(text);
    });
  }
}
