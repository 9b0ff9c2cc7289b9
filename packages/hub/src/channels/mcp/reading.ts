import type { Seq, State } from '@parley/core';
import { decodeEvent } from '@parley/protocol';
import { historyFrom } from '../../delivery/catch-up.ts';
import { pagesOf } from '../../delivery/pages.ts';
import type { Call } from '../calling/call.ts';
import type { Line } from './lines.ts';
import { LineWriter } from './lines.ts';
import type { Member } from '../calling/member.ts';

/** One answer's worth: what fits well into a model's context. The next call goes on. */
const LINES_MAX = 100;
const CHARACTERS_MAX = 64 * 1024;
/** Events looked at for one answer, of which few may be lines. */
const EVENTS_MAX = 5_000;
const PAGE = { limit: 500, maxBytes: 256 * 1024 };

export interface Reading {
  readonly lines: readonly Line[];
  /** The `after` of the next call. */
  readonly next: Seq;
  /** There is more already. */
  readonly more: boolean;
}

/** The room of one answer, however often something comes into it. */
export class AnswerRoom {
  #lines = 0;
  #characters = 0;

  get full(): boolean {
    return this.#lines >= LINES_MAX || this.#characters >= CHARACTERS_MAX;
  }

  /**
   * Whether there is room for one more line, which is then taken. The first of an answer has it always: a reader
   * that is told nothing would never get past it.
   */
  takes(characters: number): boolean {
    if (this.#lines > 0 && (this.full || this.#characters + characters > CHARACTERS_MAX)) return false;
    this.#lines += 1;
    this.#characters += characters;
    return true;
  }
}

/** The member's lines after a seq, up to the state's (RT-7), as far as the answer has room for them. */
export async function linesAfter(
  call: Call,
  member: Member,
  state: State,
  asked: Seq,
  room = new AnswerRoom(),
): Promise<Reading> {
  const { conversations } = call.context.parts;
  const reader = {
    participant: member.participant,
    historyFrom: historyFrom(state, member.participant),
  };
  const writer = new LineWriter(state, member.participant);
  const lines: Line[] = [];
  // A model may make up a seq: what has not happened yet cannot have been heard.
  const after = Math.min(asked, state.seq);
  const upTo = Math.min(state.seq, after + EVENTS_MAX);
  for await (const page of pagesOf(conversations, state.id, reader, { after, upTo, limits: PAGE })) {
    for (const event of page) {
      const line = writer.write(decodeEvent(event.json, undefined, event.audience));
      if (!line) continue;
      if (!room.takes(event.json.length)) return { lines, next: line.seq - 1, more: true };
      lines.push(line);
    }
  }
  return { lines, next: upTo, more: upTo < state.seq };
}
