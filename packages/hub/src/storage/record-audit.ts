import { hashOf } from '../ports/record.ts';
import type { RecordRow } from './record-row.ts';
import { eventTexts, fromRow } from './record-row.ts';

export interface Damage {
  readonly kind: 'edited' | 'reordered';
  readonly message: string;
}

/** What is wrong inside one record, looked at by itself; null where it is as it was sealed. */
export function auditRecord(row: RecordRow): Damage | null {
  const moved = misplacedEvent(row);
  if (moved !== null) return { kind: 'reordered', message: moved };
  let hash: string;
  try {
    hash = hashOf(fromRow(row), row.previousHash);
  } catch (error) {
    return { kind: 'edited', message: `its audiences cannot be read (${(error as Error).message})` };
  }
  if (hash === row.hash) return null;
  return { kind: 'edited', message: 'its content is not what its hash was made of' };
}

/** Each event's text carries its own seq; a record that was moved whole is known by it. */
function misplacedEvent(row: RecordRow): string | null {
  for (const [index, json] of eventTexts(row).entries()) {
    const seq = seqWithin(json);
    const place = row.firstSeq + index;
    if (seq !== null && seq !== place) return `the event at seq ${place} says of itself that it is ${seq}`;
  }
  return null;
}

function seqWithin(json: string): number | null {
  try {
    const event: unknown = JSON.parse(json);
    if (typeof event !== 'object' || event === null || !('seq' in event)) return null;
    return typeof event.seq === 'number' ? event.seq : null;
  } catch {
    // Not JSON: the hash says so more clearly than a position could.
    return null;
  }
}
