import type { DialectName } from './load/dialects.ts';

/** A server that takes part in a comparison. */
export interface Contender {
  readonly label: string;
  readonly dialect: DialectName;
  /** In `servers/`. */
  readonly file: string;
  /** Given one utterance's bytes as the hub sends them, so that everybody sends the same. */
  args(sample: string): readonly string[];
}

export const CONTENDERS = {
  hub: {
    label: 'Parley, SQLite log',
    dialect: 'parley',
    file: 'hub.ts',
    args: () => ['sqlite'],
  },
  hubMemory: {
    label: 'Parley, memory log',
    dialect: 'parley',
    file: 'hub.ts',
    args: () => ['memory'],
  },
  wsCoalesced: {
    label: 'ws, pre-framed and coalesced',
    dialect: 'raw',
    file: 'raw-ws.ts',
    args: (sample) => ['coalesced', sample],
  },
  wsPreframed: {
    label: 'ws, pre-framed',
    dialect: 'raw',
    file: 'raw-ws.ts',
    args: (sample) => ['preframed', sample],
  },
  wsPlain: {
    label: 'ws, plain',
    dialect: 'raw',
    file: 'raw-ws.ts',
    args: (sample) => ['plain', sample],
  },
  socketIo: {
    label: 'Socket.IO',
    dialect: 'socketIo',
    file: 'socket-io.ts',
    args: (sample) => [sample],
  },
} as const satisfies Record<string, Contender>;

export type ContenderName = keyof typeof CONTENDERS;
