import type { ConversationId, Seq } from '@parley/core';
import type { Commit, Conversations } from '../host/submission.ts';
import { NOTED, Recent } from './recent.ts';

/** Conversations whose words are remembered, the latest used; 64 Ki characters each at most. */
const CONVERSATIONS_MAX = 500;
/** How far back the log is read where nothing is remembered: some two hundred turns. */
const EVENTS_MAX = 1_000;
const PAGE = { limit: 250, maxBytes: 256 * 1_024 };
/** Events that come while the log is read, which takes milliseconds. */
const EARLY_MAX = 1_000;

interface Room {
  readonly recent: Recent;
  ready: Promise<void>;
  /** What came while the log was read; null when it has been. */
  early: { readonly seq: Seq; readonly json: string }[] | null;
}

/** The latest words of conversations: from their commits, and from the log's end where it has just been asked. */
export class RecentWords {
  readonly #read: Conversations['readEvents'];
  /** The latest used last. */
  readonly #rooms = new Map<ConversationId, Room>();

  constructor(read: Conversations['readEvents']) {
    this.#read = read;
  }

  /** Of a conversation that nobody has asked about yet nothing is kept. */
  hear({ conversation, events }: Commit): void {
    const room = this.#rooms.get(conversation);
    if (!room) return;
    for (const { seq, type, json } of events) {
      if (seq === null || !NOTED.has(type)) continue;
      if (!room.early) room.recent.note(seq, json);
      else if (room.early.push({ seq, json }) > EARLY_MAX) return this.forget(conversation);
    }
  }

  /** As of `head` or later. Rejects where the log cannot be read; the next one who asks reads again. */
  async of(conversation: ConversationId, head: Seq): Promise<Recent> {
    const room = this.#rooms.get(conversation) ?? this.#open(conversation, head);
    this.#rooms.delete(conversation);
    this.#rooms.set(conversation, room);
    const [oldest] = this.#rooms.keys();
    if (this.#rooms.size > CONVERSATIONS_MAX && oldest !== undefined) this.forget(oldest);
    await room.ready;
    return room.recent;
  }

  forget(conversation: ConversationId): void {
    this.#rooms.delete(conversation);
  }

  #open(conversation: ConversationId, head: Seq): Room {
    const room: Room = { recent: new Recent(), ready: Promise.resolve(), early: [] };
    room.ready = this.#fill(room, conversation, head).catch((error: unknown) => {
      if (this.#rooms.get(conversation) === room) this.forget(conversation);
      throw error;
    });
    return room;
  }

  async #fill(room: Room, conversation: ConversationId, from: Seq): Promise<void> {
    let read = Math.max(0, from - EVENTS_MAX);
    let more = true;
    while (more) {
      const { events, next, head } = await this.#read(conversation, read, PAGE);
      for (const { seq, json } of events) room.recent.note(seq, json);
      more = next < head && next > read;
      read = next;
    }
    for (const { seq, json } of room.early ?? []) if (seq > read) room.recent.note(seq, json);
    room.early = null;
  }
}
