import { describe, expect, test } from 'vitest';
import { settled } from './testing/manual-clock.ts';
import { scenario } from './testing/scenario.ts';

const say = (hub: Awaited<ReturnType<typeof scenario>>['hub'], author: string, topic: string) =>
  hub.act(author, 'topic.set', { topic });

describe('events()', () => {
  test('gives every event in order, and ends when the room closes', async () => {
    const { hub, room, connection } = await scenario();
    const topics: string[] = [];
    const reading = (async () => {
      for await (const event of room.events()) {
        if (event.event === 'topic.changed') topics.push(event.data.topic);
      }
      return 'over';
    })();
    for (const topic of ['a', 'b', 'c']) say(hub, room.me, topic);
    await settled();
    await connection.close();
    expect(await reading).toBe('over');
    expect(topics).toEqual(['a', 'b', 'c']);
  });

  test('a reader that falls behind gets what was held, then a clear error, then the end', async () => {
    const { hub, room, connection } = await scenario();
    const reader = room.events({ buffer: 2 })[Symbol.asyncIterator]();
    for (const topic of ['a', 'b', 'c', 'd']) say(hub, room.me, topic);
    await settled();
    expect((await reader.next()).value).toMatchObject({ data: { topic: 'a' } });
    expect((await reader.next()).value).toMatchObject({ data: { topic: 'b' } });
    await expect(reader.next()).rejects.toMatchObject({ code: 'client.buffer_overflow' });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(room.view.context.topic).toBe('d');
    await connection.close();
  });

  test('an aborted signal ends it with its reason; leaving the loop ends it quietly', async () => {
    const { hub, room, connection } = await scenario();
    const stop = new AbortController();
    const waiting = room.events({ signal: stop.signal })[Symbol.asyncIterator]().next();
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    const left = (async () => {
      for await (const event of room.events()) return event.event;
      return null;
    })();
    say(hub, room.me, 'x');
    expect(await left).toBe('topic.changed');
    await connection.close();
  });

  test('of a room that was closed from outside it throws why', async () => {
    const { hub, room } = await scenario();
    const waiting = room.events()[Symbol.asyncIterator]().next();
    hub.disconnect(4409);
    await expect(waiting).rejects.toMatchObject({ code: 'client.replaced' });
    const late = room.events()[Symbol.asyncIterator]();
    await expect(late.next()).rejects.toMatchObject({ code: 'client.replaced' });
  });
});

describe('subscribe', () => {
  test('many events of one moment are one notification', async () => {
    const { hub, room, connection } = await scenario();
    let told = 0;
    const stop = room.subscribe(() => (told += 1));
    const held: string[] = [];
    hub.onSend = (text) => (text.includes('topic.changed') ? (held.push(text), 'drop') : 'pass');
    for (const topic of ['a', 'b', 'c']) say(hub, room.me, topic);
    await settled();
    hub.onSend = () => 'pass';
    hub.socket.push(`{"batch":[${held.join(',')}]}`);
    await settled();
    expect(told).toBe(1);
    expect(room.view.context.topic).toBe('c');
    stop();
    say(hub, room.me, 'd');
    await settled();
    expect(told).toBe(1);
    await connection.close();
  });

  test('a listener that throws is reported, and the others hear all the same', async () => {
    const { hub, room, connection, reported } = await scenario();
    const heard: string[] = [];
    room.on(() => {
      throw new Error('my own fault');
    });
    room.on((event) => heard.push(event.event));
    say(hub, room.me, 'x');
    await settled();
    expect(heard).toEqual(['topic.changed']);
    expect(reported).toMatchObject([{ message: 'my own fault' }]);
    await connection.close();
  });
});

test('the first events are heard even when they come in one breath with the answer to the join', async () => {
  const { hub, room, connection } = await scenario({}, {}, (prepared) => {
    prepared.onSend = (text) => {
      if (text.includes('resumeToken')) queueMicrotask(() => say(prepared, 'prt_ann', 'at once'));
      return 'pass';
    };
  });
  const heard: string[] = [];
  room.on((event) => heard.push(event.event));
  await settled();
  expect(heard).toEqual(['topic.changed']);
  expect(room.view.seq).toBe(hub.state.seq);
  await connection.close();
});

test('the outline stays the same object while somebody just talks', async () => {
  const { hub, room, connection } = await scenario();
  hub.addMember('bob');
  hub.act('bob', 'floor.request', {});
  await settled();
  const { utterance } = hub.act('bob', 'speech.start', { grant: room.view.floor.holders[0]!.grant }) as {
    utterance: string;
  };
  await settled();
  const { outline, view } = room;
  hub.act('bob', 'speech.delta', { utterance, text: 'word', offset: 0 });
  await settled();
  expect(room.outline).toBe(outline);
  expect(room.view).not.toBe(view);
  expect(room.view.speaking[0]?.text).toBe('word');
  await connection.close();
});
