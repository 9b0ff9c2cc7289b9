import type { Hub } from '../../app.ts';
import type { ChannelName } from '../registry.ts';
import { FramePeer } from './frame-peer.fixture.ts';
import { HttpPeer, poll, stream } from './http-peer.fixture.ts';
import type { ChannelPeer } from './peer.fixture.ts';

/** One way to take part, and what is different about it by its nature. */
export interface PeerKind {
  readonly name: string;
  /** Whether ephemeral events come: a poll asks for what is kept, and they are kept nowhere. */
  readonly live: boolean;
  /** Whether the far end can be slower than the hub; within one process there is nothing between them. */
  readonly buffers: boolean;
  /** Whether reading on says what has arrived (`after=N`); where it does not, the op `ack` does. */
  readonly acksByReading: boolean;
  create(hub: Hub): ChannelPeer;
}

/**
 * Channels that speak another protocol have verbs of their own and carry no commands of the wire: what they
 * translate is held by the tests beside them, under their own rules.
 */
const TRANSLATING = ['a2a', 'mcp', 'ofp'] as const satisfies readonly ChannelName[];

/**
 * CN-1: the ways to take part over each channel of the registry. A channel without an entry fails the
 * suite; with one, everything in this folder is asked of it.
 */
const WAYS: Readonly<
  Record<Exclude<ChannelName, (typeof TRANSLATING)[number]>, readonly [PeerKind, ...PeerKind[]]>
> = {
  websocket: [
    {
      name: 'WebSocket',
      live: true,
      buffers: true,
      acksByReading: false,
      create: (hub) => new FramePeer(hub, 'websocket'),
    },
  ],
  local: [
    {
      name: 'the in-process channel',
      live: true,
      buffers: false,
      acksByReading: false,
      create: (hub) => new FramePeer(hub, 'local'),
    },
  ],
  http: [
    {
      name: 'long poll',
      live: false,
      buffers: true,
      acksByReading: true,
      create: (hub) => new HttpPeer(hub, poll),
    },
    {
      name: 'SSE',
      live: true,
      buffers: true,
      acksByReading: false,
      create: (hub) => new HttpPeer(hub, stream),
    },
  ],
};

/** The channels that are accounted for, by the registry's names. */
export const KNOWN_CHANNELS: readonly string[] = [...Object.keys(WAYS), ...TRANSLATING];

export const PEERS: readonly PeerKind[] = Object.values(WAYS).flat();
