import type { Channel, ChannelContext } from './channel.ts';
import { openA2a } from './a2a.ts';
import { openHttp } from './http.ts';
import { openLocal } from './local.ts';
import { openMcp } from './mcp.ts';
import { openOfp } from './ofp.ts';
import { openWebSocket } from './websocket.ts';

/** Every channel: a new one is one file and one line here. */
export const CHANNELS = {
  websocket: openWebSocket,
  /** Before all that has routes: what guards every request is added with it. */
  http: openHttp,
  mcp: openMcp,
  ofp: openOfp,
  local: openLocal,
  // Behind http, whose guards hold for its routes too.
  a2a: openA2a,
} as const satisfies Readonly<Record<string, (context: ChannelContext) => Channel>>;

export type ChannelName = keyof typeof CHANNELS;

export type OpenChannels = { readonly [K in ChannelName]: ReturnType<(typeof CHANNELS)[K]> };

/** Opens all of them on one server. */
export function openChannels(context: ChannelContext): OpenChannels {
  const opened = Object.entries(CHANNELS).map(([name, open]) => [name, open(context)]);
  return Object.fromEntries(opened) as OpenChannels;
}

/** Open connections by channel, of those that are open. */
export const connectionsOf = (channels: Partial<OpenChannels>): Record<string, number> =>
  Object.fromEntries(Object.entries(channels).map(([name, { connections }]) => [name, connections]));

/** Of all channels that are open together. */
export const bufferedBytesOf = (channels: Partial<OpenChannels>): number =>
  Object.values(channels).reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0);
