import { afterEach } from 'vitest';
import type { Hub } from '../../app.ts';
import { call, createConversation } from '../hub.fixture.ts';
import type { ChannelPeer } from './peer.fixture.ts';
import type { PeerKind } from './peers.fixture.ts';
import { PEERS } from './peers.fixture.ts';

export const ANN = { kind: 'human', displayName: 'Ann' };
export const BOT = { kind: 'agent', displayName: 'Bot' };
export const CY = { kind: 'human', displayName: 'Cy' };

/** How somebody without a connection is missed soon, and yet no sooner than a busy machine needs. */
export const SOON_MISSED = { pollLeaseMs: 600 };

/** A conversation whose members come by one channel, beside witnesses that come by WebSocket. */
export class Room {
  readonly id: string;
  readonly #hub: Hub;
  readonly #kind: PeerKind;
  readonly #peers: ChannelPeer[] = [];

  private constructor(hub: Hub, kind: PeerKind, id: string) {
    this.#hub = hub;
    this.#kind = kind;
    this.id = id;
  }

  static async open(hub: Hub, kind: PeerKind, config: object = {}): Promise<Room> {
    const { id } = await createConversation(hub, { title: 'Room', config });
    return new Room(hub, kind, id);
  }

  /** Somebody of the channel under test who has not joined. */
  stranger(): ChannelPeer {
    return this.#keep(this.#kind.create(this.#hub));
  }

  /** A member of the channel under test. */
  async member(data: object = ANN): Promise<ChannelPeer> {
    const peer = this.stranger();
    await peer.join(this.id, data);
    return peer;
  }

  /** A member who sees live events at once, whatever is tested. */
  async witness(data: object = BOT): Promise<ChannelPeer> {
    const peer = this.#keep(PEERS[0]!.create(this.#hub));
    await peer.join(this.id, data);
    return peer;
  }

  /** Takes the floor and says it; the seq of `speech.ended`. */
  async say(who: ChannelPeer, text: string, more: object = {}): Promise<number> {
    const { grant } = await who.do('floor.request');
    const { utterance } = await who.do('speech', { grant, text, ...more });
    const ended = await who.event('speech.ended', ({ data }) => data.utterance === utterance);
    return ended['seq'] as number;
  }

  async head(): Promise<number> {
    return (await call(this.#hub, 'GET', `/v1/conversations/${this.id}`)).body.seq as number;
  }

  async close(): Promise<void> {
    await Promise.all(this.#peers.splice(0).map((peer) => peer.close()));
  }

  #keep(peer: ChannelPeer): ChannelPeer {
    this.#peers.push(peer);
    return peer;
  }
}

/** Opens rooms for the tests of one channel, and closes each after its test. */
export function roomsOver(kind: PeerKind, hub: () => Hub): (config?: object) => Promise<Room> {
  const rooms: Room[] = [];
  afterEach(() => Promise.all(rooms.splice(0).map((room) => room.close())));
  return async (config) => {
    const room = await Room.open(hub(), kind, config);
    rooms.push(room);
    return room;
  };
}
