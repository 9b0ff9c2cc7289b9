import type { Command, ConversationEvent, State, Variant } from '@parley/core';
import type { Decider } from '@parley/hub/testing';
import { FLOOR, SCHOOL } from '../world/setting.ts';
import type { Mutant } from './mutant.ts';
import { configured } from './rules.ts';

/** A decider whose events are for others than the rules say; the state is as it should be. */
const hearing = (decider: Decider, change: (event: ConversationEvent, state: State) => object): Decider => ({
  ...decider,
  decide: (state, command, at) => {
    const result = decider.decide(state, command, at);
    if (!result.ok) return result;
    const events = result.value.events.map(
      (event) => ({ ...event, ...change(event, state) }) as ConversationEvent,
    );
    return { ...result, value: { ...result.value, events } };
  },
});

/** What is said is routed as if the conversation were configured otherwise. */
const routing = (decider: Decider, otherwise: Variant): Decider =>
  configured(decider, { routing: { whisper: true, ...otherwise } as State['config']['routing'] }, isSpeech);

const isSpeech = ({ op }: Command): boolean => op === 'speech' || op === 'speech.start';

/** A conversation that routes so, and goes on doing it. */
const routed = (kind: Variant) => ({ config: { floor: FLOOR, routing: { whisper: true, ...kind } } });

/** Mutants of who hears what. */
export const routingMutants: Readonly<Record<string, Mutant>> = {
  keepsToItself: {
    breaks: 'A broadcast is heard by those only whose roles have something to do with each other.',
    rules: ['RT-1'],
    plan: {
      ...routed({ kind: 'broadcast' }),
      alterations: () => ({ decider: (decider) => routing(decider, SCHOOL) }),
    },
  },

  mixesRoles: {
    breaks: 'Roles do not matter for who hears.',
    rules: ['RT-2'],
    plan: {
      ...routed(SCHOOL),
      alterations: () => ({ decider: (decider) => routing(decider, { kind: 'broadcast' }) }),
    },
  },

  mixesTopics: {
    breaks: 'What somebody subscribes to does not matter for what it hears.',
    rules: ['RT-3'],
    plan: {
      ...routed({ kind: 'topicBased' }),
      alterations: () => ({ decider: (decider) => routing(decider, { kind: 'broadcast' }) }),
    },
  },

  bidsAloud: {
    breaks: 'Bids are for everybody.',
    rules: ['RT-5'],
    plan: {
      config: { floor: { ...FLOOR, strategy: { kind: 'bidding', bidWindowMs: 200 } } },
      alterations: () => ({
        decider: (decider) =>
          hearing(decider, ({ type }) => (type === 'bid.placed' ? { audience: 'all' } : {})),
      }),
    },
  },

  forgetsModerators: {
    breaks: 'A moderator whom an utterance is not routed to does not hear it.',
    rules: ['RT-5'],
    plan: {
      ...routed(SCHOOL),
      alterations: () => ({
        decider: (decider) =>
          hearing(decider, (event, { participants }) => {
            if (!event.type.startsWith('speech.') || !('audience' in event) || event.audience === 'all')
              return {};
            const moderates = (id: string): boolean =>
              participants[id as never]?.profile.roles.includes('moderator') ?? false;
            return { audience: event.audience.filter((id) => !moderates(id)) };
          }),
      }),
    },
  },
};
