import type { Sink } from '@parley/hub/testing';
import { withFrames } from './delivery.ts';
import type { Mutant } from './mutant.ts';

interface CatchUp {
  events: unknown[];
  missed: number;
  state: { floor: { holders: unknown[] } };
}

/** Every answer to a join or a return shows something else. */
const showing =
  (change: (catchUp: CatchUp, resumed: boolean) => void) =>
  (sink: Sink): Sink =>
    withFrames(sink, (frame) => {
      if (!frame.includes('"catchUp":')) return [frame];
      const reply = JSON.parse(frame) as { data: { resumed: boolean; catchUp: CatchUp } };
      change(reply.data.catchUp, reply.data.resumed);
      return [JSON.stringify(reply)];
    });

/** Mutants of what whoever joins or comes back is shown. */
export const catchUpMutants: Readonly<Record<string, Mutant>> = {
  showsTheFloorFree: {
    breaks: 'Whoever joins is shown a floor that nobody has.',
    rules: ['CU-1'],
    plan: { alterations: () => ({ sink: showing(({ state }) => void (state.floor.holders = [])) }) },
  },

  missesTheNewest: {
    breaks: 'The newest of the last events is not shown to whoever joins.',
    rules: ['CU-1'],
    plan: {
      alterations: () => ({ sink: showing(({ events }, resumed) => void (resumed || events.pop())) }),
    },
  },

  showsNothingOfTheGap: {
    breaks: 'Whoever comes back is shown nothing of what happened meanwhile.',
    rules: ['CU-2'],
    plan: {
      alterations: () => ({
        sink: showing((catchUp, resumed) => {
          if (resumed) catchUp.events = [];
        }),
      }),
    },
  },

  saysThatNothingWasMissed: {
    breaks: 'Whoever joins is told that what it is shown is all.',
    rules: ['CU-1'],
    plan: { alterations: () => ({ sink: showing((catchUp) => void (catchUp.missed = 0)) }) },
  },
};
