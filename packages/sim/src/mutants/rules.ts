import type { Command, Instant, State } from '@parley/core';
import type { Decider } from '@parley/hub/testing';
import { FLOOR, LEVELS } from '../world/setting.ts';
import type { Mutant } from './mutant.ts';

/** A decider that sees commands or states otherwise than they are. */
function seeing(
  decider: Decider,
  change: (state: State, command: Command, at: Instant) => { state?: State; command?: Command },
): Decider {
  return {
    ...decider,
    decide: (state, command, at) => {
      const seen = change(state, command, at);
      return decider.decide(seen.state ?? state, seen.command ?? command, at);
    },
  };
}

/** A decider that takes the conversation to be configured otherwise; the state keeps its configuration. */
export function configured(
  decider: Decider,
  otherwise: Partial<State['config']>,
  concerns: (command: Command) => boolean = () => true,
): Decider {
  const config = (state: State): State => ({ ...state, config: { ...state.config, ...otherwise } });
  return {
    ...decider,
    decide: (state, command, at) => {
      const sets = command.op === 'conversation.create' || command.op === 'conversation.configure';
      if (sets || !concerns(command)) return decider.decide(state, command, at);
      const result = decider.decide(config(state), command, at);
      if (!result.ok) return result;
      const after = { ...result.value.state, config: state.config };
      return { ...result, value: { ...result.value, state: after } };
    },
  };
}

/** Everybody has a strong view, so that every turn waits for all. */
const STRONG = { config: { floor: FLOOR, consistency: LEVELS.strong } };

/** Mutants of the rules themselves. */
export const ruleMutants: Readonly<Record<string, Mutant>> = {
  grantsAHeldFloor: {
    breaks: 'Now and then somebody who asks is granted the floor as if nobody had it.',
    rules: ['FL-1'],
    plan: {
      alterations: () => ({
        decider: (decider) => {
          let asked = 0;
          return seeing(decider, (state, command) =>
            command.op === 'floor.request' && (asked += 1) % 10 === 0
              ? { state: { ...state, floor: { ...state.floor, holders: [] } } }
              : {},
          );
        },
      }),
    },
  },

  speaksWithoutTheFloor: {
    breaks: 'Whatever grant somebody names is taken for the one that is live.',
    rules: ['FL-5'],
    plan: {
      alterations: () => ({
        decider: (decider) =>
          seeing(decider, (state, command) => {
            const { participant } = command.author;
            const [holder] = state.floor.holders;
            if (command.op !== 'speech' || participant === null || !holder) return {};
            const { grant } = command.data;
            return {
              state: { ...state, floor: { ...state.floor, holders: [{ ...holder, participant, grant }] } },
            };
          }),
      }),
    },
  },

  whispersAloud: {
    breaks: 'A whisper is for everybody.',
    rules: ['RT-6'],
    plan: {
      alterations: () => ({
        decider: (decider) =>
          seeing(decider, (_, command) => {
            if (command.op !== 'speech' && command.op !== 'speech.start') return {};
            const { to: _to, ...data } = command.data;
            return { command: { ...command, data } as Command };
          }),
      }),
    },
  },

  losesPatience: {
    breaks: 'A second of the grace of whoever is disconnected is missing.',
    rules: ['PR-2'],
    plan: {
      config: { floor: FLOOR, presence: { reconnectGraceMs: 1_050 } },
      alterations: () => ({
        decider: (decider) => ({
          ...decider,
          evolve: (state, event) => decider.evolve(state, event),
          decide: (state, command, at) => {
            const result = decider.decide(state, command, at);
            if (!result.ok || command.op !== 'connection.lost') return result;
            const { participant } = command.data;
            const member = result.value.state.participants[participant];
            if (!member || member.disconnectedAt === null) return result;
            const early = { ...member, disconnectedAt: member.disconnectedAt - 1_000 };
            const participants = { ...result.value.state.participants, [participant]: early };
            return { ...result, value: { ...result.value, state: { ...result.value.state, participants } } };
          },
        }),
      }),
    },
  },

  goesOnWithTooFew: {
    breaks: 'A conversation goes on however few are there.',
    rules: ['DG-1'],
    plan: {
      config: { floor: FLOOR, minParticipants: 5 },
      alterations: () => ({ decider: (decider) => configured(decider, { minParticipants: 0 }) }),
    },
  },

  grantsToTheMuted: {
    breaks: 'Who is muted is granted the floor like anybody.',
    rules: ['DG-3'],
    plan: {
      config: { floor: FLOOR, agents: { maxFailures: 1, muteMs: 3_000 } },
      profile: () => ({ kind: 'agent' }),
      alterations: () => ({
        decider: (decider) =>
          seeing(decider, (state) => {
            const heard = Object.entries(state.participants).map(([id, member]) => [
              id,
              { ...member, muted: null },
            ]);
            return { state: { ...state, participants: Object.fromEntries(heard) as State['participants'] } };
          }),
      }),
    },
  },

  forgetsDeadlines: {
    breaks: 'Nothing happens when its time has come: who is silent keeps the floor.',
    rules: ['progress'],
    plan: { alterations: () => ({ decider: (decider) => ({ ...decider, nextDeadline: () => null }) }) },
  },

  waitsForNobody: {
    breaks: 'Turns go on without the acknowledgements of strong views.',
    rules: ['CS-1'],
    plan: {
      ...STRONG,
      alterations: () => ({
        decider: (decider) => {
          /** As if everybody had been given up on, which nobody was told. */
          const alone = (state: State): State => {
            const stale = Object.fromEntries(
              Object.keys(state.participants).map((id) => [id, true as const]),
            );
            return { ...state, live: { ...state.live, stale } };
          };
          return {
            ...seeing(decider, (state) => ({ state: alone(state) })),
            nextDeadline: (state) => decider.nextDeadline(alone(state)),
          };
        },
      }),
    },
  },

  actsOnOldViews: {
    breaks: 'What a command was based on does not matter.',
    rules: ['CS-1'],
    plan: {
      ...STRONG,
      alterations: () => ({
        decider: (decider) =>
          seeing(decider, (_, { basedOn: _basedOn, ...command }) => ({ command: command as Command })),
      }),
    },
  },
};
