import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import { createConversation, openHub, tokenFor } from '../hub.fixture.ts';
import {
  clientOf,
  comeIn,
  figure,
  follow,
  Followed,
  Person,
  roomOf,
  saying,
  stateOf,
  taskIn,
  textOf,
} from './a2a.fixture.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await openHub();
});
afterAll(() => hub.stop());

describe('words that wait for a turn', () => {
  it('[A2-6] are said in the order in which they came, one turn each, and no more than eight wait', async () => {
    const { id } = await createConversation(hub, { config: { floor: { maxConsecutiveAgentTurns: 0 } } });
    const ann = await Person.join(hub, id);
    const client = await clientOf(hub, roomOf(id), 'JSONRPC');
    const grant = await ann.floor();
    const task = await comeIn(client);
    const say = (text: string) => client.sendMessage(saying(text, { taskId: task.id, now: true }));
    for (let words = 1; words <= 8; words += 1) await say(`Words ${words}`);
    await expect(say('Words 9')).rejects.toThrow('Too much waits to be said already.');
    await ann.peer.do('speech', id, { grant, text: 'Go on.' });
    await ann.hears('Words 8');
    const said = ann.peer.events().filter(({ event }) => event === 'speech.ended');
    expect(said.map(({ data }) => data.text)).toEqual([
      'Go on.',
      ...Array.from({ length: 8 }, (_, index) => `Words ${index + 1}`),
    ]);
    expect(new Set(said.map(({ data }) => data.grant)).size).toBe(9);
    ann.peer.close();
  });

  it('[A2-6] are refused with their reason, to a call and on a stream', async () => {
    const { id } = await createConversation(hub);
    const client = await clientOf(hub, roomOf(id), 'JSONRPC');
    const observer = { join: { displayName: 'Watcher', roles: ['observer'] } };
    await expect(client.sendMessage(saying('May I?', { parley: observer }))).rejects.toThrow(/observer/i);
    const stream = follow(
      client,
      saying('May I?', { parley: { join: { ...observer.join, displayName: 'Other' } } }),
    );
    const refused = await stream.until('refusal', ({ payload }) =>
      payload?.$case === 'statusUpdate' && payload.value.metadata?.['parley'].refused ? payload.value : null,
    );
    expect(refused.metadata).toEqual({
      parley: { refused: { code: 'floor.observer', message: expect.any(String) } },
    });
    await stream.stop();
  });

  it('[A2-6] and are refused when nobody waits to be told, are in the task with their reason, until they are sent again', async () => {
    const { id } = await createConversation(hub);
    const client = await clientOf(hub, roomOf(id), 'JSONRPC');
    const observer = { join: { displayName: 'Watcher', roles: ['observer'] } };
    const sent = saying('May I?', { id: 'may-i', now: true, parley: observer });
    const { id: task } = taskIn(await client.sendMessage(sent));
    const look = () => client.getTask({ tenant: '', id: task });
    const notSaid = async () => (await look()).metadata?.['parley'].notSaid;
    await expect
      .poll(notSaid)
      .toEqual([
        { messageId: 'may-i', code: 'floor.observer', message: expect.any(String), at: expect.any(String) },
      ]);
    const shown = await look();
    expect(stateOf(shown)).toBe('TASK_STATE_WORKING');
    expect(textOf(shown.status?.message?.parts)).toMatch(/^Not said: .*observer/i);
    const stream = new Followed((signal) => client.resubscribeTask({ tenant: '', id: task }, { signal }));
    const first = await stream.until('task', ({ payload }) => payload?.$case === 'task' && payload.value);
    expect(first.metadata?.['parley'].notSaid).toMatchObject([{ messageId: 'may-i' }]);
    await stream.stop();
    // Who waits for the answer is told by it: nothing is left for the task to say.
    await expect(client.sendMessage(saying('May I?', { id: 'may-i', taskId: task }))).rejects.toThrow(
      /observer/i,
    );
    expect(await notSaid()).toBeUndefined();
    expect((await look()).status?.message).toBeUndefined();
  });

  it('[A2-6] that say something impossible are refused at once, and nothing waits', async () => {
    const { id } = await createConversation(hub);
    const ann = await Person.join(hub, id);
    const client = await clientOf(hub, roomOf(id), 'JSONRPC');
    const parley = { speech: { addressedTo: ['prt_nobody'] } };
    await expect(client.sendMessage(saying('Hello?', { parley }))).rejects.toThrow(/addressedTo/);
    expect(ann.peer.events().map(({ event }) => event)).not.toContain('speech.ended');
    ann.peer.close();
  });

  it('[A2-6] may say how the floor is asked for, and to whom they are', async () => {
    const { id } = await createConversation(hub, {
      config: { floor: { strategy: { kind: 'priority' } } },
    });
    const ann = await Person.join(hub, id);
    const grant = await ann.floor();
    const client = await clientOf(hub, roomOf(id), 'JSONRPC');
    const task = await comeIn(client);
    await client.sendMessage(
      saying('Fire!', {
        taskId: task.id,
        now: true,
        parley: {
          request: { urgency: 0.6 },
          speech: { addressedTo: [ann.me], expectsReply: true, topics: ['safety'] },
        },
      }),
    );
    const asked = await ann.peer.event('floor.requested', ({ data }) => data.participant !== ann.me);
    expect(asked['data']).toMatchObject({ urgency: 0.6 });
    await ann.peer.do('speech', id, { grant, text: 'What is it?' });
    expect((await ann.hears('Fire!'))['data']).toMatchObject({
      addressedTo: [ann.me],
      expectsReply: true,
      topics: ['safety'],
    });
    ann.peer.close();
  });

  it('[A2-6] are not said after their speaker has left', async () => {
    const { id } = await createConversation(hub);
    const ann = await Person.join(hub, id);
    const grant = await ann.floor();
    const client = await clientOf(hub, roomOf(id), 'JSONRPC');
    const task = await comeIn(client);
    const waits = client
      .sendMessage(saying('Too late.', { taskId: task.id }))
      .catch((error: unknown) => error);
    await ann.peer.event('floor.requested', ({ data }) => data.participant !== ann.me);
    await client.cancelTask({ tenant: '', id: task.id, metadata: undefined });
    expect(await waits).toMatchObject({ message: 'This membership is over.' });
    await ann.peer.do('speech', id, { grant, text: 'Bye.' });
    await ann.say('Quiet here.');
    const said = ann.peer.events().filter(({ event }) => event === 'speech.ended');
    expect(said.map(({ data }) => data.text)).toEqual(['Bye.', 'Quiet here.']);
    ann.peer.close();
  });
});

