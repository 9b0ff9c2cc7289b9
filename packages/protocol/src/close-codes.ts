/** What a client does after its connection was closed. */
export type ReconnectAdvice =
  /** It would only happen again. */
  | 'no'
  /** With a new token: the old one is of no more use. */
  | 'withNewToken'
  /** At once, resuming where it was. */
  | 'resume'
  /** Resuming, after a random pause, because everybody else was closed as well. */
  | 'resumeWithJitter'
  /** After the `retryAfterMs` of the last `rate.limited` reply. */
  | 'afterRetryAfter';

interface CloseCodeRow {
  readonly meaning: string;
  readonly reconnect: ReconnectAdvice;
}

/** Every code with which the hub closes a WebSocket, by number (wire.md, close codes). */
export const CLOSE_CODES = {
  1003: { meaning: 'A frame was not text.', reconnect: 'no' },
  1007: { meaning: 'A frame was not valid UTF-8.', reconnect: 'no' },
  1009: { meaning: 'A frame was longer than 64 KiB.', reconnect: 'no' },
  4400: {
    meaning: 'A frame was unparsable, not an object, or had no readable id and op to answer to.',
    reconnect: 'no',
  },
  4401: {
    meaning: 'No hello within 5 s, or the token expired, was revoked or was refused.',
    reconnect: 'withNewToken',
  },
  4408: { meaning: 'The outgoing buffer was full for 30 s.', reconnect: 'resume' },
  4409: { meaning: 'The same participant connected elsewhere.', reconnect: 'no' },
  4429: { meaning: 'The rate limit was exceeded for long.', reconnect: 'afterRetryAfter' },
  4503: { meaning: 'The hub is stopping, or the conversation moved.', reconnect: 'resumeWithJitter' },
} as const satisfies Readonly<Record<number, CloseCodeRow>>;

export type CloseCode = keyof typeof CLOSE_CODES;

/**
 * What to do after a close. Codes that are not the hub's own (1006: the network, 1001: a proxy) are
 * answered by resuming with jitter, for they say nothing about the client.
 */
export function reconnectAdvice(code: number): ReconnectAdvice {
  return Object.hasOwn(CLOSE_CODES, code) ? CLOSE_CODES[code as CloseCode].reconnect : 'resumeWithJitter';
}
