/**
 * Codes that the SDK adds to the hub's catalogue, for what goes wrong on this side of the wire.
 * - `client.connection_failed`: the hub could not be reached, or was lost before it answered
 * - `client.closed`: the connection or the room was closed here
 * - `client.replaced`: the same participant connected elsewhere
 * - `client.too_many_in_flight`: too many commands wait for an answer
 * - `client.buffer_overflow`: a reader of `room.events()` fell too far behind
 * - `client.floor_lost`: the floor was asked for or held, and is not any more; `details.cause` says why
 * - `client.agent_failed`: an agent failed too often in a row
 * - `client.unexpected_answer`: the other side is not a hub that this SDK understands
 */
export type ClientErrorCode =
  | 'client.connection_failed'
  | 'client.closed'
  | 'client.replaced'
  | 'client.too_many_in_flight'
  | 'client.buffer_overflow'
  | 'client.floor_lost'
  | 'client.agent_failed'
  | 'client.unexpected_answer';

export interface ParleyErrorInit {
  readonly code: string;
  readonly message: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number | null;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** Every failure that the SDK reports, but for an `AbortSignal`'s own reason, which is passed on as it is. */
export class ParleyError extends Error {
  override readonly name = 'ParleyError';
  /** From the hub's catalogue (`/errors.json`), or a {@link ClientErrorCode}. Programs read this. */
  readonly code: string;
  /** True when the same thing may succeed later, unchanged. */
  readonly retryable: boolean;
  /** How long to wait before that, in milliseconds; null where the hub did not say. */
  readonly retryAfterMs: number | null;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(init: ParleyErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    this.retryable = init.retryable ?? false;
    this.retryAfterMs = init.retryAfterMs ?? null;
    this.details = init.details ?? {};
  }

  /** From the `error` of a reply frame, or an RFC 9457 problem document (which calls the message `detail`). */
  static fromWire(value: unknown, fallback: ParleyErrorInit): ParleyError {
    if (typeof value !== 'object' || value === null) return new ParleyError(fallback);
    const { code, message, detail, title, retryable, retryAfterMs, details } = value as Record<
      string,
      unknown
    >;
    const text = [message, detail, title].find((candidate) => typeof candidate === 'string');
    return new ParleyError({
      code: typeof code === 'string' ? code : fallback.code,
      message: text ?? fallback.message,
      retryable: typeof retryable === 'boolean' ? retryable : (fallback.retryable ?? false),
      retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : null,
      details: typeof details === 'object' && details !== null ? (details as Record<string, unknown>) : {},
    });
  }
}

export const isParleyError = (error: unknown, code?: string): error is ParleyError =>
  error instanceof ParleyError && (code === undefined || error.code === code);