describe('a stream', () => {
  it('[A2-6] sends as a whole what it had missed the start of', async () => {
    const { id } = await createConversation(hub);
    const ann = await Person.join(hub, id);
    const client = await clientOf(hub, roomOf(id), 'JSONRPC');
    const task = await comeIn(client);
    const grant = await ann.floor();
    const { utterance } = await ann.peer.do('speech.start', id, { grant });
    const piece = (text: string) =>
      ann.peer.sendText(
        JSON.stringify({ id: text.trim(), op: 'speech.delta', conversation: id, data: { utterance, text } }),
      );
    piece('One ');
    await ann.peer.do('signal', id, { kind: 'backchannel', text: 'hm' });
    const stream = new Followed((signal) => client.resubscribeTask({ tenant: '', id: task.id }, { signal }));
    await stream.until('task', ({ payload }) => payload?.$case === 'task');
    piece('two ');
    piece('three');
    await ann.peer.do('speech.end', id, { utterance });
    const whole = await stream.artifact('Ann');
    expect(whole).toMatchObject({ append: false, lastChunk: true });
    expect(stream.pieces('Ann').map(({ text }) => text)).toEqual(['One two three']);
    await stream.stop();
    ann.peer.close();
  });

  it('[A2-7] ends when its token does', async () => {
    const guarded = await openHub({ open: false });
    try {
      const { id } = await createConversation(guarded, {}, await tokenFor(guarded, 'owner'));
      const token = await tokenFor(guarded, 'brief', { ttlSeconds: 1 });
      const client = await clientOf(guarded, roomOf(id), 'JSONRPC', token);
      const stream = follow(client, saying('', {}));
      const task = await stream.until('task', ({ payload }) => payload?.$case === 'task' && payload.value);
      expect(await stream.ended).toBeNull();
      await expect(client.getTask({ tenant: '', id: task.id })).rejects.toThrow('401');
      expect(await figure(guarded, 'parley_connections{channel="a2a"}')).toBe(0);
    } finally {
      await guarded.stop();
    }
  });

  it('[A2-7] that nobody reads costs a cursor, and loses nothing when it is read', async () => {
    const { id } = await createConversation(hub, { config: { floor: { maxConsecutiveAgentTurns: 0 } } });
    const ann = await Person.join(hub, id);
    const task = await comeIn(await clientOf(hub, roomOf(id), 'JSONRPC'));
    const response = await fetch(`${hub.url}${roomOf(id)}tasks/${task.id}:subscribe`);
    const long = 'x'.repeat(30_000);
    const lines = 120;
    for (let line = 0; line < lines; line += 1) await ann.say(`${line} ${long}`);
    expect(await figure(hub, 'parley_outbox_bytes')).toBeLessThan(2 * 1024 * 1024);
    const seen: number[] = [];
    let text = '';
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    while (seen.length < lines) {
      const { value, done } = await reader.read();
      if (done) throw new Error('the stream ended');
      text += value;
      const events = text.split('\n\n');
      text = events.pop()!;
      for (const event of events) {
        const { artifactUpdate } = JSON.parse(
          event.replace(/^data: /, '{"x":').replace(/^: beat/, '{"x":{}') + '}',
        ).x;
        if (artifactUpdate) seen.push(Number.parseInt(artifactUpdate.artifact.parts[0].text, 10));
      }
    }
    expect(seen).toEqual(Array.from({ length: lines }, (_, line) => line));
    await reader.cancel();
    ann.peer.close();
  });

  it('[A2-7] leaves nothing behind when its task ends while nobody looks', async () => {
    const { id, token } = await createConversation(hub);
    const before = await figure(hub, 'parley_connections{channel="a2a"}');
    const client = await clientOf(hub, roomOf(id), 'HTTP+JSON');
    const blocked = client.sendMessage(saying('', {}));
    const owner = await Person.join(hub, id, 'Owner', token);
    await owner.peer.do('conversation.end', id);
    expect(stateOf(taskIn(await blocked))).toBe('TASK_STATE_COMPLETED');
    expect(await figure(hub, 'parley_connections{channel="a2a"}')).toBe(before);
    owner.peer.close();
  });
});

