import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import { call, openHub } from '../hub.fixture.ts';
import { PEERS } from './peers.fixture.ts';
import { ANN, BOT, roomsOver } from './room.fixture.ts';

const UTTERANCES = 400;
const TEXT = 'x'.repeat(32_000);

let hub: Hub;
beforeAll(async () => {
  hub = await openHub({ limits: { commandsPerSecond: 10_000, commandsBurst: 10_000 } });
});
afterAll(() => hub.stop());

const bufferedBytes = async (): Promise<number> => {
  const { body } = await call(hub, 'GET', '/metrics');
  return Number(/^parley_outbox_bytes (\d+)$/m.exec(body)![1]);
};

describe.each(PEERS)('[CN-1] [CN-2] a slow reader over $name', (kind) => {
  const room = roomsOver(kind, () => hub);

  it('costs no memory, delays nobody, and gets everything in order once it reads on', async () => {
    const here = await room();
    const [speaker, slow] = [await here.witness(ANN), await here.member(BOT)];
    if (kind.buffers) slow.stopReading();
    const { grant } = await speaker.do('floor.request');
    let highest = 0;
    for (let index = 0; index < UTTERANCES; index += 1) {
      await speaker.do('speech', { grant, text: TEXT, final: false });
      if (index % 50 === 49) highest = Math.max(highest, await bufferedBytes());
    }
    const head = await here.head();
    // Whoever reads has everything, while the other has nothing.
    await speaker.upTo(head);
    expect(highest).toBeLessThan(3 * 1024 * 1024);
    if (kind.buffers) expect(slow.durable().length).toBeLessThan(UTTERANCES / 2);
    slow.readOn();
    await slow.upTo(head);
    slow.expectChain();
    const from = slow.resume!.seq;
    expect(slow.durable()).toHaveLength(head - from);
  }, 30_000);
});
