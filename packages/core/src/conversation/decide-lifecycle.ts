import type { ConversationConfig } from './config.ts';
import { readSettings } from '../kernel/settings.ts';
import type { Draft } from './draft.ts';
import type { Handlers } from './handler.ts';
import { accepted, invalid, mayModerate, rejected } from './handler.ts';
import { configSpec } from './settings.ts';
import { cutFloor } from './turns.ts';

export const lifecycleHandlers: Handlers<
  | 'conversation.create'
  | 'conversation.configure'
  | 'conversation.pause'
  | 'conversation.resume'
  | 'conversation.end'
> = {
  'conversation.create': (draft, { data }) => {
    const config = readSettings(configSpec, data.config, 'config');
    if (!config.ok) return invalid(config.error.path, config.error.expected);
    draft.emit(
      'conversation.created',
      {
        conversation: data.id,
        epoch: data.epoch,
        title: data.title,
        config: config.value as unknown as ConversationConfig,
      },
      { hidden: { createdBy: data.createdBy } },
    );
    return accepted();
  },

  'conversation.configure': (draft, { data, author }) => {
    const allowed = mayModerate(draft.state, author);
    if (!allowed.ok) return allowed;
    const config = readSettings(configSpec, data.config, 'config', { ...draft.state.config });
    if (!config.ok) return invalid(config.error.path, config.error.expected);
    draft.emit('conversation.configured', { config: config.value as unknown as ConversationConfig });
    return accepted({ config: draft.state.config });
  },

  'conversation.pause': (draft, { data, author }) => {
    const allowed = mayModerate(draft.state, author);
    if (!allowed.ok) return allowed;
    if (draft.state.status === 'paused') {
      return rejected('conversation.paused', 'The conversation is paused already.');
    }
    draft.emit('conversation.paused', { cause: 'moderator', ...reasonOf(data) });
    return accepted();
  },

  'conversation.resume': (draft, { author }) => {
    const allowed = mayModerate(draft.state, author);
    if (!allowed.ok) return allowed;
    const { paused } = draft.state;
    if (paused) draft.emit('conversation.resumed', { cause: 'moderator', pausedMs: draft.at - paused.at });
    return accepted();
  },

  'conversation.end': (draft, { data, author }) => {
    const allowed = mayModerate(draft.state, author);
    if (!allowed.ok) return allowed;
    endConversation(draft, 'moderator', data.reason);
    return accepted();
  },
};

/** FL-11: nobody is left with a turn or a request that nothing will ever answer. */
export function endConversation(
  draft: Draft,
  cause: 'moderator' | 'empty' | 'archived',
  reason?: string,
): void {
  for (const grant of draft.state.floor.holders) cutFloor(draft, grant, 'ended');
  for (const { participant } of draft.state.floor.queue) {
    draft.emit('floor.cancelled', { participant, cause: 'ended' });
  }
  draft.emit('conversation.ended', { cause, ...(reason === undefined ? {} : { reason }) });
}

export const reasonOf = (data: { readonly reason?: string }): { reason?: string } =>
  data.reason === undefined ? {} : { reason: data.reason };
