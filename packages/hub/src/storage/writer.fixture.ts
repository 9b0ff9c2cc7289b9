import { setImmediate } from 'node:timers/promises';
import type { Head } from '../ports/event-log.ts';
import { headOf, NO_HEAD, seal } from '../ports/record.ts';
import { openSqliteLog } from './event-log.sqlite.ts';

/**
 * A process to be killed: appends to eight conversations at once, from wherever they are, and says on
 * standard output what was acknowledged, one `conversation number hash` a line. Every third record has no
 * events.
 */
const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: writer.fixture.ts DIRECTORY');
const log = await openSqliteLog({ directory });

async function write(conversation: string): Promise<never> {
  let head: Head = (await log.head(conversation)) ?? NO_HEAD;
  for (;;) {
    const number = head.number + 1;
    const seq = head.seq + 1;
    const changesNothing = number % 3 === 0;
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
        lastSeq: changesNothing ? head.seq : seq,
        at: Date.now(),
        command: { author: 'prt_1', id: `c${number}`, digest: 'd' },
        reply: '{}',
        events: changesNothing ? [] : [{ seq, audience: 'all', json }],
      },
      head,
    );
    const index = { status: 'active', title: '', due: null, attended: true, summary: '{}', readers: [] };
    const { outcome } = await log.append(record, head, index);
    if (outcome !== 'appended') throw new Error(`${conversation} ${number}: ${outcome}`);
    process.stdout.write(`${conversation} ${number} ${record.hash}\n`);
    head = headOf(record);
    await setImmediate();
  }
}

await Promise.all(Array.from({ length: 8 }, (_, index) => write(`cnv_${index}`)));
