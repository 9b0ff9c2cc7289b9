import type { Millis } from '@parley/core';
import type { Egress } from '../../egress/egress.ts';
import { EgressError } from '../../egress/egress-error.ts';
import type { Envelope } from '../../open-floor/envelope.ts';
import { readEnvelope } from '../../open-floor/envelope.ts';
import { BridgeError } from '../bridge.ts';

/** Longest answer of an assistant; what a turn may say at most is a fraction of it. */
const ANSWER_BYTES_MAX = 512 * 1024;

export type Exchange = (envelope: object, options: ExchangeOptions) => Promise<Envelope>;

export interface ExchangeOptions {
  readonly timeoutMs: Millis;
  readonly signal?: AbortSignal;
}

/** Posts envelopes to one assistant and reads what it answers. Rejects with a {@link BridgeError}. */
export function exchangeWith(egress: Egress, serviceUrl: string): Exchange {
  return async (envelope, { timeoutMs, signal }) => {
    try {
      const response = await egress.fetch('openFloor', serviceUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(envelope),
        maxBytes: ANSWER_BYTES_MAX,
        timeoutMs,
        ...(signal && { signal }),
      });
      const body = await response.text();
      if (!response.ok) {
        throw new BridgeError('agent.unreachable', `The assistant answered with status ${response.status}.`);
      }
      return read(body);
    } catch (error) {
      if (error instanceof EgressError) throw new BridgeError(error.code, error.message, { cause: error });
      throw error;
    }
  };
}

function read(body: string): Envelope {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw new BridgeError('agent.unreachable', 'The assistant answers with something other than JSON.', {
      cause: error,
    });
  }
  const envelope = readEnvelope(value);
  if (envelope.ok) return envelope.value;
  const { path, expected } = envelope.error;
  throw new BridgeError('agent.unreachable', `The assistant’s envelope is not valid: ${path}: ${expected}.`);
}