it('[CS-1] a turn waits neither for a stream that is read nor for a call that blocks', async () => {
  const consistency = { kind: 'strong', barrierTimeoutMs: 60_000 };
  const own = await openHub();
  const { id } = await createConversation(own, { config: { consistency } });
  const ann = await Person.join(own, id);
  const acknowledging = setInterval(() => {
    const last = ann.peer.events().findLast(({ seq }) => seq !== undefined);
    if (last)
      ann.peer.sendText(JSON.stringify({ id: 'a', op: 'ack', conversation: id, data: { seq: last['seq'] } }));
  }, 20);
  try {
    const client = await clientOf(own, roomOf(id), 'JSONRPC');
    const stream = follow(client, saying('', { parley: { join: { displayName: 'Stream' }, turns: false } }));
    await stream.until('task', ({ payload }) => payload?.$case === 'task');
    const blocked = client.sendMessage(
      saying('', { parley: { join: { displayName: 'Block' }, turns: false } }),
    );
    await ann.peer.event('participant.joined', ({ data }) => data.participant.displayName === 'Block');
    for (const text of ['One', 'Two', 'Three']) await ann.say(text);
    expect(ann.peer.events().map(({ event }) => event)).not.toContain('view.stale');
    await stream.stop();
    await own.stop();
    expect(stateOf(taskIn(await blocked))).toBe('TASK_STATE_WORKING');
  } finally {
    clearInterval(acknowledging);
    await own.stop();
  }
});
