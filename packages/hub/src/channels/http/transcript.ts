import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { httpQueries } from '@parley/protocol';
import { transcript } from '../../delivery/transcript.ts';
import type { HttpContext } from './context.ts';
import { queryOf, reading, viewerOf } from './context.ts';

const TYPES = {
  json: 'application/json; charset=utf-8',
  markdown: 'text/markdown; charset=utf-8',
} as const;

/** `GET …/transcript`: all of it, piece by piece as the reader takes it. */
export function transcriptRoutes(server: FastifyInstance, { parts }: HttpContext): void {
  server.get('/v1/conversations/:id/transcript', async (request, reply) => {
    const { format = 'json' } = queryOf(httpQueries.transcript, request);
    const { state, access } = await reading(parts, request);
    const pieces = transcript(parts.conversations, state, viewerOf(access), format);
    return reply
      .type(TYPES[format])
      .send(Readable.from(pieces, { objectMode: false, highWaterMark: 65_536 }));
  });
}
