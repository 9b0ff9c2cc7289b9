import { afterEach, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import { createLogger } from '../operations/logging.ts';
import type { LocalConnection } from './local.ts';
import { createConversation, dial, greet, openHub } from './hub.fixture.ts';

let hub: Hub | null = null;
afterEach(async () => {
  await hub?.stop();
  hub = null;
});

it('[CN-2] a listener in this process that throws is cut off, and nobody else hears less for it', async () => {
  const logged: string[] = [];
  hub = await openHub(
    {},
    { logger: createLogger('error', { write: (line: string) => void logged.push(line) }) },
  );
  const { id } = await createConversation(hub);
  const told: string[] = [];
  const closed = Promise.withResolvers<number>();
  let broken = false;
  const connection: LocalConnection = hub.connectLocal({
    open: () => connection.send(JSON.stringify({ id: '1', op: 'hello', data: {} })),
    message: (text) => {
      if (broken) throw new Error('a fault of the host application');
      told.push(text);
      const data = { kind: 'agent', displayName: 'Broken', catchUp: { last: 0 } };
      if (told.length === 1) {
        connection.send(JSON.stringify({ id: '2', op: 'conversation.join', conversation: id, data }));
      }
    },
    close: (code) => {
      closed.resolve(code);
      throw new Error('another fault');
    },
  });
  const ann = await greet(await dial(hub));
  await ann.do('conversation.join', id, { kind: 'human', displayName: 'Ann' });
  const bob = await greet(await dial(hub));
  await bob.do('conversation.join', id, { kind: 'human', displayName: 'Bob' });
  await expect.poll(() => told.length).toBeGreaterThan(2);
  broken = true;
  await ann.do('topic.set', id, { topic: 'Tea' });
  await bob.event('topic.changed');
  expect(await closed.promise).toBe(1011);
  await ann.event('participant.disconnected');
  expect(logged.join()).toContain('a fault of the host application');
  for (const peer of [ann, bob]) peer.close();
});
