import { ParleyError } from './errors.ts';
import type { Reply } from './wire-frames.ts';

export type Settlement =
  | { readonly ok: true; readonly reply: Reply }
  | { readonly ok: false; readonly error: unknown };

export interface BookedCommand {
  readonly id: string;
  readonly conversation: string;
  /** The whole frame: a repetition must be the same to the letter (idempotency). */
  readonly text: string;
  /** `link` commands (joins, resumes) go out once greeted; `room` commands once the room has resumed. */
  readonly gate: 'link' | 'room';
  /** Called once, synchronously, when the reply comes: before any frame that follows it. */
  readonly settle: (settlement: Settlement) => void;
}

interface Entry extends BookedCommand {
  /** Number of the link's incarnation it was last sent over; 0: never. */
  sentOver: number;
}

/**
 * Every command from its first sending to its answer. What is unanswered when a connection ends is
 * sent again, same id and same text, over the next one: the hub carries it out once.
 */
export class CommandBook {
  readonly #entries = new Map<string, Entry>();
  readonly #limit: number;
  #roomCommands = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Throws `client.too_many_in_flight` where a room command would be one too many. */
  add(command: BookedCommand): void {
    if (command.gate === 'room' && this.#roomCommands >= this.#limit) {
      throw new ParleyError({
        code: 'client.too_many_in_flight',
        message: `${this.#limit} commands wait for an answer already`,
        retryable: true,
        details: { limit: this.#limit },
      });
    }
    if (command.gate === 'room') this.#roomCommands += 1;
    this.#entries.set(command.id, { ...command, sentOver: 0 });
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Settles the command of that id; false when there is none. */
  settle(id: string, settlement: Settlement): boolean {
    const entry = this.#entries.get(id);
    if (!entry) return false;
    this.#remove(entry);
    entry.settle(settlement);
    return true;
  }

  /** Forgets a command without settling it: its author has stopped waiting. */
  drop(id: string): void {
    const entry = this.#entries.get(id);
    if (entry) this.#remove(entry);
  }

  /** Sends whatever of a gate has not been sent over this incarnation of the link, in the order of its making. */
  flush(
    gate: BookedCommand['gate'],
    conversation: string | null,
    over: number,
    send: (text: string) => void,
  ): void {
    for (const entry of [...this.#entries.values()]) {
      if (entry.gate !== gate || entry.sentOver === over) continue;
      if (conversation !== null && entry.conversation !== conversation) continue;
      entry.sentOver = over;
      send(entry.text);
    }
  }

  /** Settles everything of a conversation, or all there is, as failed. */
  fail(conversation: string | null, error: unknown): void {
    for (const entry of [...this.#entries.values()]) {
      if (conversation === null || entry.conversation === conversation) {
        this.settle(entry.id, { ok: false, error });
      }
    }
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.id);
    if (entry.gate === 'room') this.#roomCommands -= 1;
  }
}
