import { consistencySpec } from '../consistency/registry.ts';
import { interruptionPolicies } from '../interruptions/registry.ts';
import type { Millis } from '../kernel/instant.ts';
import type { SettingSpec, SettingsSpec } from '../kernel/settings.ts';
import { readSettings } from '../kernel/settings.ts';
import { routingStrategies } from '../routing/registry.ts';
import { turnStrategies } from '../turns/registry.ts';
import type { ConversationConfig } from './config.ts';

const DAY = 86_400_000;

const ms = (description: string, value: Millis, min = 0): SettingSpec => ({
  type: 'integer',
  unit: 'ms',
  min,
  max: DAY,
  default: value,
  description,
});

const weight = (description: string, value: number): SettingSpec => ({
  type: 'number',
  min: 0,
  max: 1_000_000,
  default: value,
  description,
});

const kindsOf = (
  registry: Readonly<Record<string, { settings: SettingsSpec }>>,
): Record<string, SettingsSpec> =>
  Object.fromEntries(Object.entries(registry).map(([kind, { settings }]) => [kind, settings]));

/** A conversation's whole configuration: names, bounds and defaults, of which everything else is derived. */
export const configSpec: SettingsSpec = {
  floor: {
    type: 'group',
    description: 'Who may speak, and when.',
    settings: {
      strategy: {
        type: 'variant',
        kinds: kindsOf(turnStrategies),
        default: 'sequential',
        description: 'How participants come to speak.',
      },
      timers: {
        type: 'group',
        description: 'How long the parts of a turn may last.',
        settings: {
          firstContentMs: ms('From the grant to the first content; then the turn is lost.', 30_000, 1),
          maxTurnMs: ms('From the first content to the end of the turn.', 120_000, 1),
          warnBeforeMs: ms('How long before that end the holder is warned.', 10_000),
          silenceMs: ms('From the last content; then the turn is lost.', 15_000, 1),
          revokeGraceMs: ms('From the announcement that a turn ends to the cut.', 3_000),
          retryAfterMs: ms('How long somebody who overran must wait to ask again.', 5_000),
          minSpeakingMs: ms('From the grant to the earliest interruption.', 1_000),
          maxOverlapMs: ms('How long two may speak at once.', 3_000),
        },
      },
      priority: {
        type: 'group',
        description: 'What a priority is made of, under every strategy.',
        settings: {
          roleBase: {
            type: 'table',
            of: { type: 'number', min: -1_000_000, max: 1_000_000, description: 'Base of this role.' },
            maxEntries: 64,
            description: 'Where a role starts; of several roles the highest counts.',
          },
          urgency: weight('How much the urgency that a requester claims counts.', 1),
          quality: weight('How much the ratings of what it said count.', 0),
          agingPerSecond: weight('What each second of waiting adds.', 0),
          decay: weight('What having had all of the recent speaking time takes away.', 0),
        },
      },
      replyWindowMs: ms('How long only the addressee of a question may take the floor; 0 for not at all.', 0),
      maxConsecutiveAgentTurns: {
        type: 'integer',
        min: 0,
        max: 1_000_000,
        default: 20,
        description: 'So many turns in a row without a human pause the conversation; 0 for never.',
      },
      queueLengthMax: {
        type: 'integer',
        min: 1,
        max: 10_000,
        default: 1_000,
        description: 'How many may wait for the floor.',
      },
      seed: {
        type: 'integer',
        min: 0,
        max: 4_294_967_295,
        default: 0,
        description: 'Start of the random choices, so that a conversation can be replayed.',
      },
    },
  },
  interruption: {
    type: 'variant',
    kinds: kindsOf(interruptionPolicies),
    default: 'forbidden',
    description: 'What happens when somebody wants the floor while another has it.',
  },
  routing: {
    type: 'variant',
    kinds: kindsOf(routingStrategies),
    default: 'broadcast',
    description: 'Who hears an utterance.',
  },
  consistency: consistencySpec,
  presence: {
    type: 'group',
    description: 'When somebody counts as gone.',
    settings: {
      reconnectGraceMs: ms('How long a dropped participant stays a member.', 30_000),
      idleAfterMs: ms('After how long without doing anything somebody is shown as idle.', 300_000, 1_000),
    },
  },
  agents: {
    type: 'group',
    description: 'What happens to agents whose turns fail.',
    settings: {
      maxFailures: {
        type: 'integer',
        min: 0,
        max: 1_000,
        default: 3,
        description: 'After so many failed turns in a row an agent is muted for a while; 0 for never.',
      },
      muteMs: ms('How long the first time; each further time in a row twice as long.', 30_000, 1),
      muteMaxMs: ms('How long at most before an agent is tried again.', 3_600_000, 1),
    },
  },
  credits: {
    type: 'group',
    description: 'What bids are paid with.',
    settings: {
      currency: {
        type: 'choice',
        choices: ['priorityPoints', 'computeCredits', 'reputation', 'timeCredits'],
        default: 'priorityPoints',
        description: 'The one currency of the conversation.',
      },
      initial: {
        type: 'integer',
        min: 0,
        max: 1_000_000_000,
        default: 100,
        description: 'What everybody who joins starts with, in whole units (milliseconds for time credits).',
      },
    },
  },
  fairness: {
    type: 'group',
    description: 'How speaking time is weighed.',
    settings: { halfLifeMs: ms('After how long speaking time counts half.', 600_000, 1) },
  },
  history: {
    type: 'group',
    description: 'What newcomers may read, and what they are given to begin with.',
    settings: {
      visibility: {
        type: 'choice',
        choices: ['full', 'sinceJoin'],
        default: 'full',
        description: 'Everything, or only what came after they joined.',
      },
      summaryEvery: {
        type: 'integer',
        min: 0,
        max: 1_000_000,
        default: 0,
        description: 'After so many utterances what was said is summed up for newcomers; 0 for never.',
      },
    },
  },
  participantsMax: {
    type: 'integer',
    min: 1,
    max: 10_000,
    default: 1_000,
    description: 'How many members the conversation may have at once.',
  },
  minParticipants: {
    type: 'integer',
    min: 0,
    max: 10_000,
    default: 0,
    description: 'With fewer members connected the conversation is paused until they are back.',
  },
  whenEmpty: {
    type: 'group',
    description: 'What happens when the last member has left.',
    settings: {
      kind: {
        type: 'choice',
        choices: ['linger', 'end', 'archive'],
        default: 'linger',
        description: 'Stay open for whoever comes back, end, or end and be put away.',
      },
      delayMs: ms('How long after the last one left.', 0),
    },
  },
};

/**
 * What a log says that was written before a setting existed: that setting has its default. A log that names
 * what is not registered here any more is believed as it is.
 */
export function completed(config: ConversationConfig): ConversationConfig {
  const read = readSettings(configSpec, config, '');
  return read.ok ? (read.value as unknown as ConversationConfig) : config;
}
