import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { CLOSE_CODES } from './close-codes.ts';
import { ERRORS } from './error-catalogue.ts';
import { frameEnvelope } from './frame.ts';
import { OPS } from './ops.ts';
import { commandData } from './schemas/commands.ts';
import { durableEventFrame, ephemeralEventFrame } from './schemas/events.ts';
import { httpAnswers, httpBodies, httpQueries } from './schemas/http.ts';
import { acceptedReply, errorReplySchema, problemSchema, replyData } from './schemas/replies.ts';
import { PROTOCOL_VERSION, SCHEMAS_SHA256, WS_PATH, WS_SUBPROTOCOL } from './version.ts';

/** Everything that a client relies on, without the words that explain it. */
function wire(): unknown {
  const shapes = (table: Readonly<Record<string, z.ZodType>>) =>
    Object.fromEntries(Object.entries(table).map(([key, schema]) => [key, shape(schema)]));
  return {
    socket: [WS_PATH, WS_SUBPROTOCOL],
    frame: shape(frameEnvelope),
    commands: shapes(commandData),
    answered: Object.entries(OPS).map(([op, { answered }]) => [op, answered]),
    replies: shapes(replyData),
    reply: [shape(acceptedReply), shape(errorReplySchema)],
    problem: shape(problemSchema),
    events: [shape(durableEventFrame), shape(ephemeralEventFrame)],
    http: [shapes(httpBodies), shapes(httpAnswers), shapes(httpQueries)],
    errors: Object.entries(ERRORS).map(([code, { retryable, status, closeCode }]) => [
      code,
      retryable,
      status,
      closeCode,
    ]),
    closeCodes: Object.entries(CLOSE_CODES).map(([code, { reconnect }]) => [code, reconnect]),
  };
}

/** Queries are read from texts; what they become is their shape. */
const shape = (schema: z.ZodType): unknown => [
  wordless(z.toJSONSchema(schema, { io: 'input' })),
  wordless(z.toJSONSchema(schema, { io: 'output' })),
];

/** Without descriptions, keys sorted: only what has an effect counts. */
function wordless(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wordless);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, entry]) => !(key === 'description' && typeof entry === 'string'))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, wordless(entry)]),
  );
}

it('pins the wire to its version, so that no change slips in without a decision', () => {
  const sha256 = createHash('sha256').update(JSON.stringify(wire())).digest('hex');
  const message = [
    'The wire changed: a schema, an op, a code or a default is not what it was.',
    'If that was not meant, undo it. If it was, decide in packages/protocol/src/version.ts:',
    `- PROTOCOL_VERSION (now ${PROTOCOL_VERSION}): a new major where a client written before would break,`,
    '  a new minor where it would not. Before the first release it may stay.',
    `- SCHEMAS_SHA256 = '${sha256}'`,
    'and say in the commit message what changed for clients.',
  ].join('\n');
  expect(sha256 === SCHEMAS_SHA256 ? 'unchanged' : message).toBe('unchanged');
});
