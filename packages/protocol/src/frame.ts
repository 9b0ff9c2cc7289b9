import { err, ok } from '@parley/core';
import type { ConversationId, Result, Seq } from '@parley/core';
import { z } from 'zod';
import { errorReply } from './errors.ts';
import type { ErrorReply } from './errors.ts';
import { guardJson } from './json-guard.ts';
import type { ValueProblem } from './json-guard.ts';
import { commandData, isWireOp, WIRE_OPS } from './schemas/commands.ts';
import type { WireData, WireOp } from './schemas/commands.ts';
import { frameId, id, seq } from './schemas/primitives.ts';
import { checkShape, validate } from './validate.ts';

/** A frame of a client that has the right shape; `op` says which data it carries. */
export type ClientFrame<O extends WireOp = WireOp> = {
  [K in O]: {
    /** The idempotency key within one participant and conversation. */
    readonly id: string;
    readonly op: K;
    /** Present on every op but `hello`. */
    readonly conversation?: ConversationId;
    /** The last seq that the author had seen. */
    readonly basedOn?: Seq;
    readonly data: WireData<K>;
  };
}[O];

export type ParsedFrame =
  | { readonly kind: 'frame'; readonly frame: ClientFrame }
  /** Answer and go on. */
  | { readonly kind: 'reply'; readonly id: string; readonly op: string; readonly reply: ErrorReply }
  /** There is nothing to answer to: close. Where there is (HTTP), `problem` is what to answer. */
  | {
      readonly kind: 'fatal';
      readonly closeCode: 4400;
      readonly reason: string;
      readonly problem: ValueProblem;
    };

export interface FrameContext {
  /** Where the address names the conversation already (HTTP): the frame need not, and may not differ. */
  readonly conversation?: ConversationId;
}

/** What every frame has around its data; the data's own schema goes by `op`. */
export const frameEnvelope = z.strictObject({
  id: frameId,
  op: z.enum(WIRE_OPS),
  conversation: id.exactOptional(),
  basedOn: seq.exactOptional(),
  data: z.unknown().exactOptional(),
});

/**
 * Reads one text frame. What cannot be answered (unparsable, not an object, without a readable `op` or
 * `id`) is fatal with 4400; anything else that is wrong gets a `request.invalid` reply with the exact
 * path, and the connection stays (wire.md, close codes). The frame's length is the channel's business.
 */
export function parseFrame(text: string, context: FrameContext = {}): ParsedFrame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fatal('not JSON', { path: '', expected: 'JSON' });
  }
  return readFrame(value, context);
}

/** {@link parseFrame} for JSON that was parsed already, such as the body of `POST …/commands`. */
export function readFrame(value: unknown, context: FrameContext = {}): ParsedFrame {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fatal('not an object', { path: '', expected: 'an object' });
  const re = textAt(value, 'id');
  const op = textAt(value, 'op');
  if (op === undefined) return fatal('no op', { path: 'op', expected: 'the name of an op' });
  if (re === undefined) return fatal('no id', { path: 'id', expected: 'a text of your own choice' });
  const result = checkFrame(value, op, context);
  return result.ok ? { kind: 'frame', frame: result.value } : invalid(re, op, result.error);
}

/** Checks an op's data alone; paths start with `data`. */
export function validateCommand<O extends WireOp>(op: O, data: unknown): Result<WireData<O>, ValueProblem> {
  const schema: z.ZodType = commandData[op];
  // `op` chose the schema; the compiler loses that link.
  return validate(schema, data, 'data') as Result<WireData<O>, ValueProblem>;
}

function checkFrame(value: object, op: string, context: FrameContext): Result<ClientFrame, ValueProblem> {
  const problem = guardJson(value);
  if (problem) return err(problem);
  if (!isWireOp(op)) return err({ path: 'op', expected: `one of ${WIRE_OPS.join(', ')}` });
  const envelope = checkShape(frameEnvelope, value, '');
  if (!envelope.ok) return envelope;
  const { data: given, ...frame } = envelope.value;
  const data = checkShape(commandData[op], given === undefined ? {} : given, 'data');
  if (!data.ok) return data;
  const conversation = frame.conversation ?? context.conversation;
  if (conversation === undefined && op !== 'hello') {
    return err({ path: 'conversation', expected: 'an id ([A-Za-z0-9_-]{1,64})' });
  }
  if (context.conversation !== undefined && conversation !== context.conversation) {
    return err({ path: 'conversation', expected: 'the conversation of the address, or none' });
  }
  const checked = { ...frame, ...(conversation === undefined ? {} : { conversation }), data: data.value };
  // `op` chose the schema that `data` passed; the compiler loses that link.
  return ok(checked as ClientFrame);
}

function textAt(value: object, key: string): string | undefined {
  const text = (value as Record<string, unknown>)[key];
  return typeof text === 'string' ? text : undefined;
}

/** The refusal of a value with its exact path, as `request.invalid` tells it on every wire. */
export const invalidRequest = ({ path, expected }: ValueProblem) => ({
  detail: `${path === '' ? 'The value' : path}: expected ${expected}`,
  details: { path, expected },
});

const invalid = (re: string, op: string, problem: ValueProblem): ParsedFrame => ({
  kind: 'reply',
  id: re,
  op,
  reply: errorReply(re, 'request.invalid', invalidRequest(problem)),
});

const fatal = (reason: string, problem: ValueProblem): ParsedFrame => ({
  kind: 'fatal',
  closeCode: 4400,
  reason,
  problem,
});
