import type { Bridge } from './bridge.ts';
import type { Evolutions } from './evolutions.ts';
import type { State } from './state.ts';

export const evolveBridges: Evolutions<
  'bridge.added' | 'bridge.approved' | 'bridge.removed' | 'bridge.reported'
> = {
  'bridge.added': (state, { data, by }) => ({
    ...state,
    bridges: [...state.bridges, { ...data, addedBy: by ?? null, problem: null }],
  }),
  'bridge.approved': (state, { data }) =>
    withBridge(state, data.bridge, (bridge) => ({ ...bridge, status: 'active' })),
  'bridge.removed': (state, { data }) => ({
    ...state,
    bridges: state.bridges.filter(({ bridge }) => bridge !== data.bridge),
  }),
  'bridge.reported': (state, { data }) =>
    withBridge(state, data.bridge, (bridge) => ({ ...bridge, problem: data.problem })),
};

const withBridge = (state: State, id: string, change: (bridge: Bridge) => Bridge): State => ({
  ...state,
  bridges: state.bridges.map((bridge) => (bridge.bridge === id ? change(bridge) : bridge)),
});
