import { expect, test } from 'vitest';
import { EMPTY, eventLogContract, headAfter, indexOf, recordAfter } from '../ports/event-log.contract.ts';
import { MemoryEventLog } from './event-log.memory.ts';

eventLogContract('memory', async () => {
  const log = new MemoryEventLog();
  return { log, dispose: () => log.close() };
});

test('commands are forgotten once they are neither among the last 1 000 nor of the last 24 h', async () => {
  const log = new MemoryEventLog();
  let head = EMPTY;
  const append = async (id: string, at: number) => {
    const record = recordAfter(head, { id, at });
    await log.append(record, head, indexOf());
    head = headAfter(record);
  };
  for (let index = 0; index <= 1_000; index++) await append(`c${index}`, index);
  expect(await log.findCommand('cnv_a', 'prt_1', 'c0')).not.toBeNull();
  await append('c1001', 86_400_000 + 1_000);
  expect(await log.findCommand('cnv_a', 'prt_1', 'c1')).toBeNull();
  expect(await log.findCommand('cnv_a', 'prt_1', 'c2')).not.toBeNull();
});
