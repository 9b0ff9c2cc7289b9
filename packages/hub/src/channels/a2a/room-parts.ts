import type { ChannelContext } from '../channel.ts';
import type { Leases } from '../http/leases.ts';
import type { Waiters } from '../http/waiters.ts';
import type { EventQueue } from './event-queue.ts';
import type { Speakers } from './speakers.ts';

/** What all A2A calls of a hub share. */
export interface RoomParts extends Pick<ChannelContext, 'parts' | 'tick' | 'settings'> {
  readonly leases: Leases;
  readonly waiters: Waiters;
  readonly speakers: Speakers;
  /** Of the open streams, for their buffers to be counted. */
  readonly queues: Set<EventQueue>;
}
