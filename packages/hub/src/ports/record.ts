import { createHash } from 'node:crypto';
import type { LogRecord, RecordBody } from './event-log.ts';

/**
 * Puts a record behind the one before it. The hash covers every field, so any edited, missing or
 * reordered record of a conversation is found by {@link hashOf} (security.md, audit).
 */
export function seal(body: RecordBody, previousHash: string): LogRecord {
  return { ...body, previousHash, hash: hashOf(body, previousHash) };
}

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
