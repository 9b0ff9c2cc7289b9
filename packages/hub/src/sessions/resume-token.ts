import type { ConversationId, ParticipantId, PrincipalId } from '@parley/core';
import { SignedCodes } from './signed-code.ts';

/** What a resume token proves: this participant of this conversation, and which return it is good for. */
export interface ResumeClaims {
  readonly conversation: ConversationId;
  readonly participant: ParticipantId;
  readonly principal: PrincipalId;
  /** Grows with each return, so that an old token stops working (see {@link isFresh}). */
  readonly generation: number;
}

/**
 * Signs and reads resume tokens. The same claims always give the same token: a repeated join gets the
 * same answer again. They carry no time of their own, because they end with the membership.
 */
export class ResumeTokens {
  readonly #codes: SignedCodes;

  constructor(secret: Buffer) {
    this.#codes = new SignedCodes(secret, 'rsm_');
  }

  sign(claims: ResumeClaims): string {
    return this.#codes.sign([claims.conversation, claims.participant, claims.principal, claims.generation]);
  }

  /** Null for anything that this hub did not sign. */
  read(token: string): ResumeClaims | null {
    const fields = this.#codes.read(token) as [string, string, string, number] | null;
    if (!fields) return null;
    const [conversation, participant, principal, generation] = fields;
    return { conversation, participant, principal, generation };
  }
}

/**
 * The token of this return, or of the one before: an answer that was lost on its way must not lock its
 * participant out. Anything older has been used and is refused.
 */
export const isFresh = (generation: number, current: number): boolean =>
  generation === current || generation === current - 1;
