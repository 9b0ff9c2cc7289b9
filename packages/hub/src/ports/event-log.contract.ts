import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConversationIndex, EventLog, Head, LoggedEvent, LogRecord } from './event-log.ts';
import { InvalidCursorError, StorageError } from './event-log.ts';
import { hashOf, headOf, NO_HEAD, seal } from './record.ts';

export const EMPTY = NO_HEAD;
export const headAfter = headOf;

export interface RecordParts {
  readonly conversation?: string;
  readonly epoch?: string;
  readonly events?: number;
  readonly at?: number;
  readonly author?: string;
  readonly id?: string;
  readonly text?: string;
  readonly audience?: LoggedEvent['audience'];
  readonly hidden?: string;
}

/** A record that follows `head`; by the hub itself unless an `id` is given. */
export function recordAfter(head: Head, parts: RecordParts = {}): LogRecord {
  const { conversation = 'cnv_a', events = 1, at = 1_000, author = 'prt_1', text = 'hello' } = parts;
  const firstSeq = head.seq + 1;
  const logged = Array.from({ length: events }, (_, index): LoggedEvent => {
    const seq = firstSeq + index;
    const json = JSON.stringify({ event: 'speech.ended', conversation, seq, data: { text } });
    const audience = parts.audience ?? 'all';
    return parts.hidden === undefined
      ? { seq, audience, json }
      : { seq, audience, json, hidden: parts.hidden };
  });
  const command = parts.id === undefined ? null : { author, id: parts.id, digest: `digest of ${text}` };
  const body = {
    conversation,
    epoch: parts.epoch ?? 'epo_1',
    firstSeq,
    lastSeq: firstSeq + events - 1,
    at,
    command,
    reply: command && JSON.stringify({ utterance: `utt_${firstSeq}` }),
    events: logged,
  };
  return seal(body, head);
}

export function indexOf(parts: Partial<ConversationIndex> = {}): ConversationIndex {
  return { status: 'active', title: 'T', due: null, attended: false, summary: '{}', readers: [], ...parts };
}

/** Appends `count` records behind `head` and returns them. */
export async function fill(
  log: EventLog,
  count: number,
  parts: RecordParts = {},
  head: Head = EMPTY,
): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  let at = head;
  for (let index = 0; index < count; index++) {
    const record = recordAfter(at, parts);
    expect(await log.append(record, at, indexOf())).toEqual({ outcome: 'appended' });
    records.push(record);
    at = headAfter(record);
  }
  return records;
}

