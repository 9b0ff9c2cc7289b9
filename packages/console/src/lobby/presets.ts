import type { PartialConfig } from './config-value.ts';

/** Ready-made settings; names and descriptions are in the catalogue under `preset`. */
export interface Preset {
  readonly id: string;
  readonly config: PartialConfig;
}

export const PRESETS: readonly Preset[] = [
  { id: 'conversation', config: {} },
  {
    id: 'panel',
    config: {
      floor: {
        strategy: { kind: 'sequential', maxTurnDurationMs: 300_000 },
        timers: { firstContentMs: 60_000, silenceMs: 60_000, warnBeforeMs: 30_000 },
      },
    },
  },
  {
    id: 'standUp',
    config: {
      floor: {
        strategy: { kind: 'sequential', maxTurnDurationMs: 60_000 },
        timers: { firstContentMs: 20_000, silenceMs: 20_000, warnBeforeMs: 10_000 },
      },
    },
  },
];
