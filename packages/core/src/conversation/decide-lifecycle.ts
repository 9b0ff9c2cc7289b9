import type { ConversationConfig } from './config.ts';
import { readSettings } from '../kernel/settings.ts';
import type { Facts } from './commands.ts';
import type { Draft } from './draft.ts';
import type { Handlers } from './handler.ts';
import { accepted, invalid, mayModerate, memberOf, rejected } from './handler.ts';
import { slotsOf } from './floor-view.ts';
import type { Rejection } from './rejections.ts';
import type { Result } from '../kernel/result.ts';
import { ok } from '../kernel/result.ts';
import { configSpec } from './settings.ts';
import { cancelRequest, cutFloor, refundBid } from './grants.ts';
import { makeMoot } from './interruptions.ts';
import { abandonArbitration } from './moves.ts';
import { adoptLevels } from './strong-views.ts';

export const lifecycleHandlers: Handlers<
  | 'conversation.create'
  | 'conversation.configure'
  | 'conversation.pause'
  | 'conversation.resume'
  | 'conversation.end'
> = {
  'conversation.create': (draft, { data, facts }) => {
    const config = readConfig(data.config, facts);
    if (!config.ok) return config;
    draft.emit(
      'conversation.created',
      {
        conversation: data.id,
        epoch: data.epoch,
        title: data.title,
        config: config.value,
      },
      { hidden: { createdBy: data.createdBy } },
    );
    return accepted();
  },

  'conversation.configure': (draft, { data, author, facts }) => {
    const allowed = mayModerate(draft.state, author);
    if (!allowed.ok) return allowed;
    const before = draft.state.config;
    const config = readConfig(data.config, facts, before);
    if (!config.ok) return config;
    if (config.value.credits.currency !== before.credits.currency) {
      return invalid(
        'config.credits.currency',
        `${before.credits.currency}: a currency in use cannot be changed`,
      );
    }
    reconfigure(draft, config.value);
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
    const { paused } = draft.state;
    const moderator = mayModerate(draft.state, author);
    const member = memberOf(draft.state, author);
    const human = member.ok && member.value.profile.kind === 'human';
    if (!moderator.ok && !(human && paused?.cause === 'loop_guard')) return moderator;
    const cause = moderator.ok ? 'moderator' : 'participant';
    if (paused) draft.emit('conversation.resumed', { cause, pausedMs: draft.at - paused.at });
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
  closeInterruption(draft, 'ended');
  abandonArbitration(draft, 'ended');
  for (const grant of draft.state.floor.holders) cutFloor(draft, grant, 'ended');
  for (const { participant } of draft.state.floor.queue) cancelRequest(draft, participant, 'ended');

  draft.emit('conversation.ended', { cause, ...(reason === undefined ? {} : { reason }) });
}

/**
 * FL-15: the holder keeps the floor and live requests their order. What the old rules had begun is closed
 * without effect, and what was offered for it comes back.
 */
function reconfigure(draft: Draft, config: ConversationConfig): void {
  const before = draft.state.config;
  if (!isSame(before.interruption, config.interruption)) closeInterruption(draft, 'reconfigured');
  if (!isSame(before.floor.strategy, config.floor.strategy)) {
    for (const { participant } of draft.state.floor.queue) refundBid(draft, participant);
    if (draft.state.floor.ballot?.kind !== 'motion') abandonArbitration(draft, 'reconfigured');
  }
  draft.emit('conversation.configured', { config });
  adoptLevels(draft);
  const overlap = draft.state.floor.interruption?.stage === 'overlap' ? 1 : 0;
  const surplus = draft.state.floor.holders
    .toSorted((a, b) => a.grant - b.grant)
    .slice(slotsOf(draft.state) + overlap);
  for (const grant of surplus) cutFloor(draft, grant, 'reconfigured');
}

/** An interruption under rules that no longer hold: in an overlap, the first starter keeps the floor. */
function closeInterruption(draft: Draft, cause: 'reconfigured' | 'ended'): void {
  for (const deferred of draft.state.floor.alsoDeferred) makeMoot(draft, deferred, cause);
  const open = draft.state.floor.interruption;
  if (!open) return;
  if (open.stage !== 'overlap') {
    makeMoot(draft, open, cause);
    return;
  }
  const { id, holder, participant } = open;
  draft.emit('overlap.ended', {
    interruption: id,
    participants: [holder, participant],
    keeps: holder,
    cause,
  });
  const second = draft.state.floor.holders.find((grant) => grant.participant === participant);
  if (second) cutFloor(draft, second, 'overlap', { reason: cause });
}

/** A whole configuration from a partial one: every name known, every number in range, and no contradiction. */
function readConfig(
  given: unknown,
  facts: Facts = {},
  base?: ConversationConfig,
): Result<ConversationConfig, Rejection> {
  const read = readSettings(configSpec, given, 'config', base && { ...base });
  if (!read.ok) return invalid(read.error.path, read.error.expected);
  const config = read.value as unknown as ConversationConfig;
  const { currency } = config.floor.strategy;
  if (currency !== undefined && currency !== config.credits.currency) {
    return invalid(
      'config.floor.strategy.currency',
      `${config.credits.currency}, as in config.credits.currency`,
    );
  }
  const { scorer } = config.routing;
  const unavailable = facts.scorers !== undefined && !facts.scorers.includes(String(scorer));
  // One that stands already stays: this process lacking it means that everybody hears (RT-4).
  if (scorer !== undefined && unavailable && scorer !== base?.routing['scorer']) {
    return invalid('config.routing.scorer', `one of ${facts.scorers.join(', ')}: this hub has no other`);
  }
  return ok(config);
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export const reasonOf = (data: { readonly reason?: string }): { reason?: string } =>
  data.reason === undefined ? {} : { reason: data.reason };
