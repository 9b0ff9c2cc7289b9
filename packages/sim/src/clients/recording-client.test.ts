import { expect, test } from 'vitest';
import { RecordingClient } from './recording-client.ts';
import type { Surroundings, WireListener } from './surroundings.ts';

/** A hub that takes the connection and never says anything; nothing happens by time. */
function silence(): { surroundings: Surroundings; closed: () => boolean } {
  let closed = false;
  const surroundings: Surroundings = {
    now: () => 0,
    ordered: true,
    after: () => () => undefined,
    connect: (listener: WireListener) => ({
      send: () => undefined,
      close: () => {
        closed = true;
        listener.close();
      },
    }),
  };
  return { surroundings, closed: () => closed };
}

test('who is closed tells whoever waits that no answer will come, and takes nothing any more', async () => {
  const { surroundings, closed } = silence();
  const client = new RecordingClient({ name: 'c', conversation: 'cnv_1' }, surroundings);
  client.connect();
  const before = client.send('topic.set', { topic: 'a' });
  await client.close();
  expect(closed()).toBe(true);
  expect(await before).toEqual({ outcome: 'abandoned' });
  expect(await client.send('topic.set', { topic: 'b' })).toEqual({ outcome: 'abandoned' });
  expect(client.waiting).toBe(0);
});
