import type { DatabaseSync } from 'node:sqlite';
import type { Head, Snapshot } from '../ports/event-log.ts';
import { headOf, NO_HEAD, sameHead } from '../ports/record.ts';
import type { Findings } from './findings.ts';
import { auditRecord } from './record-audit.ts';
import type { RecordRow } from './record-row.ts';
import { RECORD_COLUMNS } from './record-row.ts';
import { eventTexts } from './record-row.ts';
import { snapshotDigest } from './sqlite-reads.ts';

/** The end of the chain so far; `place` is that in the whole log's order. */
interface Link extends Head {
  readonly place: number;
}

type PlacedRow = RecordRow & { readonly place: number };

interface Kept extends Snapshot {
  readonly digest: string;
}

/** Looks at conversations one by one: every record, the links between them, the index and the snapshot. */
export class ChainCheck {
  records = 0;
  events = 0;
  readonly #database: DatabaseSync;
  readonly #findings: Findings;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync, findings: Findings) {
    this.#database = database;
    this.#findings = findings;
    this.#statements = prepare(database);
  }

  /** In one transaction, so that a running hub cannot put the index and the records apart. */
  walk(conversation: { readonly no: number; readonly id: string }): void {
    this.#database.exec('BEGIN');
    try {
      this.#walk(conversation);
    } finally {
      this.#database.exec('ROLLBACK');
    }
  }

  #walk({ no, id }: { readonly no: number; readonly id: string }): void {
    const kept = this.#statements.snapshot.get(no) as Kept | undefined;
    let snapshotHeld = false;
    let before: Link = { ...NO_HEAD, place: 0 };
    for (const row of this.#statements.records.iterate(no) as Iterable<unknown> as Iterable<PlacedRow>) {
      this.#checkRecord(row, before);
      const head = headOf(row);
      snapshotHeld ||= kept !== undefined && sameHead(kept, head);
      before = { ...head, place: row.place };
    }
    this.#checkHead(id, this.#statements.head.get(no), before);
    if (kept !== undefined && !(snapshotHeld && snapshotDigest(kept) === kept.digest)) {
      const message = snapshotHeld ? 'its snapshot was edited' : 'its snapshot is not of a record in the log';
      this.#findings.add('snapshot', id, kept.seq, message);
    }
  }

  #checkRecord(row: PlacedRow, before: Link): void {
    const { conversation, firstSeq, lastSeq } = row;
    const find = (kind: 'edited' | 'missing' | 'reordered', message: string, seq = firstSeq): void =>
      this.#findings.add(kind, conversation, seq, message);
    const events = eventTexts(row).length;
    this.records += 1;
    this.events += events;
    if (firstSeq + events - 1 !== lastSeq) {
      find('edited', `it holds ${events} events but claims to end at seq ${lastSeq}`);
    }
    if (firstSeq > before.seq + 1) {
      find('missing', `seq ${before.seq + 1} to ${firstSeq - 1} are gone`, before.seq + 1);
    } else if (firstSeq <= before.seq) {
      find('reordered', `it overlaps the record before it, which ends at ${before.seq}`);
    } else if (row.number !== before.number + 1) {
      const gone = row.number - before.number - 1;
      find('missing', `${gone} records without events behind seq ${before.seq} are gone`);
    } else if (row.previousHash !== before.hash) {
      find('edited', 'it was sealed behind another record than the one before it');
    }
    if (row.place < before.place) find('reordered', 'it was stored before the record that it follows');
    const damage = auditRecord(row);
    if (damage !== null) find(damage.kind, damage.message);
  }

  #checkHead(id: string, index: Record<string, unknown> | undefined, last: Link): void {
    const seq = Number(index?.['head_seq']);
    if (last.seq < seq) {
      const message = `seq ${last.seq + 1} to ${seq}, its newest, are gone`;
      this.#findings.add('missing', id, last.seq + 1, message);
    } else if (last.seq > seq) {
      this.#findings.add('index', id, seq, `its index ends there, its records at ${last.seq}`);
    } else if (last.number < Number(index?.['head_number'])) {
      this.#findings.add('missing', id, seq, 'its newest records, which have no events, are gone');
    } else if (last.hash !== index?.['head_hash'] || last.number !== index['head_number']) {
      this.#findings.add('edited', id, last.seq, 'its newest record is not the one that its index names');
    }
  }
}

function prepare(database: DatabaseSync) {
  return {
    head: database.prepare('SELECT head_seq, head_number, head_hash FROM conversations WHERE no = ?'),
    snapshot: database.prepare(
      'SELECT seq, number, hash, digest, state FROM snapshots WHERE conversation_no = ?',
    ),
    records: database.prepare(
      `SELECT r.seq AS place, ${RECORD_COLUMNS} FROM records r JOIN conversations c ON c.no = r.conversation_no
       WHERE r.conversation_no = ? ORDER BY r.number`,
    ),
  };
}
