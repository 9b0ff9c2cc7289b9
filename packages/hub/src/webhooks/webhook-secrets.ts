import { createHmac } from 'node:crypto';
import type { ConversationId, ParticipantId } from '@parley/core';

/** Whose webhook a secret is for; a new address has a new one. */
export interface WebhookOwner {
  readonly conversation: ConversationId;
  readonly participant: ParticipantId;
  readonly url: string;
}

/** The form in which Standard Webhooks hands secrets out. */
const PREFIX = 'whsec_';

/**
 * What webhooks are signed with. Derived anew from the hub's key each time, so that no secret is in the log;
 * the owner gets the same one in every answer, also after a restart.
 */
export class WebhookSecrets {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** `whsec_` and 32 bytes as base64. */
  secretFor({ conversation, participant, url }: WebhookOwner): string {
    const fields = JSON.stringify([conversation, participant, url]);
    return PREFIX + createHmac('sha256', this.#key).update(fields).digest('base64');
  }
}

/** One call, as the receiver can check it. */
export interface SignedCall {
  /** The same for every attempt of one notification: a receiver that has seen it need do nothing. */
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

/** The headers of Standard Webhooks, version 1: HMAC-SHA256 over id, time and body. */
export function signatureHeaders(
  secret: string,
  { id, timestamp, body }: SignedCall,
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': `${timestamp}`, 'webhook-signature': `v1,${mac}` };
}
