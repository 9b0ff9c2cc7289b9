import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../error-catalogue.ts';
import { OPS } from '../ops.ts';
import { WIRE_OPS } from '../schemas/commands.ts';
import { durableEventData, ephemeralEventData } from '../schemas/events.ts';
import { PROTOCOL_VERSION } from '../version.ts';
import { asyncApiDocument } from './asyncapi.ts';
import { errorsDocument } from './errors-document.ts';
import { pascal } from './json-schema.ts';
import { openApiDocument } from './openapi.ts';

type Tree = { readonly [key: string]: Tree };

const openapi = openApiDocument() as unknown as Tree;
const asyncapi = asyncApiDocument() as unknown as Tree;

/** Every `$ref` of a document, and what it leads to. */
function references(document: Tree): [string, unknown][] {
  const found = new Set<string>();
  JSON.stringify(document, (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') found.add(value);
    return value;
  });
  return [...found].map((reference) => {
    const keys = reference
      .slice(2)
      .split('/')
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    return [reference, keys.reduce<Tree | undefined>((tree, key) => tree?.[key], document)];
  });
}

describe.each([
  ['openapi.json', openapi],
  ['asyncapi.json', asyncapi],
])('/%s', (_, document) => {
  it('is JSON, of this version, and says the rules of every input', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(document['info']?.['version']).toBe(PROTOCOL_VERSION);
    expect(document['info']?.['description']).toContain('__proto__');
  });

  it('has no reference that leads nowhere', () => {
    const all = references(document);
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter(([, target]) => target === undefined)).toEqual([]);
  });
});

/** The HTTP table of wire.md, as far as it belongs to this protocol. */
const CALLS = [
  'post /v1/tokens',
  'post /v1/conversations',
  'get /v1/conversations',
  'get /v1/conversations/{id}',
  'patch /v1/conversations/{id}/config',
  'post /v1/conversations/{id}/participants',
  'delete /v1/conversations/{id}/participants/{pid}',
  'post /v1/conversations/{id}/invites',
  'post /v1/conversations/{id}/commands',
  'get /v1/conversations/{id}/events',
  'get /v1/conversations/{id}/catch-up',
  'get /v1/conversations/{id}/transcript',
  'get /v1/conversations/{id}/fairness',
  'get /v1/services',
  'get /healthz',
  'get /readyz',
  'get /metrics',
  'get /openapi.json',
  'get /asyncapi.json',
  'get /errors.json',
];

describe('/openapi.json', () => {
  const calls = Object.entries(openapi['paths']!).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, call]) => [`${method} ${path}`, call] as const),
  );

  it('is OpenAPI 3.1 and has every call of the wire', () => {
    expect(openapi['openapi']).toBe('3.1.0');
    expect(calls.map(([name]) => name).toSorted()).toEqual(CALLS.toSorted());
  });

  it.each(calls)('says of %s what it needs, answers and refuses', (name, call) => {
    expect(call['summary']).toBeTruthy();
    const statuses = Object.keys(call['responses']!);
    expect(statuses.some((status) => status === '200' || status === '201')).toBe(true);
    const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, key]) => key);
    const parameters = (call['parameters'] ?? []) as unknown as { name: string; in: string }[];
    expect(parameters.filter((one) => one.in === 'path').map((one) => one.name)).toEqual(inPath);
    const refusals = name.includes('/v1/') ? ['401', '403', '429'] : [];
    expect(statuses).toEqual(expect.arrayContaining(refusals));
  });

  it('gives each call a name of its own', () => {
    const names = calls.map(([, call]) => String(call['operationId']));
    expect(new Set(names).size).toBe(names.length);
  });

  it('reads numbers of an address as numbers', () => {
    const events = openapi['paths']!['/v1/conversations/{id}/events']!['get']!;
    const parameters = events['parameters'] as unknown as { name: string; schema: { type: string } }[];
    const after = parameters.find((one) => one.name === 'after');
    expect(after?.schema.type).toBe('integer');
  });

  it('tells units and defaults of the configuration', () => {
    const timers =
      openapi['components']!['schemas']!['ConfigInput']!['properties']!['floor']!['properties']!['timers']!;
    expect(timers['properties']!['silenceMs']).toMatchObject({ default: 15_000, 'x-unit': 'ms' });
  });
});

describe('/asyncapi.json', () => {
  const messages = asyncapi['components']!['messages']!;

  it('is AsyncAPI 3.0 and has every op with its reply', () => {
    expect(asyncapi['asyncapi']).toBe('3.0.0');
    for (const op of WIRE_OPS) {
      expect(asyncapi['operations']).toHaveProperty([op]);
      expect(messages).toHaveProperty(pascal(op));
      expect(`${pascal(op)}Reply` in messages).toBe(OPS[op].answered);
    }
  });

  it('has every event, with a seq only where it is durable', () => {
    const schemas = asyncapi['components']!['schemas']!;
    for (const type of Object.keys(durableEventData)) {
      expect(schemas[`${pascal(type)}Event`]!['required']).toContain('seq');
    }
    for (const type of Object.keys(ephemeralEventData)) {
      expect(schemas[`${pascal(type)}Event`]!['properties']).not.toHaveProperty('seq');
    }
  });

  it('wants a conversation everywhere but in hello, and data where there must be some', () => {
    const schemas = asyncapi['components']!['schemas']!;
    expect(schemas['HelloFrame']!['required']).toEqual(['id', 'op']);
    expect(schemas['FloorReleaseFrame']!['required']).toEqual(['id', 'op', 'conversation']);
    expect(schemas['SpeechFrame']!['required']).toEqual(['id', 'op', 'conversation', 'data']);
  });
});

describe('/errors.json', () => {
  it('explains every code and close code', () => {
    const document = errorsDocument() as unknown as Tree;
    expect(Object.keys(document['errors']!)).toEqual(ERROR_CODES);
    expect(document['errors']!['floor.stale_grant']).toMatchObject({
      code: 'floor.stale_grant',
      status: 409,
      retryable: false,
      closeCode: null,
    });
    expect(document['closeCodes']).toHaveLength(9);
  });
});
