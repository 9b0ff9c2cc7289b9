import { expect, test } from 'vitest';
import { FakeSink, Wires } from '../delivery/delivery.fixture.ts';
import { Frame } from '../delivery/frame.ts';
import { turns } from '../host/host.fixture.ts';
import { GatedOutbox } from './gated-outbox.ts';

test('[CN-2] what is held behind the answer to a join has a bound, and follows it in order', async () => {
  const wires = new Wires();
  const sink = new FakeSink();
  const gated = new GatedOutbox(wires.outbox(sink));
  for (let index = 1; index <= 256; index += 1) {
    expect(gated.hasRoom).toBe(true);
    gated.push(new Frame(`{"seq":${index}}`));
  }
  expect(gated.hasRoom).toBe(false);
  await turns(1);
  expect(sink.frames).toEqual([]);
  gated.open();
  expect(gated.hasRoom).toBe(true);
  await turns(1);
  expect(sink.frames.map(({ seq }) => seq)).toEqual(Array.from({ length: 256 }, (_, index) => index + 1));
});
