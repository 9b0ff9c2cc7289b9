import { once } from 'node:events';
import { connect } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import { startHub } from '../../app.ts';
import { SystemClock } from '../../host/clock.system.ts';
import { createLogger } from '../../operations/logging.ts';
import { settingsOf } from '../../operations/settings.ts';
import { call, createConversation, openHub } from '../hub.fixture.ts';
import {
  BINDINGS,
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
  hub = await openHub({ heartbeatMs: 50 });
});
afterAll(() => hub.stop());

/** Resolves when this figure is as it was. */
async function until(of: Hub, name: string, value: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await figure(of, name)) === value) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${name} is ${await figure(of, name)}, not ${value}`);
}

/** Four minutes and half a minute pass in a moment; everything else takes its time. */
class HastyClock extends SystemClock {
  override at(at: number, task: () => void): () => void {
    return this.after(Math.max(1, at - this.now()), task);
  }

  override after(ms: number, task: () => void): () => void {
    const hasty = (ms > 239_000 && ms <= 240_000) || ms === 30_000;
    return super.after(hasty ? 300 : ms, task);
  }
}

describe.each(BINDINGS)('over %s', (binding) => {
  it('[A2-7] a blocking call says its message and returns at the next turn with what was said since', async () => {
    const { id } = await createConversation(hub);
    const ann = await Person.join(hub, id);
    const client = await clientOf(hub, roomOf(id), binding);
    const first = client.sendMessage(saying('Good morning.', { parley: { join: { displayName: 'Bot' } } }));
    await ann.hears('Good morning.');
    await ann.say('Good morning, Bot.');
    const task = taskIn(await first);
    expect(stateOf(task)).toBe('TASK_STATE_INPUT_REQUIRED');
    expect(textOf(task.status!.message!.parts)).toBe(
      'It is your turn to speak.\n\n[Ann]: Good morning, Bot.',
    );
    expect(task.history.map(({ parts }) => textOf(parts))).toEqual(['Good morning.', 'Good morning, Bot.']);
    const second = client.sendMessage(saying('How are you?', { taskId: task.id }));
    await ann.hears('How are you?');
    await ann.say('Fine.');
    expect(textOf(taskIn(await second).status!.message!.parts)).toBe(
      'It is your turn to speak.\n\n[Ann]: Fine.',
    );
    ann.peer.close();
  });

  it('[A2-7] [RT-6] what was whispered is told as a whisper, with whoever else heard it', async () => {
    const { id } = await createConversation(hub, {
      config: { routing: { kind: 'broadcast', whisper: true } },
    });
    const ann = await Person.join(hub, id);
    const ben = await Person.join(hub, id, 'Ben');
    const client = await clientOf(hub, roomOf(id), binding);
    const stream = client.sendMessage(saying('Hello.', { parley: { join: { displayName: 'Bot' } } }));
    await ann.hears('Hello.');
    const bot = ann.peer.events().findLast(({ event }) => event === 'participant.joined')![
      'data'
    ].participant;
    await ann.say('Between us.', { to: [bot.id, ben.me] });
    const { message } = taskIn(await stream).status!;
    expect(textOf(message!.parts)).toBe(
      'It is your turn to speak.\n\n[Ann, in a whisper to you, Ben]: Between us.',
    );
    for (const { peer } of [ann, ben]) peer.close();
  });

  it('[A2-7] two that only block talk to each other in turns', async () => {
    const { id } = await createConversation(hub);
    const ann = await Person.join(hub, id);
    const ada = await clientOf(hub, roomOf(id), binding);
    const bob = await clientOf(hub, roomOf(id), binding);
    const talk = async (client: typeof ada, name: string, opening: string): Promise<void> => {
      let task = taskIn(
        await client.sendMessage(saying(opening, { parley: { join: { displayName: name } } })),
      );
      for (let turn = 1; turn <= 3; turn += 1) {
        expect(stateOf(task)).toBe('TASK_STATE_INPUT_REQUIRED');
        const request = saying(`${name} ${turn}`, { taskId: task.id, now: turn === 3 });
        task = taskIn(await client.sendMessage(request));
      }
    };
    await Promise.all([talk(ada, 'Ada', 'Ada 0'), talk(bob, 'Bob', '')]);
    await ann.hears('Bob 3');
    const said = ann.peer
      .events()
      .filter(({ event }) => event === 'speech.ended')
      .map(({ data }) => data.text);
    expect(said).toEqual(
      ['Ada 0', 'Bob 1', 'Ada 1', 'Bob 2', 'Ada 2', 'Bob 3', 'Ada 3'].slice(0, said.length),
    );
    ann.peer.close();
  });

  it('[A2-7] an empty message passes one’s turn', async () => {
    const { id } = await createConversation(hub);
    const ann = await Person.join(hub, id);
    const client = await clientOf(hub, roomOf(id), binding);
    await comeIn(client);
    await ann.say('Anybody?');
    const task = taskIn(await client.sendMessage(saying('', { parley: { join: { displayName: 'Two' } } })));
    expect(stateOf(task)).toBe('TASK_STATE_INPUT_REQUIRED');
    const { participant } = task.metadata!['parley'];
    await client.sendMessage(saying('', { taskId: task.id, now: true }));
    await ann.peer.event('floor.released', ({ data }) => data.participant === participant);
    ann.peer.close();
  });

  it('[A2-7] the same message twice is said once, at its turn and before it', async () => {
    const { id } = await createConversation(hub);
    const ann = await Person.join(hub, id);
    const client = await clientOf(hub, roomOf(id), binding);
    const grant = await ann.floor();
    const task = await comeIn(client);
    const once = saying('Once.', { taskId: task.id, now: true, id: 'same' });
    await Promise.all([client.sendMessage(once), client.sendMessage(once)]);
    await ann.peer.do('speech', id, { grant, text: 'Go.' });
    await ann.hears('Once.');
    await client.sendMessage(once);
    await ann.say('Next.');
    const said = ann.peer
      .events()
      .filter(({ event }) => event === 'speech.ended')
      .map(({ data }) => data.text);
    expect(said).toEqual(['Go.', 'Once.', 'Next.']);
    await expect(
      client.sendMessage(saying('Twice.', { taskId: task.id, now: true, id: 'same' })),
    ).rejects.toThrow('This messageId was used before for another message.');
    ann.peer.close();
  });

  it('[A2-7] resubscribing gives a bounded snapshot and goes on behind it without a gap', async () => {
    const { id } = await createConversation(hub, { config: { floor: { maxConsecutiveAgentTurns: 0 } } });
    const ann = await Person.join(hub, id);
    const client = await clientOf(hub, roomOf(id), binding);
    const task = await comeIn(client);
    for (let line = 1; line <= 25; line += 1) await ann.say(`Line ${line}`);
    const stream = new Followed((signal) => client.resubscribeTask({ tenant: '', id: task.id }, { signal }));
    const snapshot = await stream.until('task', ({ payload }) => payload?.$case === 'task' && payload.value);
    expect(snapshot.artifacts.map(({ parts }) => textOf(parts))).toEqual(
      Array.from({ length: 20 }, (_, index) => `Line ${index + 6}`),
    );
    expect(snapshot.history).toHaveLength(20);
    await ann.say('Line 26');
    const last = await stream.artifact('Ann');
    expect(textOf(last.artifact!.parts)).toBe('Line 26');
    const chain = stream.events.slice(1).map(({ payload }) => {
      if (payload?.$case !== 'statusUpdate' && payload?.$case !== 'artifactUpdate')
        throw new Error('no update');
      return payload.value.metadata!['parley'] as { seq: number; after: number };
    });
    expect(chain[0]!.after).toBe(snapshot.metadata!['parley'].seq);
    chain.slice(1).forEach(({ after }, index) => expect(after).toBe(chain[index]!.seq));
    const few = await client.getTask({ tenant: '', id: task.id, historyLength: 2 });
    expect(few.history.map(({ parts }) => textOf(parts))).toEqual(['Line 25', 'Line 26']);
    expect((await client.getTask({ tenant: '', id: task.id, historyLength: 0 })).history).toEqual([]);
    await stream.stop();
    ann.peer.close();
  });

  it('[A2-7] a member counts as present while a call of it waits for its turn', async () => {
    const own = await openHub({ pollLeaseMs: 150 });
    try {
      const { id } = await createConversation(own);
      const ann = await Person.join(own, id);
      const grant = await ann.floor();
      const client = await clientOf(own, roomOf(id), binding);
      const blocked = client.sendMessage(saying('Me too.', { parley: { join: { displayName: 'Bot' } } }));
      await ann.peer.event('floor.requested', ({ data }) => data.participant !== ann.me);
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(ann.peer.events().map(({ event }) => event)).not.toContain('participant.disconnected');
      await ann.peer.do('speech', id, { grant, text: 'Now you.' });
      await ann.hears('Me too.');
      await ann.say('And I.');
      expect(stateOf(taskIn(await blocked))).toBe('TASK_STATE_INPUT_REQUIRED');
      ann.peer.close();
    } finally {
      await own.stop();
    }
  });

  it('[A2-7] what was asked for a client that goes away is asked for no more', async () => {
    const { id } = await createConversation(hub);
    const ann = await Person.join(hub, id);
    const grant = await ann.floor();
    const client = await clientOf(hub, roomOf(id), binding);
    const gone = new AbortController();
    const blocked = client.sendMessage(saying('', { parley: { join: { displayName: 'Block' } } }), {
      signal: gone.signal,
    });
    await ann.peer.event('participant.joined', ({ data }) => data.participant.displayName === 'Block');
    await ann.peer.do('speech', id, { grant, text: 'Well?', final: false });
    const asked = await ann.peer.event('floor.requested', ({ data }) => data.participant !== ann.me);
    gone.abort();
    await expect(blocked).rejects.toThrow(/abort/i);
    await ann.peer.event('floor.cancelled', ({ data }) => data.participant === asked['data'].participant);
    ann.peer.close();
  });

  it('[A2-7] a client that goes away leaks nothing, and is missed only after its lease', async () => {
    const own = await openHub({ pollLeaseMs: 200 });
    try {
      const { id } = await createConversation(own);
      const ann = await Person.join(own, id);
      const before = await figure(own, 'parley_connections{channel="a2a"}');
      const client = await clientOf(own, roomOf(id), binding);
      const stream = follow(client, saying('', { parley: { join: { displayName: 'Stream' } } }));
      await stream.until('task', ({ payload }) => payload?.$case === 'task');
      const gone = new AbortController();
      const other = await clientOf(own, roomOf(id), binding);
      const blocked = other.sendMessage(saying('', { parley: { join: { displayName: 'Block' } } }), {
        signal: gone.signal,
      });
      await ann.peer.event('participant.joined', ({ data }) => data.participant.displayName === 'Block');
      await until(own, 'parley_connections{channel="a2a"}', before + 2);
      const grant = await ann.floor();
      await stream.stop();
      gone.abort();
      await expect(blocked).rejects.toThrow(/abort/i);
      await until(own, 'parley_connections{channel="a2a"}', before);
      await ann.peer.event('participant.disconnected', () => true);
      await until(own, 'parley_participants_connected', 1);
      // Nobody asks for the floor any more on behalf of those that are gone.
      await ann.peer.do('speech', id, { grant, text: 'Anybody there?' });
      const state = await ann.peer.do('floor.request', id);
      expect(state).toMatchObject({ status: 'granted' });
      ann.peer.close();
    } finally {
      await own.stop();
    }
  });
});

it('[A2-7] a stream has a heartbeat, and a member counts as present while it is open', async () => {
  const own = await openHub({ heartbeatMs: 50, pollLeaseMs: 150 });
  try {
    const { id } = await createConversation(own);
    const ann = await Person.join(own, id);
    const task = await comeIn(await clientOf(own, roomOf(id), 'JSONRPC'));
    const response = await fetch(`${own.url}/a2a/c/${id}/tasks/${task.id}:subscribe`);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (text.split(': beat\n\n').length < 7) text += (await reader.read()).value ?? '';
    expect(text).toMatch(/^data: \{"task":/);
    expect(ann.peer.events().map(({ event }) => event)).not.toContain('participant.disconnected');
    await reader.cancel();
    await ann.peer.event('participant.disconnected');
    ann.peer.close();
  } finally {
    await own.stop();
  }
});

it('[CN-2] a stream that nobody reads is cut off after half a minute without progress', async () => {
  const own = await openHub({}, { clock: new HastyClock() });
  try {
    const { id } = await createConversation(own);
    const ann = await Person.join(own, id);
    const task = await comeIn(await clientOf(own, roomOf(id), 'JSONRPC'));
    const socket = connect(own.port, '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    socket.on('error', () => undefined);
    socket.write(
      `POST /a2a/c/${id}/tasks/${task.id}:subscribe HTTP/1.1\r\nhost: 127.0.0.1:${own.port}\r\n` +
        'a2a-version: 1.0\r\ncontent-length: 0\r\n\r\n',
    );
    await once(socket, 'readable');
    await until(own, 'parley_connections{channel="a2a"}', 1);
    // More than the buffers of the system hold.
    for (let said = 0; said < 200; said += 1) await ann.say('x'.repeat(30_000));
    await until(own, 'parley_connections{channel="a2a"}', 0);
    socket.resume();
    await closed;
    ann.peer.close();
  } finally {
    await own.stop();
  }
});

it('[A2-7] a blocking call returns without a turn after four minutes, and keeps its place in the queue', async () => {
  const own = await openHub({}, { clock: new HastyClock() });
  try {
    const timers = { firstContentMs: 600_000, maxTurnMs: 600_000 };
    const { id } = await createConversation(own, { config: { floor: { timers } } });
    const ann = await Person.join(own, id);
    await ann.floor();
    const client = await clientOf(own, roomOf(id), 'JSONRPC');
    const blocked = client.sendMessage(saying('Me too.', { parley: { join: { displayName: 'Bot' } } }));
    await ann.peer.event('floor.requested', ({ data }) => data.participant !== ann.me);
    await until(own, 'parley_connections{channel="a2a"}', 1);
    const task = taskIn(await blocked);
    expect(stateOf(task)).toBe('TASK_STATE_WORKING');
    expect(task.metadata).toMatchObject({ parley: { waiting: true } });
    expect(await figure(own, 'parley_connections{channel="a2a"}')).toBe(0);
    const { body: state } = await call(own, 'GET', `/v1/conversations/${id}`);
    expect(state.floor.queue).toMatchObject([{ participant: task.metadata!['parley'].participant }]);
    ann.peer.close();
  } finally {
    await own.stop();
  }
});

it('[A2-7] a task is the same after a restart of the hub, and a message that was said stays said', async () => {
  const data = await mkdtemp(path.join(tmpdir(), 'parley-a2a-'));
  const start = () => startHub(settingsOf({ port: 0, data, open: true }), { logger: createLogger('silent') });
  let running = await start();
  try {
    const { id } = await createConversation(running);
    const client = await clientOf(running, roomOf(id), 'JSONRPC');
    const task = await comeIn(client, 'Ada');
    const once = saying('Once.', { taskId: task.id, now: true, id: 'same' });
    const ann = await Person.join(running, id);
    await client.sendMessage(once);
    await ann.hears('Once.');
    await running.stop();
    running = await start();
    const after = await clientOf(running, roomOf(id), 'JSONRPC');
    const found = await after.getTask({ tenant: '', id: task.id });
    expect(stateOf(found)).toBe('TASK_STATE_WORKING');
    expect(found.history.map(({ parts }) => textOf(parts))).toEqual(['Once.']);
    const again = taskIn(await after.sendMessage(once));
    expect(again.id).toBe(task.id);
    expect(again.history.map(({ parts }) => textOf(parts))).toEqual(['Once.']);
  } finally {
    await running.stop();
    await rm(data, { recursive: true });
  }
});
