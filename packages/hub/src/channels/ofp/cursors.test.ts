import { expect, it } from 'vitest';
import { Cursors } from './cursors.ts';

it('[OF-6] forgets who was not heard of for longest, where there are more than ten thousand', () => {
  const cursors = new Cursors();
  const cursor = (seq: number) => ({ participant: 'prt_1', seq });
  for (let each = 0; each < 10_000; each += 1) cursors.set('cnv_1', `p${each}`, cursor(each));
  cursors.set('cnv_1', 'p0', cursor(10_000));
  cursors.set('cnv_2', 'p0', cursor(1));
  expect(cursors.get('cnv_1', 'p1')).toBeUndefined();
  expect([cursors.get('cnv_1', 'p0'), cursors.get('cnv_1', 'p2')]).toEqual([cursor(10_000), cursor(2)]);
  expect(cursors.get('cnv_2', 'p0')).toEqual(cursor(1));
  cursors.delete('cnv_1', 'p0');
  expect(cursors.get('cnv_1', 'p0')).toBeUndefined();
});
