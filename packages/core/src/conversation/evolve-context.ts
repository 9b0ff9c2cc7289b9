import { LIMITS } from '../kernel/limits.ts';
import type { Evolutions } from './evolutions.ts';
import type { State } from './state.ts';

export const evolveContext: Evolutions<
  'topic.changed' | 'item.opened' | 'item.resolved' | 'decision.recorded' | 'summary.recorded'
> = {
  'topic.changed': (state, { data }) => withContext(state, { topic: data.topic }),
  'item.opened': (state, { data, by, seq }) =>
    withContext(state, {
      openItems: [...state.context.openItems, { ...data, openedBy: by ?? null, seq }],
    }),
  'item.resolved': (state, { data }) =>
    data.late
      ? state
      : withContext(state, {
          openItems: state.context.openItems.filter((item) => item.item !== data.item),
          resolvedItems: [...state.context.resolvedItems, data.item].slice(-LIMITS.openItems),
        }),
  'decision.recorded': (state, { data, by, seq }) => {
    const { basedOn: _, ...decision } = data;
    return withContext(state, {
      decisions: [...state.context.decisions, { ...decision, by: by ?? null, seq }].slice(-LIMITS.decisions),
    });
  },
  'summary.recorded': (state, { data }) => withContext(state, { summary: data, unsummarised: 0 }),
};

const withContext = (state: State, change: Partial<State['context']>): State => ({
  ...state,
  context: { ...state.context, ...change },
});
