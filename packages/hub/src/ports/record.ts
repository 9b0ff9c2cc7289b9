import { createHash } from 'node:crypto';
import type { Head, LogRecord, RecordBody } from './event-log.ts';

/**
 * Puts a record behind the one before it. The hash covers every field, and through the hash before it
 * the record's number, so any edited, missing or reordered record of a conversation is found by
 * {@link hashOf} (security.md, audit).
 */
export function seal(body: RecordBody, previous: Head): LogRecord {
  const { number, hash: previousHash } = previous;
  return { ...body, number: number + 1, previousHash, hash: hashOf(body, previousHash) };
}

/** Where the log ends once this record is its last. */
export const headOf = ({ lastSeq, number, hash }: Pick<LogRecord, 'lastSeq' | 'number' | 'hash'>): Head => ({
  seq: lastSeq,
  number,
  hash,
});

/** Before a conversation's first record. */
export const NO_HEAD: Head = { seq: 0, number: 0, hash: '' };

export const sameHead = (one: Head, other: Head): boolean =>
  one.seq === other.seq && one.number === other.number && one.hash === other.hash;

/** SHA-256 in hex over the record's fields in a fixed order. */
export function hashOf(body: RecordBody, previousHash: string): string {
  const command = body.command && [body.command.author, body.command.id, body.command.digest];
  const events = body.events.map((event) => [event.seq, event.audience, event.json, event.hidden ?? null]);
  const fields = [
    previousHash,
    body.conversation,
    body.epoch,
    body.firstSeq,
    body.lastSeq,
    body.at,
    command,
    body.reply,
    events,
  ];
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}
