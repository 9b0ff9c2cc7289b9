import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import { FaultyLog } from '../../host/host.fixture.ts';
import { openHub } from '../hub.fixture.ts';
import { PEERS } from './peers.fixture.ts';
import { ANN, CY, roomsOver } from './room.fixture.ts';

let hub: Hub;
let faults: FaultyLog;
beforeEach(async () => {
  faults = new FaultyLog();
  hub = await openHub({}, { log: faults.log });
});
afterEach(async () => {
  faults.heal();
  await hub.stop();
});

describe.each(PEERS)('[CN-1] [DG-2] a log that cannot be written, over $name', (kind) => {
  const room = roomsOver(kind, () => hub);

  it.each(['storage.unavailable', 'storage.full'] as const)(
    'commands are refused with %s, live events and reading go on, and it heals by itself',
    async (code) => {
      const here = await room();
      const [ann, bot] = [await here.member(ANN), await here.witness()];
      await ann.do('topic.set', { topic: 'before' });
      await ann.event('topic.changed');
      faults.failAppends(code);
      const [one, two] = [
        { kind: 'task', text: 'lost 1' },
        { kind: 'task', text: 'lost 2' },
      ];
      const refused = await Promise.all([ann.ask('item.open', one, 'again'), ann.ask('item.open', two)]);
      for (const { ok, error } of refused) {
        expect(ok).toBe(false);
        expect(error).toMatchObject({ code, retryable: true });
        expect(error.retryAfterMs).toBeGreaterThan(0);
      }
      await bot.do('signal', { kind: 'hand' });
      if (kind.live) await ann.event('signal');
      await bot.event('signal');
      expect((await here.stranger().tryToJoin(here.id, CY)).error).toMatchObject({ code });
      expect(ann.durable().at(-1)!['event']).toBe('topic.changed');
      faults.heal();
      await ann.do('topic.set', { topic: 'after' });
      const told = await ann.event('topic.changed', ({ data }) => data.topic === 'after');
      // Nothing of what was refused has become part of the log.
      expect(told['after']).toBe(told['seq'] - 1);
      ann.expectChain();
      expect(JSON.stringify(ann.events)).not.toContain('lost');
      // The same command again is decided anew: a refusal is not kept.
      expect(await ann.do('item.open', one)).toMatchObject({ item: expect.any(String) });
      expect((await ann.ask('item.open', { kind: 'task', text: 'kept' }, 'again')).ok).toBe(true);
    },
  );
});
