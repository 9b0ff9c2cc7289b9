import type { Connection, HubHttp } from '@parley/client';
import { connect, http } from '@parley/client';
import type { JsonSchema } from './schema.ts';

/** The configuration's schema, with the document in which its references are looked up. */
export interface ConfigSchema {
  readonly schema: JsonSchema;
  readonly root: JsonSchema;
}

/** The console's only door to a hub; `dev/` opens it onto fixtures instead. */
export interface Gateway {
  readonly connect: (token: string | undefined) => Promise<Connection>;
  readonly http: (token: string | undefined) => HubHttp;
  readonly configSchema: () => Promise<ConfigSchema>;
}

const CLIENT = 'parley-console';
/** So much of a conversation can be scrolled through; older lines are fetched again. */
const TRANSCRIPT_LINES = 100_000;

/** The hub that served this page. */
export function hubGateway(origin: string = location.origin): Gateway {
  return {
    connect: (token) =>
      connect(origin, {
        client: CLIENT,
        transcriptLines: TRANSCRIPT_LINES,
        ...(token === undefined ? {} : { token }),
      }),
    http: (token) => http(origin, token === undefined ? {} : { token }),
    configSchema: async () => {
      const response = await fetch(new URL('/openapi.json', origin));
      if (!response.ok) throw new Error(`openapi.json: ${response.status}`);
      return configSchemaIn(await response.json());
    },
  };
}

/** Finds, in the API's description, what `config` may be in a request that creates a conversation. */
export function configSchemaIn(document: unknown): ConfigSchema {
  const root = document as JsonSchema;
  const body = walk(document, [
    'paths',
    '/v1/conversations',
    'post',
    'requestBody',
    'content',
    'application/json',
    'schema',
  ]);
  const config = walk(follow(body, document), ['properties', 'config']);
  if (config === undefined) throw new Error('openapi.json does not describe the configuration');
  return { schema: config as JsonSchema, root };
}

function walk(from: unknown, path: readonly string[]): unknown {
  let at: unknown = from;
  for (const part of path) at = (at as Record<string, unknown> | undefined)?.[part];
  return at;
}

function follow(schema: unknown, document: unknown): unknown {
  const reference = (schema as { $ref?: unknown } | undefined)?.$ref;
  return typeof reference === 'string' ? walk(document, reference.slice(2).split('/')) : schema;
}
