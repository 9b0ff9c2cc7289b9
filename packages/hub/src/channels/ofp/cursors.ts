import type { ConversationId, ParticipantId, PrincipalId, Seq } from '@parley/core';

/** Assistants whose place is remembered; of more, the one that was not heard of for longest is forgotten. */
const ASSISTANTS_MAX = 10_000;

export interface Cursor {
  readonly participant: ParticipantId;
  /** Up to here it was told what happened. */
  readonly seq: Seq;
}

/**
 * Up to where each assistant was told what happened: Open Floor has nothing with which it could say that
 * itself. Gone with the process; whoever is not remembered is told the history again.
 */
export class Cursors {
  readonly #told = new Map<string, Cursor>();

  get(conversation: ConversationId, principal: PrincipalId): Cursor | undefined {
    return this.#told.get(nameOf(conversation, principal));
  }

  set(conversation: ConversationId, principal: PrincipalId, cursor: Cursor): void {
    const name = nameOf(conversation, principal);
    this.#told.delete(name);
    this.#told.set(name, cursor);
    if (this.#told.size > ASSISTANTS_MAX) this.#told.delete(this.#told.keys().next().value!);
  }

  delete(conversation: ConversationId, principal: PrincipalId): void {
    this.#told.delete(nameOf(conversation, principal));
  }
}

/** Ids have no slash. */
const nameOf = (conversation: ConversationId, principal: PrincipalId): string =>
  `${conversation}/${principal}`;
