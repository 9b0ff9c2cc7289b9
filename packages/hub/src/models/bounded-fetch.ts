import type { Millis } from '@parley/core';
import type { Egress } from '../egress/egress.ts';
import { notReached, tooMuch } from './service-error.ts';

/** What a provider of the SDK calls its service with. */
export type Fetch = typeof fetch;

/** A long answer in small pieces, each with its JSON around it: 16 000 tokens are about 4 MB. */
const ANSWER_BYTES_MAX = 8 * 1024 * 1024;
/** Longer than a turn may last; a turn that is over ends its call itself. */
const CALL_MS: Millis = 600_000;

/**
 * Calls the operator's own service: with its key, so redirects are refused, and no more of an answer than
 * anybody can say.
 */
export const trustedFetch: Fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: 'manual' });
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel();
    throw notReached();
  }
  return new Response(response.body?.pipeThrough(bounded()) ?? null, {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
  });
};

/** Calls an address that a moderator gave: by the guarded way out, which bounds the answer by itself. */
export const egressFetch =
  (egress: Egress): Fetch =>
  (input, init) =>
    egress.fetch('model', input instanceof Request ? input.url : input.toString(), {
      method: init?.method === 'POST' ? 'POST' : 'GET',
      headers: Object.fromEntries(new Headers(init?.headers)),
      maxBytes: ANSWER_BYTES_MAX,
      timeoutMs: CALL_MS,
      ...(typeof init?.body === 'string' ? { body: init.body } : {}),
      ...(init?.signal ? { signal: init.signal } : {}),
    });

function bounded(): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > ANSWER_BYTES_MAX) controller.error(tooMuch());
      else controller.enqueue(chunk);
    },
  });
}
