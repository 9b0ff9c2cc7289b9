import { randomBytes } from 'node:crypto';
import type { ConversationId, Instant, ParticipantKind, Role } from '@parley/core';
import { SignedCodes } from './signed-code.ts';

/** What an invite gives to whoever shows it. Its uses are counted by the conversation itself. */
export interface Invite {
  readonly id: string;
  readonly conversation: ConversationId;
  /** Given on joining, whatever else was asked for. */
  readonly roles: readonly Role[];
  /** As what one may join with it. */
  readonly kinds: readonly ParticipantKind[];
  readonly maxUses: number;
  readonly expiresAt: Instant;
}

type Fields = [string, ConversationId, Role[], ParticipantKind[], number, Instant];

/** Signs invites and reads them back; nothing is stored until one is used. */
export class Invites {
  readonly #codes: SignedCodes;

  constructor(secret: Buffer) {
    this.#codes = new SignedCodes(secret, 'inv_');
  }

  create(invite: Omit<Invite, 'id'>): string {
    const { conversation, roles, kinds, maxUses, expiresAt } = invite;
    const id = `inv_${randomBytes(9).toString('base64url')}`;
    return this.#codes.sign([id, conversation, roles, kinds, maxUses, expiresAt] satisfies unknown[]);
  }

  /** Null for anything that this hub did not sign. */
  read(code: string): Invite | null {
    const fields = this.#codes.read(code) as Fields | null;
    if (!fields) return null;
    const [id, conversation, roles, kinds, maxUses, expiresAt] = fields;
    return { id, conversation, roles, kinds, maxUses, expiresAt };
  }
}
