import type { AgentCard } from '@a2a-js/sdk';
import type { ConversationId } from '@parley/core';
import { accessTo } from '../../sessions/authorisation.ts';
import type { A2aBackend } from './call.ts';
import { cardOf } from './card.ts';
import { RoomHandler } from './room-handler.ts';
import type { RoomParts } from './room-parts.ts';

/** Whatever somebody says is passed on as it is; text is what a room is about. */
const MODES = ['text/plain', 'application/json', '*/*'];

const HOW = [
  'Send a message without a task to come in; what it says is said as soon as it is your turn.',
  'The task is your membership: artifacts are what others say, `input-required` means that it is your turn,',
  'and a message with the task’s id is what you say. A blocking call returns at your next turn. Cancel to leave.',
].join(' ');

/** Conversations as A2A agents (A2-5): one endpoint for each, and the hub's own for all. */
export class Room implements A2aBackend {
  readonly legacy = true;
  readonly #shared: RoomParts;

  constructor(shared: RoomParts) {
    this.#shared = shared;
  }

  /**
   * Whoever calls without a token is told how to call, the same whether there is such a conversation or
   * not; with one, what it may know of.
   */
  async card({ caller, conversation }: Parameters<A2aBackend['card']>[0]): Promise<AgentCard | null> {
    const { parts } = this.#shared;
    if (conversation === null) return this.#card(null, '');
    if (!caller && !parts.open) return this.#card(conversation, '');
    const state = await parts.conversations.state(conversation);
    const known = state && (accessTo(state, caller, parts.open) || caller?.scopes.includes('join') === true);
    return known ? this.#card(conversation, state.title) : null;
  }

  handler(call: Parameters<A2aBackend['handler']>[0]): RoomHandler {
    return new RoomHandler(this.#shared, call, () => this.card(call));
  }

  #card(conversation: ConversationId | null, title: string): AgentCard {
    const { parts, settings } = this.#shared;
    const hub = conversation === null;
    return cardOf({
      name: hub ? 'Parley' : title || 'A conversation on Parley',
      description: hub
        ? 'Conversations in which people and agents talk in turns. Say as contextId which one you mean.'
        : 'A conversation in which people and agents talk in turns.',
      url: `${settings.publicUrl()}/a2a/${hub ? '' : `c/${conversation}/`}`,
      skill: {
        id: 'take-part',
        name: 'Take part in a conversation',
        description: HOW,
        tags: ['conversation', 'turn-taking', 'group-chat'],
      },
      inputModes: MODES,
      outputModes: MODES,
      legacy: this.legacy,
      open: parts.open,
    });
  }
}
