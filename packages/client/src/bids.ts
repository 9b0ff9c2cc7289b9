import type { CommandData, ConversationView, ParticipantId } from '@parley/core';
import type { BidData, Bids, ReplyData, SendOptions } from './api.ts';
import { ParleyError } from './errors.ts';

interface BiddingRoom {
  readonly me: ParticipantId;
  readonly view: ConversationView;
  send(op: string, data: Readonly<Record<string, unknown>>, options?: SendOptions): Promise<ReplyData>;
}

/** A first turn's estimate, where the bidder gives none. */
const FIRST_ESTIMATE_MS = 10_000;

/** Bids as one participant makes them. */
export class RoomBids implements Bids {
  readonly #room: BiddingRoom;

  constructor(room: BiddingRoom) {
    this.#room = room;
  }

  async place({ window, ...bid }: BidData, options?: SendOptions) {
    const data: CommandData['bid.place'] = {
      window: window ?? this.#open(),
      ...bid,
      estimatedMs: bid.estimatedMs ?? this.#usualMs(),
    };
    const reply = await this.#room.send('bid.place', { ...data }, options);
    return { bid: String(reply['bid']), submittedAt: String(reply['submittedAt']) };
  }

  async pass(window?: string, options?: SendOptions): Promise<void> {
    await this.#room.send('bid.pass', { window: window ?? this.#open() }, options);
  }

  #open(): string {
    const { window } = this.#room.view.floor;
    if (window) return window.window;
    throw new ParleyError({ code: 'bidding.window_closed', message: 'No bid window is open.' });
  }

  #usualMs(): number {
    const { contributions } = this.#room.view;
    const mine = contributions.find(({ participant }) => participant === this.#room.me);
    return mine && mine.turns > 0 ? Math.round(mine.speakingMs / mine.turns) : FIRST_ESTIMATE_MS;
  }
}
