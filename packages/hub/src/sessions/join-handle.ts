import type { ConversationId, ParticipantId, PrincipalId } from '@parley/core';
import { SignedCodes } from './signed-code.ts';

/** Which participant of which conversation a caller acts as, and whose it is. */
export interface JoinClaims {
  readonly conversation: ConversationId;
  readonly participant: ParticipantId;
  readonly principal: PrincipalId;
}

/**
 * Signs and reads join handles: what a client without a connection shows with each call instead of a
 * session. Unlike a resume token a handle stays the same as long as the membership, with which it ends.
 */
export class JoinHandles {
  readonly #codes: SignedCodes;

  constructor(secret: Buffer) {
    this.#codes = new SignedCodes(secret, 'hnd_');
  }

  sign({ conversation, participant, principal }: JoinClaims): string {
    return this.#codes.sign([conversation, participant, principal]);
  }

  /** Null for anything that this hub did not sign. */
  read(handle: string): JoinClaims | null {
    const fields = this.#codes.read(handle) as [string, string, string] | null;
    if (!fields) return null;
    const [conversation, participant, principal] = fields;
    return { conversation, participant, principal };
  }
}
