import { z } from 'zod';
import { CLOSE_CODES } from '../close-codes.ts';
import { frameEnvelope } from '../frame.ts';
import { COMMON_ERRORS, OPS } from '../ops.ts';
import { commandData, WIRE_OPS } from '../schemas/commands.ts';
import type { WireOp } from '../schemas/commands.ts';
import { durableEventFrame, ephemeralEventFrame } from '../schemas/events.ts';
import { acceptedReplyOf, errorReplySchema } from '../schemas/replies.ts';
import { PROTOCOL_VERSION, WS_PATH, WS_SUBPROTOCOL } from '../version.ts';
import { INPUT_RULES } from './introduction.ts';
import type { Json } from './json-schema.ts';
import { Components, pascal } from './json-schema.ts';

const CHANNEL = '#/channels/socket';
const BATCH = 'Several frames at once, in order.';

/** `/asyncapi.json`: the WebSocket in AsyncAPI 3.0, made from the schemas that check it. */
export function asyncApiDocument(): Json {
  const components = new Components();
  const messages: Record<string, Json> = {};
  const operations: Record<string, Json> = {};
  const errorReply = message('A refused frame.', components.ref('ErrorReply', errorReplySchema));
  for (const op of WIRE_OPS) {
    const key = pascal(op);
    messages[key] = message(OPS[op].summary, components.ref(`${key}Frame`, frameOf(op)), describedOp(op));
    if (OPS[op].answered) {
      messages[`${key}Reply`] = message(`Answers ${op}.`, components.ref(`${key}Reply`, acceptedReplyOf(op)));
    }
    operations[op] = operationOf(op);
  }
  messages['ErrorReply'] = errorReply;
  const events = [...durableEventFrame.options, ...ephemeralEventFrame.options] as z.ZodObject[];
  for (const frame of events) {
    const type = eventOf(frame);
    const what = frame.shape['seq'] ? 'Durable' : 'Ephemeral';
    messages[`${pascal(type)}Event`] = message(
      `${what} event ${type}.`,
      components.ref(`${pascal(type)}Event`, frame),
    );
  }
  messages['Batch'] = message(BATCH, {
    type: 'object',
    properties: { batch: { type: 'array', items: { type: 'object' }, description: BATCH } },
    required: ['batch'],
  });
  operations['events'] = {
    action: 'send',
    channel: { $ref: CHANNEL },
    summary: 'What happens in the conversations that the connection takes part in.',
    messages: [...events.map((frame) => `${pascal(eventOf(frame))}Event`), 'Batch'].map(inChannel),
  };
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Parley',
      version: PROTOCOL_VERSION,
      description: `${INTRODUCTION}\n\n${INPUT_RULES}\n\n${closeCodes()}`,
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: {
      socket: {
        address: WS_PATH,
        description: `JSON text frames; subprotocol ${WS_SUBPROTOCOL}; no compression.`,
        messages: Object.fromEntries(
          Object.keys(messages).map((key) => [key, { $ref: `#/components/messages/${key}` }]),
        ),
      },
    },
    operations,
    components: { messages, schemas: components.toJson() },
  };
}

const INTRODUCTION = [
  'Conversations of humans and agents over one WebSocket. The first frame is hello, within 5 s.',
  'A frame’s id is its idempotency key within one participant and conversation: the same id with the',
  'same body gets the first accepted reply again, with another body idempotency.conflict.',
  'A durable event’s seq grows by 1 per conversation; its after is the seq of the event before it for',
  'this recipient: whoever last had another one has lost something and resumes.',
].join('\n');

/** The whole frame of one op. */
const frameOf = (op: WireOp): z.ZodObject => {
  const { conversation } = frameEnvelope.shape;
  return frameEnvelope.extend({
    op: z.literal(op),
    ...(op === 'hello' ? {} : { conversation: conversation.unwrap() }),
    data: dataOf(op),
  });
};

/** Data may be left out where all of it may. */
const dataOf = (op: WireOp): z.ZodType => {
  const schema: z.ZodType = commandData[op];
  return schema.safeParse({}).success ? schema.exactOptional() : schema;
};

const operationOf = (op: WireOp): Json => ({
  action: 'receive',
  channel: { $ref: CHANNEL },
  summary: OPS[op].summary,
  messages: [inChannel(pascal(op))],
  reply: {
    channel: { $ref: CHANNEL },
    messages: [...(OPS[op].answered ? [`${pascal(op)}Reply`] : []), 'ErrorReply'].map(inChannel),
  },
});

function describedOp(op: WireOp): string {
  const { author, errors, answered } = OPS[op];
  const codes = [...new Set([...errors, ...COMMON_ERRORS])].join(', ');
  return `Sent by: ${author}. ${answered ? 'Always answered.' : 'Answered only when refused.'} Errors: ${codes}.`;
}

const closeCodes = (): string =>
  Object.entries(CLOSE_CODES)
    .map(([code, { meaning, reconnect }]) => `Close ${code}: ${meaning} Reconnect: ${reconnect}.`)
    .join('\n');

const eventOf = (frame: z.ZodObject): string => {
  const { event } = frame.shape;
  if (!(event instanceof z.ZodLiteral)) throw new Error('an event frame without its type');
  return String(event.value);
};

const message = (summary: string, payload: Json, description?: string): Json => ({
  summary,
  ...(description === undefined ? {} : { description }),
  payload,
});

const inChannel = (key: string): Json => ({ $ref: `${CHANNEL}/messages/${key}` });
