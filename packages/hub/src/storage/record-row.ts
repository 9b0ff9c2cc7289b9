import type { Audience } from '@parley/core';
import type { LoggedEvent, LogRecord } from '../ports/event-log.ts';

/**
 * A record as its table holds it. The events' JSON texts stand one to a line, so that reading a page
 * for catch-up cuts text and parses nothing; who hears an event and what is hidden of it stand beside.
 * A record without events has the empty text.
 */
export interface RecordRow {
  readonly conversation: string;
  readonly epoch: string;
  readonly number: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly at: number;
  readonly author: string | null;
  readonly commandId: string | null;
  readonly digest: string | null;
  readonly reply: string | null;
  readonly events: string;
  /** Null where all events are for all and nothing is hidden; else JSON, for each event 0 or [audience, hidden]. */
  readonly extras: string | null;
  readonly previousHash: string;
  readonly hash: string;
}

type Extra = 0 | readonly [Audience, string | null];

export function toRow(record: LogRecord): RecordRow {
  const { command, events } = record;
  const plain = events.every(isPlain);
  const extras = events.map((event): Extra => (isPlain(event) ? 0 : [event.audience, event.hidden ?? null]));
  return {
    conversation: record.conversation,
    epoch: record.epoch,
    number: record.number,
    firstSeq: record.firstSeq,
    lastSeq: record.lastSeq,
    at: record.at,
    author: command?.author ?? null,
    commandId: command?.id ?? null,
    digest: command?.digest ?? null,
    reply: record.reply,
    events: events.map((event) => event.json).join('\n'),
    extras: plain ? null : JSON.stringify(extras),
    previousHash: record.previousHash,
    hash: record.hash,
  };
}

/** @throws SyntaxError where `extras` was damaged. */
export function fromRow(row: RecordRow): LogRecord {
  const extras = row.extras === null ? null : (JSON.parse(row.extras) as readonly Extra[]);
  const events = eventTexts(row).map((json, index): LoggedEvent => {
    const seq = row.firstSeq + index;
    const extra = extras?.[index] || null;
    if (extra === null) return { seq, audience: 'all', json };
    const [audience, hidden] = extra;
    return hidden === null ? { seq, audience, json } : { seq, audience, json, hidden };
  });
  const { author, commandId, digest } = row;
  return {
    conversation: row.conversation,
    epoch: row.epoch,
    number: row.number,
    firstSeq: row.firstSeq,
    lastSeq: row.lastSeq,
    at: row.at,
    command:
      author === null || commandId === null || digest === null ? null : { author, id: commandId, digest },
    reply: row.reply,
    events,
    previousHash: row.previousHash,
    hash: row.hash,
  };
}

/** The JSON text of each event. */
export const eventTexts = ({ events }: RecordRow): string[] => (events === '' ? [] : events.split('\n'));

const isPlain = (event: LoggedEvent): boolean => event.audience === 'all' && event.hidden === undefined;

/** The columns of a {@link RecordRow}; the conversation's id is in another table. */
export const RECORD_COLUMNS = `c.id AS conversation, r.epoch, r.number, r.first_seq AS firstSeq,
  r.last_seq AS lastSeq, r.at, r.author, r.command_id AS commandId, r.digest, r.reply, r.events, r.extras,
  r.previous_hash AS previousHash, r.hash`;