/** The promises of the port, held against one implementation. */
export function eventLogContract(
  name: string,
  open: () => Promise<{ log: EventLog; dispose: () => Promise<void> }>,
): void {
  describe(`event log contract: ${name}`, () => {
    let log: EventLog;
    let dispose: () => Promise<void>;
    const ALL = { limit: 1_000, maxBytes: 10_000_000 };

    beforeEach(async () => {
      ({ log, dispose } = await open());
    });
    afterEach(() => dispose());

    test('[RL-1] a record is read back exactly as it was appended', async () => {
      const first = recordAfter(EMPTY, {
        events: 3,
        id: 'c.1:x',
        text: 'é\u2028"\\\n😀',
        hidden: '{"p":"a\\nb"}',
      });
      const second = recordAfter(headAfter(first), { audience: ['prt_1', 'prt_2'] });
      await log.append(first, EMPTY, indexOf());
      await log.append(second, headAfter(first), indexOf());
      const read = await log.read('cnv_a', 0, ALL);
      expect(read).toEqual([first, second]);
      for (const record of read) expect(hashOf(record, record.previousHash)).toBe(record.hash);
      expect(await log.head('cnv_a')).toEqual({ ...headAfter(second), epoch: 'epo_1' });
    });

    test('what nobody created has no head, records, snapshot or commands', async () => {
      expect(await log.head('cnv_none')).toBeNull();
      expect(await log.read('cnv_none', 0, ALL)).toEqual([]);
      expect(await log.latestSnapshot('cnv_none')).toBeNull();
      expect(await log.findCommand('cnv_none', 'prt_1', '1')).toBeNull();
    });

    test('reading starts at the record that holds the next seq and keeps its limits', async () => {
      const records = await fill(log, 6, { events: 3, text: 'x'.repeat(100) });
      expect(await log.read('cnv_a', 4, ALL)).toEqual(records.slice(1));
      expect(await log.read('cnv_a', 6, ALL)).toEqual(records.slice(2));
      expect(await log.read('cnv_a', 17, ALL)).toEqual(records.slice(5));
      expect(await log.read('cnv_a', 18, ALL)).toEqual([]);
      expect(await log.read('cnv_a', 99, ALL)).toEqual([]);
      expect(await log.read('cnv_a', 3, { limit: 2, maxBytes: 1e6 })).toEqual(records.slice(1, 3));
      expect(await log.read('cnv_a', 0, { limit: 100, maxBytes: 1 })).toEqual(records.slice(0, 1));
      const some = await log.read('cnv_a', 0, { limit: 100, maxBytes: 1_100 });
      expect(some.length).toBeGreaterThan(1);
      expect(some.length).toBeLessThan(6);
    });

    test('[FL-10] a command without events is a record that leaves the seq where it is', async () => {
      const first = recordAfter(EMPTY, { events: 2 });
      const idle = recordAfter(headAfter(first), { id: '7', events: 0, at: 2_000 });
      expect(idle).toMatchObject({ number: 2, firstSeq: 3, lastSeq: 2, events: [] });
      const again = recordAfter(headAfter(idle), { id: '8', events: 0, author: 'prt_2' });
      const next = recordAfter(headAfter(again), { events: 2, id: '9' });
      const last = recordAfter(headAfter(next), { id: '10', events: 0 });
      let head = EMPTY;
      for (const record of [first, idle, again, next, last]) {
        expect(await log.append(record, head, indexOf())).toEqual({ outcome: 'appended' });
        head = headAfter(record);
        expect(await log.head('cnv_a')).toEqual({ ...head, epoch: 'epo_1' });
      }
      expect(head).toMatchObject({ seq: 4, number: 5 });
      expect(await log.findCommand('cnv_a', 'prt_1', '7')).toEqual(idle);
      expect(await log.findCommand('cnv_a', 'prt_1', '10')).toEqual(last);
      const behind = recordAfter(head, { id: '7' });
      expect(await log.append(behind, head, indexOf())).toEqual({ outcome: 'duplicate', record: idle });
      const stale = recordAfter(headAfter(next), { id: '11' });
      expect(await log.append(stale, headAfter(next), indexOf())).toEqual({ outcome: 'conflict', head });
      const { conversations } = await log.list({}, { limit: 1 });
      expect(conversations[0]).toMatchObject({ seq: 4, changedAt: last.at });
    });

    test('[FL-10] pages of events pass over records without any, pages of records do not', async () => {
      const records: LogRecord[] = [];
      let head = EMPTY;
      for (const [index, events] of [1, 0, 0, 2, 0, 1, 0, 0].entries()) {
        const record = recordAfter(head, { events, id: `c${index}` });
        await log.append(record, head, indexOf());
        records.push(record);
        head = headAfter(record);
      }
      const [first, , , second, , third] = records;
      expect(await log.read('cnv_a', 0, ALL)).toEqual([first, second, third]);
      expect(await log.read('cnv_a', 1, { limit: 1, maxBytes: 1e6 })).toEqual([second]);
      expect(await log.read('cnv_a', 2, { limit: 1, maxBytes: 1e6 })).toEqual([second]);
      expect(await log.read('cnv_a', 3, ALL)).toEqual([third]);
      expect(await log.read('cnv_a', 4, ALL)).toEqual([]);
      for (const limit of [1, 2, 3, 100]) {
        const seen: LogRecord[] = [];
        for (let page; page === undefined || page.length > 0;) {
          page = await log.readRecords('cnv_a', seen.length, { limit, maxBytes: 1e6 });
          expect(page.length).toBeLessThanOrEqual(limit);
          seen.push(...page);
        }
        expect(seen).toEqual(records);
      }
      expect(await log.readRecords('cnv_a', 3, { limit: 100, maxBytes: 1 })).toEqual(records.slice(3, 4));
      expect(await log.readRecords('cnv_a', 99, ALL)).toEqual([]);
      expect(await log.readRecords('cnv_none', 0, ALL)).toEqual([]);
    });

    test('[RL-2] an append behind anything but the head is a conflict and stores nothing', async () => {
      const [first] = await fill(log, 1);
      const head = headAfter(first!);
      const rival = recordAfter(EMPTY, { text: 'rival' });
      expect(await log.append(rival, EMPTY, indexOf({ title: 'rival' }))).toEqual({
        outcome: 'conflict',
        head,
      });
      const forked = { ...head, hash: rival.hash };
      expect(await log.append(recordAfter(forked), forked, indexOf())).toEqual({ outcome: 'conflict', head });
      const ahead = { ...head, seq: 9 };
      expect(await log.append(recordAfter(ahead), ahead, indexOf())).toEqual({ outcome: 'conflict', head });
      const other = recordAfter(ahead, { conversation: 'cnv_b' });
      expect(await log.append(other, ahead, indexOf())).toEqual({ outcome: 'conflict', head: EMPTY });
      expect(await log.read('cnv_a', 0, ALL)).toEqual([first]);
      expect((await log.list({}, { limit: 10 })).conversations.map(({ title }) => title)).toEqual(['T']);
      expect(await log.head('cnv_b')).toBeNull();
    });

    test('[RL-2] of rivals that append at once exactly one wins', async () => {
      const rivals = Array.from({ length: 20 }, (_, index) => recordAfter(EMPTY, { text: `rival ${index}` }));
      const outcomes = await Promise.all(rivals.map((rival) => log.append(rival, EMPTY, indexOf())));
      const won = rivals.filter((_, index) => outcomes[index]!.outcome === 'appended');
      expect(won).toHaveLength(1);
      expect(await log.read('cnv_a', 0, ALL)).toEqual(won);
    });

    test('[RL-1] [FL-10] a repeated command is answered with its first record, wherever the head is', async () => {
      const first = recordAfter(EMPTY, { id: '7', events: 2 });
      await log.append(first, EMPTY, indexOf());
      const [second] = await fill(log, 1, {}, headAfter(first));
      const duplicate = { outcome: 'duplicate', record: first };
      expect(await log.append(recordAfter(EMPTY, { id: '7' }), EMPTY, indexOf())).toEqual(duplicate);
      const again = recordAfter(headAfter(second!), { id: '7', text: 'another body' });
      expect(await log.append(again, headAfter(second!), indexOf())).toEqual(duplicate);
      expect(await log.findCommand('cnv_a', 'prt_1', '7')).toEqual(first);
      expect(await log.read('cnv_a', 0, ALL)).toEqual([first, second]);
    });

    test('a command id belongs to one author and one conversation', async () => {
      const [first] = await fill(log, 1, { id: '7' });
      const head = headAfter(first!);
      const byOther = recordAfter(head, { id: '7', author: 'prt_2' });
      expect(await log.append(byOther, head, indexOf())).toEqual({ outcome: 'appended' });
      const [elsewhere] = await fill(log, 1, { id: '7', conversation: 'cnv_b' });
      expect(await log.findCommand('cnv_a', 'prt_2', '7')).toEqual(byOther);
      expect(await log.findCommand('cnv_b', 'prt_1', '7')).toEqual(elsewhere);
      expect(await log.findCommand('cnv_b', 'prt_2', '7')).toBeNull();
      expect(await log.findCommand('cnv_a', 'prt_1', '8')).toBeNull();
    });

    test("an author's last 1 000 commands are remembered", async () => {
      let head = EMPTY;
      for (let index = 0; index < 1_000; index++) {
        const record = recordAfter(head, { id: `c${index}`, at: index * 1_000_000 });
        await log.append(record, head, indexOf());
        head = headAfter(record);
      }
      expect((await log.findCommand('cnv_a', 'prt_1', 'c0'))?.lastSeq).toBe(1);
      expect((await log.findCommand('cnv_a', 'prt_1', 'c999'))?.lastSeq).toBe(1_000);
    });

    test('a record that is not whole is refused as a fault of the hub and stores nothing', async () => {
      const good = recordAfter(EMPTY, { events: 2 });
      const broken: LogRecord[] = [
        { ...good, events: [], lastSeq: 0 },
        { ...good, events: [], lastSeq: 0, command: { author: 'prt_1', id: '1', digest: 'd' } },
        { ...good, number: 2 },
        { ...good, lastSeq: 3 },
        { ...good, firstSeq: 2 },
        { ...good, previousHash: 'x' },
        { ...good, events: [good.events[0]!, { ...good.events[1]!, seq: 9 }] },
        { ...good, events: [good.events[0]!, { ...good.events[1]!, json: '{\n}' }] },
        { ...good, events: [good.events[0]!, { ...good.events[1]!, json: '' }] },
      ];
      for (const record of broken) {
        const refused = log.append(record, EMPTY, indexOf());
        await expect(refused).rejects.toThrow(/refused/);
        await expect(refused).rejects.not.toBeInstanceOf(StorageError);
      }
      expect(await log.head('cnv_a')).toBeNull();
    });

    test('the newest snapshot is kept, and an older one does not replace it', async () => {
      const records = await fill(log, 3);
      const [old, recent] = records
        .slice(1)
        .map((record) => ({ ...headAfter(record), state: `{"seq":${record.lastSeq}}` }));
      await log.saveSnapshot('cnv_a', recent!);
      await log.saveSnapshot('cnv_a', old!);
      expect(await log.latestSnapshot('cnv_a')).toEqual(recent);
      // With the same seq the one of the later record counts.
      const idle = recordAfter(headAfter(records[2]!), { id: 'idle', events: 0 });
      await log.append(idle, headAfter(records[2]!), indexOf());
      const later = { ...headAfter(idle), state: '{"idle":true}' };
      await log.saveSnapshot('cnv_a', later);
      await log.saveSnapshot('cnv_a', recent!);
      expect(await log.latestSnapshot('cnv_a')).toEqual(later);
      await expect(log.saveSnapshot('cnv_none', old!)).rejects.toThrow('cnv_none');
    });

    test('each append replaces what is known of the conversation', async () => {
      const first = recordAfter(EMPTY, { at: 5 });
      await log.append(first, EMPTY, indexOf({ due: 50, attended: true, readers: ['ann'] }));
      const changed = { status: 'ended', title: 'New', due: null, attended: false, summary: '{"n":1}' };
      const second = recordAfter(headAfter(first), { at: 9, epoch: 'epo_2' });
      await log.append(second, headAfter(first), { ...changed, readers: ['bob'] });
      const listed = { ...changed, conversation: 'cnv_a', epoch: 'epo_2', seq: 2, changedAt: 9 };
      for (const filter of [{}, { reader: 'ann' }, { reader: 'bob' }, { status: 'ended' }]) {
        expect(await log.list(filter, { limit: 5 })).toEqual({ conversations: [listed], cursor: null });
      }
      for (const filter of [{ reader: 'eve' }, { status: 'active' }, { attended: true as const }]) {
        expect(await log.list(filter, { limit: 5 })).toEqual({ conversations: [], cursor: null });
      }
      expect(await log.dueBefore(1_000, 5)).toEqual([]);
    });

    test('lists are paged newest first, without gap or repetition, for each filter', async () => {
      for (let index = 0; index < 23; index++) {
        const record = recordAfter(EMPTY, { conversation: `cnv_${index}`, at: Math.floor(index / 4) });
        const readers = index % 2 === 0 ? ['ann', 'bob'] : ['bob'];
        await log.append(
          record,
          EMPTY,
          indexOf({ readers, attended: index % 3 === 0, status: index < 20 ? 'a' : 'b' }),
        );
      }
      const newestFirst = Array.from({ length: 23 }, (_, index) => 22 - index);
      const cases = [
        { filter: {}, expected: newestFirst },
        { filter: { reader: 'ann' }, expected: newestFirst.filter((index) => index % 2 === 0) },
        { filter: { attended: true as const }, expected: newestFirst.filter((index) => index % 3 === 0) },
        { filter: { status: 'a', reader: 'bob' }, expected: newestFirst.filter((index) => index < 20) },
      ];
      for (const { filter, expected } of cases) {
        const seen: string[] = [];
        let cursor: string | null = null;
        do {
          const page = await log.list(filter, cursor === null ? { limit: 4 } : { limit: 4, cursor });
          expect(page.conversations.length).toBeLessThanOrEqual(4);
          seen.push(...page.conversations.map(({ conversation }) => conversation));
          cursor = page.cursor;
        } while (cursor !== null);
        expect(seen).toEqual(expected.map((index) => `cnv_${index}`));
      }
    });

    test('a cursor that was not given out is refused by name', async () => {
      for (const cursor of [
        '',
        'x',
        'WzEsMl0=',
        Buffer.from('[1,"2"]').toString('base64url'),
        'A'.repeat(10_000),
      ]) {
        await expect(log.list({}, { limit: 1, cursor })).rejects.toBeInstanceOf(InvalidCursorError);
      }
    });

    test('deadlines come earliest first, none at or after the instant', async () => {
      for (const due of [30, 10, null, 20, 40]) {
        const record = recordAfter(EMPTY, { conversation: `cnv_${due}` });
        await log.append(record, EMPTY, indexOf({ due }));
      }
      const [ten, twenty, thirty] = [10, 20, 30].map((at) => ({ conversation: `cnv_${at}`, due: at }));
      expect(await log.dueBefore(40, 10)).toEqual([ten, twenty, thirty]);
      expect(await log.dueBefore(41, 2)).toEqual([ten, twenty]);
      expect(await log.dueBefore(10, 10)).toEqual([]);
    });

    test('[DG-2] a closed log refuses everything and says why; closing again is no error', async () => {
      await log.close();
      await log.close();
      const refusals = [
        log.append(recordAfter(EMPTY), EMPTY, indexOf()),
        log.read('cnv_a', 0, ALL),
        log.readRecords('cnv_a', 0, ALL),
        log.head('cnv_a'),
        log.list({}, { limit: 1 }),
      ];
      for (const refusal of refusals)
        await expect(refusal).rejects.toMatchObject({ code: 'storage.unavailable' });
    });
  });
}
