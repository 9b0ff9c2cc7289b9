import type { Seq } from '@parley/core';
import type { Membership } from '../../sessions/membership.ts';

/** Assistants whose place is remembered; of more, the one that was not heard of for longest is forgotten. */
const ASSISTANTS_MAX = 10_000;

/**
 * Up to where each assistant was told what happened: Open Floor has nothing with which it could say that
 * itself. Gone with the process; whoever is not remembered is told the history again.
 */
export class Cursors {
  readonly #told = new Map<string, Seq>();

  get(membership: Membership): Seq | undefined {
    return this.#told.get(nameOf(membership));
  }

  set(membership: Membership, seq: Seq): void {
    const name = nameOf(membership);
    this.#told.delete(name);
    this.#told.set(name, seq);
    if (this.#told.size > ASSISTANTS_MAX) this.#told.delete(this.#told.keys().next().value!);
  }

  delete(membership: Membership): void {
    this.#told.delete(nameOf(membership));
  }
}

const nameOf = ({ conversation, participant }: Membership): string => `${conversation}/${participant}`;
