import { createHash } from 'node:crypto';
import type { ConversationId, ParticipantId, PrincipalId } from '@parley/core';
import type { ErrorCode } from '@parley/protocol';
import { isErrorCode } from '@parley/protocol';
import { SignedCodes } from './signed-code.ts';

/** What an A2A task is: a membership, or a wish to join that was refused. */
export interface TaskClaims {
  readonly conversation: ConversationId;
  /** Stands for the principal that it belongs to, which is nobody else's to know. */
  readonly owner: string;
  /** The member that it is; null where joining was refused. */
  readonly participant: ParticipantId | null;
  /** Why joining was refused. */
  readonly refused: ErrorCode | null;
}

/**
 * Ids of A2A tasks (A2-6). They say themselves what they name and are signed, so that no table of tasks is
 * kept: an id is good after a restart, on another node, and after its member has left. The same membership
 * has the same id for as long as the hub's key lives.
 */
export class TaskIds {
  readonly #codes: SignedCodes;

  constructor(secret: Buffer) {
    this.#codes = new SignedCodes(secret, 'tsk_');
  }

  ofMember(conversation: ConversationId, participant: ParticipantId, principal: PrincipalId): string {
    return this.#codes.sign([conversation, ownerOf(principal), participant]);
  }

  ofRefused(conversation: ConversationId, principal: PrincipalId, code: ErrorCode): string {
    return this.#codes.sign([conversation, ownerOf(principal), '', code]);
  }

  /** Null for anything that this hub did not sign. */
  read(id: string): TaskClaims | null {
    const fields = this.#codes.read(id) as [string, string, string, string?] | null;
    if (!fields) return null;
    const [conversation, owner, participant, code] = fields;
    return {
      conversation,
      owner,
      participant: participant === '' ? null : participant,
      refused: code !== undefined && isErrorCode(code) ? code : null,
    };
  }
}

/** 96 bits: enough to tell principals apart, and short, since ids stand in addresses. */
export const ownerOf = (principal: PrincipalId): string =>
  createHash('sha256').update(principal).digest('base64url').slice(0, 16);
