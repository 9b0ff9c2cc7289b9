import { FRAME_BYTES_MAX } from '@parley/protocol';
import type { CatchUp, CatchUpSummary } from './api.ts';
import { ParleyError } from './errors.ts';
import type { WireEvent } from './events.ts';

const encoder = new TextEncoder();

export interface OutgoingFrame {
  readonly id: string;
  readonly op: string;
  readonly conversation?: string | undefined;
  readonly basedOn?: number | undefined;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** True when the text fits one frame. A UTF-16 unit takes at most three bytes. */
export const fitsFrame = (text: string): boolean =>
  text.length * 3 <= FRAME_BYTES_MAX || encoder.encode(text).length <= FRAME_BYTES_MAX;

/** The frame's text. A longer one would end the connection (1009), so it is refused here: throws `request.too_large`. */
export function encodeFrame(frame: OutgoingFrame): string {
  const text = JSON.stringify(frame);
  if (fitsFrame(text)) return text;
  throw new ParleyError({
    code: 'request.too_large',
    message: `${frame.op} is larger than a frame of 64 KiB`,
    details: { maxBytes: FRAME_BYTES_MAX },
  });
}

export interface Reply {
  readonly seq: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export type IncomingFrame =
  | { readonly kind: 'accepted'; readonly re: string; readonly reply: Reply }
  | { readonly kind: 'refused'; readonly re: string; readonly error: ParleyError }
  | { readonly kind: 'event'; readonly event: WireEvent };

/** The frames of one text, batches unpacked. Frames of kinds that this SDK does not know are left out. */
export function decodeFrames(text: string): IncomingFrame[] {
  const value: unknown = JSON.parse(text);
  const entries = isObject(value) && Array.isArray(value['batch']) ? value['batch'] : [value];
  return entries.map(classify).filter((frame) => frame !== null);
}

function classify(value: unknown): IncomingFrame | null {
  if (!isObject(value)) return null;
  const { re, ok, seq, data, error, event, conversation } = value;
  if (typeof re === 'string') {
    if (ok === true) {
      const reply = { seq: typeof seq === 'number' ? seq : null, data: isObject(data) ? data : {} };
      return { kind: 'accepted', re, reply };
    }
    const fallback = { code: 'internal', message: 'the hub refused without a reason' };
    return { kind: 'refused', re, error: ParleyError.fromWire(error, fallback) };
  }
  if (typeof event === 'string' && typeof conversation === 'string' && isObject(data)) {
    return { kind: 'event', event: value as unknown as WireEvent };
  }
  return null;
}

/** What `conversation.join` answers, read once so that everything behind it has the right types. */
export interface JoinReply {
  readonly participant: string;
  readonly resumeToken: string;
  readonly resumed: boolean;
  readonly epoch: string;
  readonly seq: number;
  readonly catchUp: CatchUp;
  readonly token: string | undefined;
  readonly webhookSecret: string | null;
}

export function readJoinReply({ data, seq }: Reply): JoinReply {
  const { participant, resumeToken, resumed, epoch, catchUp, token, webhookSecret } = data;
  const id = isObject(participant) ? participant['id'] : participant;
  const head = typeof data['seq'] === 'number' ? data['seq'] : seq;
  if (
    typeof id !== 'string' ||
    typeof resumeToken !== 'string' ||
    typeof epoch !== 'string' ||
    typeof head !== 'number' ||
    !isObject(catchUp) ||
    !isObject(catchUp['state'])
  ) {
    throw new ParleyError({
      code: 'client.unexpected_answer',
      message: 'the answer to conversation.join lacks parts that this SDK needs',
    });
  }
  const { events, missed, waiting, summary, ...state } = catchUp;
  return {
    participant: id,
    resumeToken,
    resumed: resumed === true,
    epoch,
    seq: head,
    token: typeof token === 'string' ? token : undefined,
    webhookSecret: typeof webhookSecret === 'string' ? webhookSecret : null,
    catchUp: {
      ...(state as unknown as Pick<CatchUp, 'state'>),
      events: Array.isArray(events) ? events : [],
      missed: typeof missed === 'number' ? missed : 0,
      waiting: Array.isArray(waiting) ? waiting : [],
      ...(isSummary(summary) ? { summary } : {}),
    },
  };
}

const isSummary = (value: unknown): value is CatchUpSummary =>
  isObject(value) &&
  typeof value['text'] === 'string' &&
  typeof value['upTo'] === 'number' &&
  Array.isArray(value['cites']);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
