import type { ConversationId, Instant, PrincipalId, Seq } from '@parley/core';
import type {
  AppendOutcome,
  ConversationIndex,
  EventLog,
  Head,
  ListedConversation,
  ListFilter,
  ListPage,
  LogRecord,
  PageLimits,
  Snapshot,
} from '../ports/event-log.ts';
import { StorageError } from '../ports/event-log.ts';
import { headOf, NO_HEAD, sameHead } from '../ports/record.ts';
import { decodeCursor, encodeCursor, pageSize } from './cursor.ts';
import { checkRecord } from './record-shape.ts';

/** How long and how many of an author's commands are recognised again (wire.md: both must be passed). */
const REMEMBERED_COMMANDS = 1_000;
const REMEMBERED_MS = 24 * 3_600_000;

interface Kept {
  readonly no: number;
  /** All, so that the one with number n is at n - 1. */
  readonly records: LogRecord[];
  /** Those with events. */
  readonly eventful: LogRecord[];
  /** Author → command id → record, oldest first. */
  readonly commands: Map<string, Map<string, LogRecord>>;
  readonly readers: Set<PrincipalId>;
  index: ConversationIndex;
  snapshot: Snapshot | null;
}

/** A log that lives as long as its process: for tests and simulations. */
export class MemoryEventLog implements EventLog {
  readonly #conversations = new Map<ConversationId, Kept>();
  #closed = false;

  async append(record: LogRecord, expected: Head, index: ConversationIndex): Promise<AppendOutcome> {
    this.#open();
    checkRecord(record, expected);
    const kept = this.#conversations.get(record.conversation);
    const repeated = record.command && recall(kept, record.command.author, record.command.id);
    if (repeated) return { outcome: 'duplicate', record: repeated };
    const head = endOf(kept);
    if (!sameHead(head, expected)) return { outcome: 'conflict', head };
    const target = kept ?? this.#create(record.conversation, index);
    target.records.push(record);
    if (record.events.length > 0) target.eventful.push(record);
    target.index = index;
    for (const reader of index.readers) target.readers.add(reader);
    remember(target, record);
    return { outcome: 'appended' };
  }

  async read(conversation: ConversationId, after: Seq, limits: PageLimits): Promise<LogRecord[]> {
    this.#open();
    const { eventful = [] } = this.#conversations.get(conversation) ?? {};
    return page(eventful, firstEndingAfter(eventful, after), limits);
  }

  async readRecords(conversation: ConversationId, after: number, limits: PageLimits): Promise<LogRecord[]> {
    this.#open();
    return page(this.#conversations.get(conversation)?.records ?? [], after, limits);
  }

  async head(conversation: ConversationId): Promise<(Head & { readonly epoch: string }) | null> {
    this.#open();
    const last = this.#conversations.get(conversation)?.records.at(-1);
    return last ? { ...headOf(last), epoch: last.epoch } : null;
  }

  async findCommand(conversation: ConversationId, author: string, id: string): Promise<LogRecord | null> {
    this.#open();
    return recall(this.#conversations.get(conversation), author, id) ?? null;
  }

  async saveSnapshot(conversation: ConversationId, snapshot: Snapshot): Promise<void> {
    this.#open();
    const kept = this.#conversations.get(conversation);
    if (!kept) throw new Error(`no conversation ${conversation} to keep a snapshot of`);
    if (snapshot.number >= (kept.snapshot?.number ?? 0)) kept.snapshot = snapshot;
  }

  async latestSnapshot(conversation: ConversationId): Promise<Snapshot | null> {
    this.#open();
    return this.#conversations.get(conversation)?.snapshot ?? null;
  }

  async list(filter: ListFilter, page: { limit: number; cursor?: string }): Promise<ListPage> {
    this.#open();
    const from = page.cursor === undefined ? null : decodeCursor(page.cursor);
    const matching = [...this.#conversations]
      .filter(([, kept]) => matches(kept, filter))
      .map(([conversation, kept]) => ({ no: kept.no, listed: listing(conversation, kept) }))
      .filter(({ no, listed }) => {
        if (from === null) return true;
        return listed.changedAt < from.changedAt || (listed.changedAt === from.changedAt && no < from.no);
      })
      .toSorted((a, b) => b.listed.changedAt - a.listed.changedAt || b.no - a.no);
    const shown = matching.slice(0, pageSize(page.limit));
    const last = shown.at(-1);
    const more = last !== undefined && shown.length < matching.length;
    return {
      conversations: shown.map(({ listed }) => listed),
      cursor: more ? encodeCursor({ changedAt: last.listed.changedAt, no: last.no }) : null,
    };
  }

  async dueBefore(
    instant: Instant,
    limit: number,
  ): Promise<{ conversation: ConversationId; due: Instant }[]> {
    this.#open();
    const waiting: { conversation: ConversationId; due: Instant }[] = [];
    for (const [conversation, { index }] of this.#conversations) {
      if (index.due !== null && index.due < instant) waiting.push({ conversation, due: index.due });
    }
    return waiting.toSorted((a, b) => a.due - b.due).slice(0, limit);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #open(): void {
    if (this.#closed) throw new StorageError('storage.unavailable', 'the log is closed');
  }

  #create(conversation: ConversationId, index: ConversationIndex): Kept {
    const no = this.#conversations.size + 1;
    const kept: Kept = {
      no,
      records: [],
      eventful: [],
      commands: new Map(),
      readers: new Set(),
      index,
      snapshot: null,
    };
    this.#conversations.set(conversation, kept);
    return kept;
  }
}

function endOf(kept: Kept | undefined): Head {
  const last = kept?.records.at(-1);
  return last ? headOf(last) : NO_HEAD;
}

/** At least one record, if there is any from `at` on. */
function page(records: readonly LogRecord[], at: number, limits: PageLimits): LogRecord[] {
  const taken: LogRecord[] = [];
  let bytes = 0;
  for (const record of records.slice(at, at + Math.max(1, limits.limit))) {
    const size = record.events.reduce((sum, event) => sum + event.json.length + 1, 0);
    if (taken.length > 0 && bytes + size > limits.maxBytes) break;
    taken.push(record);
    bytes += size;
  }
  return taken;
}

function recall(kept: Kept | undefined, author: string, id: string): LogRecord | undefined {
  return kept?.commands.get(author)?.get(id);
}

function remember(kept: Kept, record: LogRecord): void {
  if (record.command === null) return;
  const { author, id } = record.command;
  const commands = kept.commands.get(author) ?? new Map<string, LogRecord>();
  kept.commands.set(author, commands.set(id, record));
  for (const [oldId, old] of commands) {
    if (commands.size <= REMEMBERED_COMMANDS || record.at - old.at < REMEMBERED_MS) break;
    commands.delete(oldId);
  }
}

function firstEndingAfter(records: readonly LogRecord[], after: Seq): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (records[middle]!.lastSeq > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

function matches(kept: Kept, filter: ListFilter): boolean {
  if (filter.reader !== undefined && !kept.readers.has(filter.reader)) return false;
  if (filter.attended === true && !kept.index.attended) return false;
  return filter.status === undefined || filter.status === kept.index.status;
}

function listing(conversation: ConversationId, kept: Kept): ListedConversation {
  const { status, title, due, attended, summary } = kept.index;
  const last = kept.records.at(-1)!;
  return {
    conversation,
    epoch: last.epoch,
    seq: last.lastSeq,
    changedAt: last.at,
    status,
    title,
    due,
    attended,
    summary,
  };
}
