import { setImmediate } from 'node:timers/promises';
import type { Head } from '../ports/event-log.ts';
import { seal } from '../ports/record.ts';
import { openSqliteLog } from './event-log.sqlite.ts';

/**
 * A process to be killed: appends to eight conversations at once, from wherever they are, and says on
 * standard output what was acknowledged, one `conversation seq hash` a line.
 */
const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: writer.fixture.ts DIRECTORY');
const log = await openSqliteLog({ directory });

async function write(conversation: string): Promise<never> {
  let head: Head = (await log.head(conversation)) ?? { seq: 0, hash: '' };
  for (;;) {
    const seq = head.seq + 1;
    const json = JSON.stringify({
      event: 'speech.ended',
      conversation,
      seq,
      data: { text: 'x'.repeat(200) },
    });
    const record = seal(
      {
        conversation,
        epoch: 'epo_1',
        firstSeq: seq,
        lastSeq: seq,
        at: Date.now(),
        command: { author: 'prt_1', id: `c${seq}`, digest: 'd' },
        reply: '{}',
        events: [{ seq, audience: 'all', json }],
      },
      head.hash,
    );
    const index = { status: 'active', title: '', due: null, attended: true, summary: '{}', readers: [] };
    const { outcome } = await log.append(record, head, index);
    if (outcome !== 'appended') throw new Error(`${conversation} ${seq}: ${outcome}`);
    process.stdout.write(`${conversation} ${seq} ${record.hash}\n`);
    head = { seq, hash: record.hash };
    await setImmediate();
  }
}

await Promise.all(Array.from({ length: 8 }, (_, index) => write(`cnv_${index}`)));
