import type { Bridges, BridgeRequest, ReplyData, SendOptions } from './api.ts';

interface ModeratedRoom {
  send(op: string, data: Readonly<Record<string, unknown>>, options?: SendOptions): Promise<ReplyData>;
}

/** Bridges as a moderator asks for them. */
export class RoomBridges implements Bridges {
  readonly #room: ModeratedRoom;

  constructor(room: ModeratedRoom) {
    this.#room = room;
  }

  async add(request: BridgeRequest, options?: SendOptions) {
    const { bridge, status } = await this.#room.send('bridge.add', { ...request }, options);
    return { bridge: String(bridge), status: status === 'pending' ? status : 'active' } as const;
  }

  async approve(bridge: string, options?: SendOptions): Promise<void> {
    await this.#room.send('bridge.approve', { bridge }, options);
  }

  async remove(bridge: string, reason?: string, options?: SendOptions): Promise<void> {
    await this.#room.send('bridge.remove', { bridge, reason }, options);
  }
}
