import type { Variant } from '@parley/core';
import type { Alterations } from '../world/hub.ts';
import { FLOOR, LEVELS } from '../world/setting.ts';
import { withFrames, withPublished } from './delivery.ts';
import type { Mutant } from './mutant.ts';

/** How late the silent outbox is: well beyond what an eventual view is promised. */
const KEPT_MS = 600;

/** Everybody's view is of this level. */
const all = (consistency: Variant) => ({
  config: { floor: FLOOR, consistency },
  profile: () => ({ kind: 'agent' }),
});

/** The others show when something was published. */
function everyOther(change: NonNullable<Alterations['sink']>): NonNullable<Alterations['sink']> {
  let sinks = 0;
  return (sink, life) => ((sinks += 1) % 2 === 0 ? change(sink, life) : sink);
}

/** Mutants of what each level promises beside the chain. */
export const levelMutants: Readonly<Record<string, Mutant>> = {
  keepsSilentAboutLag: {
    breaks: 'A view that is behind is never told.',
    rules: ['CS-2'],
    plan: {
      ...all(LEVELS.eventual),
      alterations: () => ({
        sink: (sink) => withFrames(sink, (frame) => (frame.includes('"event":"view.stale"') ? [] : [frame])),
      }),
    },
  },

  keepsWhatHasLeft: {
    breaks: 'What is said to have left waits in the hub.',
    rules: ['CS-2'],
    plan: {
      ...all(LEVELS.eventual),
      alterations: () => ({
        sink: everyOther((sink, life) => ({
          encode: sink.encode,
          bufferedBytes: 0,
          onDrain: (task) => sink.onDrain(task),
          close: (code, reason) => sink.close(code, reason),
          send: (chunks) => void life.after(KEPT_MS, () => sink.send(chunks)),
        })),
      }),
    },
  },

  seesNoCauses: {
    breaks: 'Every live event is sent ahead of the backlog, whatever it rests on.',
    rules: ['CS-3'],
    plan: {
      ...all(LEVELS.causal),
      alterations: () => ({
        conversations: (conversations) => withPublished(conversations, (event) => ({ ...event, cause: 0 })),
      }),
    },
  },

  keepsSilentAboutDrops: {
    breaks: 'What was dropped is not told.',
    rules: ['CS-4'],
    plan: {
      ...all(LEVELS.bestEffort),
      faults: ['stall'],
      alterations: () => ({
        sink: (sink) =>
          withFrames(sink, (frame) => (frame.includes('"event":"delivery.dropped"') ? [] : [frame])),
      }),
    },
  },

  countsDropsWrongly: {
    breaks: 'One more is said to have been dropped than was.',
    rules: ['CS-4'],
    plan: {
      ...all(LEVELS.bestEffort),
      faults: ['stall'],
      alterations: () => ({
        sink: (sink) =>
          withFrames(sink, (frame) => [
            frame.replace(
              /"event":"delivery.dropped".*"count":(\d+)/,
              (text, count: string) => `${text.slice(0, -count.length)}${Number(count) + 1}`,
            ),
          ]),
      }),
    },
  },

  replaysToAnybody: {
    breaks: 'A best-effort view that comes back is given what it missed.',
    rules: ['CS-4'],
    plan: {
      ...all(LEVELS.bestEffort),
      alterations: () => ({
        conversations: (conversations) => ({
          submit: (conversation, submission) => conversations.submit(conversation, submission),
          subscribe: (listener) => conversations.subscribe(listener),
          readEvents: (...args) => conversations.readEvents(...args),
          state: async (conversation) => {
            const state = await conversations.state(conversation);
            return state && { ...state, config: { ...state.config, consistency: LEVELS.causal } };
          },
        }),
      }),
    },
  },
};
