import { ERRORS } from '../error-catalogue.ts';
import type { ErrorCode } from '../error-catalogue.ts';
import { PROBLEM_MEDIA_TYPE } from '../errors.ts';
import { conversationView, participant } from '../schemas/views.ts';
import { problemSchema } from '../schemas/replies.ts';
import { config, configInput } from '../schemas/config.ts';
import { PROTOCOL_VERSION } from '../version.ts';
import { HTTP_CALLS } from './http-calls.ts';
import type { HttpCall } from './http-calls.ts';
import { INPUT_RULES } from './introduction.ts';
import type { Json } from './json-schema.ts';
import { Components, pascal, queryProperties } from './json-schema.ts';

/** Every call that asks for a token can be refused with these. */
const OF_AUTHORISED: readonly ErrorCode[] = [
  'auth.required',
  'auth.invalid',
  'auth.forbidden',
  'rate.limited',
  'hub.overloaded',
  'internal',
];

/** `/openapi.json`: the HTTP wire in OpenAPI 3.1, made from the schemas that check it. */
export function openApiDocument(): Json {
  const components = new Components();
  const problem = components.ref('Problem', problemSchema);
  const paths: Record<string, Record<string, Json>> = {};
  for (const call of HTTP_CALLS) {
    (paths[call.path] ??= {})[call.method] = operation(call, components, problem);
  }
  components.ref('ConversationState', conversationView);
  components.ref('Participant', participant);
  components.ref('Config', config);
  components.ref('ConfigInput', configInput);
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Parley',
      version: PROTOCOL_VERSION,
      description: `Conversations of humans and agents over HTTP.\n\n${INPUT_RULES}`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, {}],
    paths,
    components: {
      schemas: components.toJson(),
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Not needed where the hub runs with --open.',
        },
      },
    },
  };
}

function operation(call: HttpCall, components: Components, problem: Json): Json {
  const parameters = parametersOf(call);
  return {
    operationId: call.name,
    summary: call.summary,
    ...(call.who === null ? { security: [] } : { description: `For: ${call.who}.` }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(call.body
      ? {
          requestBody: {
            required: true,
            content: json(components.ref(`${pascal(call.name)}Body`, call.body)),
          },
        }
      : {}),
    responses: responsesOf(call, components, problem),
  };
}

function parametersOf(call: HttpCall): Json[] {
  const inPath = [...call.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
  }));
  const inQuery = (call.query ? queryProperties(call.query) : []).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema,
  }));
  const inHeader = Object.entries(call.headers ?? {}).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }));
  return [...inPath, ...inQuery, ...inHeader];
}

function responsesOf(call: HttpCall, components: Components, problem: Json): Json {
  const answer = call.answer
    ? json(components.ref(`${pascal(call.name)}Answer`, call.answer))
    : call.media
      ? {}
      : json({ type: 'object' });
  const media = Object.entries(call.media ?? {}).map(
    ([type, description]) => [type, { schema: { type: 'string', description } }] as const,
  );
  return {
    [call.status]: {
      description: call.summary,
      content: { ...answer, ...Object.fromEntries(media) },
    },
    ...(call.unwellStatus
      ? { [call.unwellStatus]: { description: 'Not now; the answer says why.', content: answer } }
      : {}),
    ...refusals(call, problem),
  };
}

/** Errors by status, since OpenAPI has one response for each. */
function refusals(call: HttpCall, problem: Json): Json {
  const checked: ErrorCode[] =
    call.body || call.query || call.path.includes('{') ? ['request.invalid', 'request.too_large'] : [];
  const codes = new Set([...(call.who === null ? [] : OF_AUTHORISED), ...checked, ...call.errors]);
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      status,
      {
        description: those.map((code) => `\`${code}\`: ${ERRORS[code].meaning}`).join('\n'),
        content: { [PROBLEM_MEDIA_TYPE]: { schema: problem } },
      },
    ]),
  );
}

const json = (schema: Json): Json => ({ 'application/json': { schema } });
