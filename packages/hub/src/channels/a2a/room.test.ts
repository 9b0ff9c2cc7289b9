import { TaskState } from '@a2a-js/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import { call, createConversation, openHub, OPERATOR_TOKEN, tokenFor } from '../hub.fixture.ts';
import {
  BINDINGS,
  clientOf,
  comeIn,
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
let guarded: Hub;
beforeAll(async () => {
  [hub, guarded] = await Promise.all([openHub(), openHub({ open: false })]);
});
afterAll(() => Promise.all([hub.stop(), guarded.stop()]));

describe.each(BINDINGS)('over %s', (binding) => {
  it('[A2-6] joins by sending without a task, as an agent with the name that it says', async () => {
    const { id } = await createConversation(hub, { title: 'Tea' });
    const ann = await Person.join(hub, id);
    const client = await clientOf(hub, roomOf(id), binding);
    const task = await comeIn(client, 'Ada', {
      parley: { join: { displayName: 'Ada', capabilities: ['sums'], metadata: { version: 2 } } },
    });
    expect(task).toMatchObject({ contextId: id, metadata: { parley: { conversation: id, title: 'Tea' } } });
    expect(stateOf(task)).toBe('TASK_STATE_WORKING');
    const joined = await ann.peer.event('participant.joined');
    expect(joined['data']).toMatchObject({
      participant: { kind: 'agent', displayName: 'Ada', capabilities: ['sums'], connection: 'connected' },
      metadata: { version: 2 },
    });
    expect(joined['data'].participant.id).toBe(task.metadata!['parley'].participant);
    ann.peer.close();
  });

  it('[A2-6] says what was sent before its turn as soon as it has one', async () => {
    const { id } = await createConversation(hub);
    const ann = await Person.join(hub, id);
    const client = await clientOf(hub, roomOf(id), binding);
    const grant = await ann.floor();
    const task = await comeIn(client);
    const early = taskIn(
      await client.sendMessage(saying('I will say this.', { taskId: task.id, now: true })),
    );
    expect(stateOf(early)).toBe('TASK_STATE_WORKING');
    expect(early.metadata).toMatchObject({ parley: { waiting: true } });
    await ann.peer.event('floor.requested', ({ data }) => data.participant !== ann.me);
    await ann.peer.do('speech', id, { grant, text: 'Me first.' });
    expect((await ann.hears('I will say this.'))['by']).toBe(task.metadata!['parley'].participant);
    ann.peer.close();
  });

  it('[A2-6] carries text parts as text and other parts as parts, both ways', async () => {
    const { id } = await createConversation(hub);
    const ann = await Person.join(hub, id);
    const client = await clientOf(hub, roomOf(id), binding);
    const part = { metadata: undefined, filename: '', mediaType: '' };
    const bytes = Buffer.from('tea');
    await client.sendMessage(
      saying('', {
        now: true,
        parts: [
          { ...part, content: { $case: 'text', value: 'One\r\ntwo\u0007.' } },
          { ...part, content: { $case: 'text', value: 'Three.' } },
          { ...part, content: { $case: 'data', value: { leaves: 3 } } },
          {
            content: { $case: 'raw', value: bytes },
            metadata: undefined,
            filename: 'tea.txt',
            mediaType: 'text/plain',
          },
          { ...part, content: { $case: 'url', value: 'https://example.org/tea' } },
        ],
      }),
    );
    const { data } = await ann.peer.event('speech.ended');
    expect(data.text).toBe('One\ntwo.\nThree.');
    expect(data.parts).toEqual([
      { type: 'data', data: { leaves: 3 } },
      { type: 'file', bytes: bytes.toString('base64'), mediaType: 'text/plain', filename: 'tea.txt' },
      { type: 'file', url: 'https://example.org/tea' },
    ]);
    const other = await clientOf(hub, roomOf(id), binding);
    const seen = await comeIn(other, 'Other');
    expect(seen.artifacts[0]!.parts.map(({ content }) => content)).toEqual([
      { $case: 'text', value: 'One\ntwo.\nThree.' },
      { $case: 'data', value: { leaves: 3 } },
      { $case: 'raw', value: bytes },
      { $case: 'url', value: 'https://example.org/tea' },
    ]);
    ann.peer.close();
  });

  it('[A2-6] streams others’ speech as artifacts while it is said, and the floor as status', async () => {
    const { id } = await createConversation(hub);
    const ann = await Person.join(hub, id);
    const client = await clientOf(hub, roomOf(id), binding);
    const stream = follow(client, saying('', { parley: { join: { displayName: 'Bot' }, turns: false } }));
    const task = await stream.until('task', ({ payload }) => payload?.$case === 'task' && payload.value);
    const grant = await ann.floor();
    const queued = await stream.status('TASK_STATE_WORKING', 'floor.granted');
    expect(queued.about).toMatchObject({ event: 'floor.granted', data: { participant: ann.me, grant } });
    const { utterance } = await ann.peer.do('speech.start', id, { grant });
    ann.peer.sendText(
      JSON.stringify({ id: 'd1', op: 'speech.delta', conversation: id, data: { utterance, text: 'Good ' } }),
    );
    await stream.until('first piece', () => stream.pieces('Ann')[0]);
    ann.peer.sendText(
      JSON.stringify({
        id: 'd2',
        op: 'speech.delta',
        conversation: id,
        data: { utterance, text: 'morning' },
      }),
    );
    await stream.until('second piece', () => stream.pieces('Ann')[1]);
    await ann.peer.do('speech.end', id, { utterance, text: 'Good morning.' });
    const last = await stream.artifact('Ann');
    expect(stream.pieces('Ann').map(({ text, append, lastChunk }) => ({ text, append, lastChunk }))).toEqual([
      { text: 'Good ', append: false, lastChunk: false },
      { text: 'morning', append: true, lastChunk: false },
      { text: '.', append: true, lastChunk: true },
    ]);
    expect(last).toMatchObject({
      taskId: task.id,
      contextId: id,
      artifact: { artifactId: utterance },
      metadata: { parley: { speaker: { id: ann.me, displayName: 'Ann', kind: 'human' } } },
    });
    expect(last.metadata!['parley'].seq).toBeGreaterThan(grant);
    await stream.stop();
    ann.peer.close();
  });

  it('[A2-6] is told by input-required that it is its turn, with what was said since', async () => {
    const { id } = await createConversation(hub, { title: 'Tea' });
    const ann = await Person.join(hub, id);
    const client = await clientOf(hub, roomOf(id), binding);
    const stream = follow(client, saying('', { parley: { join: { displayName: 'Bot' } } }));
    const task = await stream.until('task', ({ payload }) => payload?.$case === 'task' && payload.value);
    await ann.say('Who wants tea?');
    const turn = await stream.status('TASK_STATE_INPUT_REQUIRED', 'floor.granted');
    expect(turn.text).toBe('It is your turn to speak in “Tea”.\n\n[Ann]: Who wants tea?');
    expect(turn.status.message!.metadata).toMatchObject({
      parley: { turn: { grant: turn.about['data'].grant, firstContentMs: 30_000 }, leftOut: 0 },
    });
    await client.sendMessage(saying('I do.', { taskId: task.id, now: true }));
    expect((await ann.hears('I do.'))['data'].grant).toBe(turn.about['data'].grant);
    await stream.status('TASK_STATE_WORKING', 'floor.released');
    // The stream goes on over as many turns as there are.
    await ann.say('And milk?');
    await stream.until('second turn', ({ payload }) => {
      const message = payload?.$case === 'statusUpdate' && payload.value.status?.message;
      return message && textOf(message.parts).endsWith('[Ann]: And milk?');
    });
    await stream.stop();
    ann.peer.close();
  });

  it('[A2-6] leaves by canceling its task, which is over then and stays so', async () => {
    const { id } = await createConversation(hub);
    const ann = await Person.join(hub, id);
    const client = await clientOf(hub, roomOf(id), binding);
    const task = await comeIn(client);
    const stream = new Followed((signal) => client.resubscribeTask({ tenant: '', id: task.id }, { signal }));
    await stream.until('task', ({ payload }) => payload?.$case === 'task');
    const canceled = await client.cancelTask({ tenant: '', id: task.id, metadata: undefined });
    expect(stateOf(canceled)).toBe('TASK_STATE_CANCELED');
    await stream.status('TASK_STATE_CANCELED', 'participant.left');
    expect(await stream.ended).toBeNull();
    const left = await ann.peer.event('participant.left');
    expect(left['data']).toMatchObject({ participant: task.metadata!['parley'].participant, cause: 'left' });
    await ann.say('Now we are alone.');
    const found = await client.getTask({ tenant: '', id: task.id });
    expect(stateOf(found)).toBe('TASK_STATE_CANCELED');
    expect(found).toMatchObject({ history: [], artifacts: [] });
    expect(found.metadata).toEqual({
      parley: { conversation: id, participant: task.metadata!['parley'].participant },
    });
    await expect(client.cancelTask({ tenant: '', id: task.id, metadata: undefined })).rejects.toMatchObject({
      name: 'TaskNotCancelableError',
    });
    await expect(client.sendMessage(saying('Wait!', { taskId: task.id }))).rejects.toMatchObject({
      name: 'UnsupportedOperationError',
    });
    const again = new Followed(() => client.resubscribeTask({ tenant: '', id: task.id }));
    expect(await again.ended).toMatchObject({ name: 'UnsupportedOperationError' });
    ann.peer.close();
  });

  it('[A2-6] is completed by the end of the conversation', async () => {
    const { id, token } = await createConversation(hub);
    const client = await clientOf(hub, roomOf(id), binding);
    const stream = follow(client, saying('', {}));
    const task = await stream.until('task', ({ payload }) => payload?.$case === 'task' && payload.value);
    await call(hub, 'POST', `/v1/conversations/${id}/commands`, {
      token,
      body: { id: 'end', op: 'conversation.end', data: {} },
    });
    await stream.status('TASK_STATE_COMPLETED');
    expect(await stream.ended).toBeNull();
    expect(stateOf(await client.getTask({ tenant: '', id: task.id }))).toBe('TASK_STATE_COMPLETED');
    const late = taskIn(await client.sendMessage(saying('Hello?')));
    expect(stateOf(late)).toBe('TASK_STATE_REJECTED');
    expect(late.status!.message!.metadata).toEqual({ parley: { code: 'conversation.ended' } });
    expect(stateOf(await client.getTask({ tenant: '', id: late.id }))).toBe('TASK_STATE_REJECTED');
  });

  it('[A2-6] is canceled with the reason when a moderator removes it', async () => {
    const { id, token } = await createConversation(hub);
    const client = await clientOf(hub, roomOf(id), binding);
    const stream = follow(client, saying('', {}));
    const task = await stream.until('task', ({ payload }) => payload?.$case === 'task' && payload.value);
    const { participant } = task.metadata!['parley'];
    await call(hub, 'POST', `/v1/conversations/${id}/commands`, {
      token,
      body: { id: 'out', op: 'participant.remove', data: { participant, reason: 'too loud' } },
    });
    const end = await stream.status('TASK_STATE_CANCELED', 'participant.left');
    expect(end.text).toBe('removed by a moderator: too loud');
    const found = await client.getTask({ tenant: '', id: task.id });
    expect(textOf(found.status!.message!.parts)).toBe('removed by a moderator: too loud');
  });

  it('[RT-7] with visibility sinceJoin a task holds nothing from before its member came', async () => {
    const config = { history: { visibility: 'sinceJoin' } };
    const { id } = await createConversation(hub, { config });
    const ann = await Person.join(hub, id);
    await ann.say('before');
    const client = await clientOf(hub, roomOf(id), binding);
    const task = await comeIn(client);
    await ann.say('afterwards');
    const { history, artifacts } = await client.getTask({ tenant: '', id: task.id, historyLength: 100 });
    expect(history.map(({ parts }) => textOf(parts))).toEqual(['afterwards']);
    expect(JSON.stringify([task, history, artifacts])).not.toContain('before');
    ann.peer.close();
  });

  it('[A2-6] fails when it is absent for too long, and says so', async () => {
    const own = await openHub({ pollLeaseMs: 100 });
    try {
      const config = { presence: { reconnectGraceMs: 100 } };
      const { id } = await createConversation(own, { config });
      const ann = await Person.join(own, id);
      const client = await clientOf(own, roomOf(id), binding);
      const task = await comeIn(client);
      await ann.peer.event('participant.left');
      const { status } = await client.getTask({ tenant: '', id: task.id });
      expect([stateOf({ status }), textOf(status!.message!.parts)]).toEqual([
        'TASK_STATE_FAILED',
        'absent for too long',
      ]);
      ann.peer.close();
    } finally {
      await own.stop();
    }
  });

  it('[A2-6] needs other credentials where its token lets nobody in as an agent', async () => {
    const owner = await tokenFor(guarded, `owner-${binding}`);
    const { id } = await createConversation(guarded, {}, owner);
    const human = await tokenFor(guarded, `only-human-${binding}`, { kinds: ['human'] });
    const client = await clientOf(guarded, roomOf(id), binding, human);
    const task = taskIn(await client.sendMessage(saying('Hello')));
    expect(stateOf(task)).toBe('TASK_STATE_AUTH_REQUIRED');
    expect(task.status!.message!.metadata).toEqual({ parley: { code: 'auth.forbidden' } });
    expect(stateOf(await client.getTask({ tenant: '', id: task.id }))).toBe('TASK_STATE_AUTH_REQUIRED');
  });

  it('[A2-6] is the same task for whoever sends without one and is a member already', async () => {
    const owner = await tokenFor(guarded, `owner2-${binding}`);
    const { id } = await createConversation(guarded, {}, owner);
    const client = await clientOf(guarded, roomOf(id), binding, await tokenFor(guarded, `agent-${binding}`));
    const first = await comeIn(client, 'Ada');
    const second = taskIn(await client.sendMessage(saying('Hello.', { now: true })));
    expect(second.id).toBe(first.id);
    const { tasks } = await client.listTasks({
      tenant: '',
      contextId: '',
      status: TaskState.TASK_STATE_UNSPECIFIED,
      pageToken: '',
      statusTimestampAfter: undefined,
    });
    expect(tasks.map((task) => task.id)).toEqual([first.id]);
  });

  it('[A2-6] hears no whisper and nothing of before it came, where that is not for it', async () => {
    const { id } = await createConversation(hub, {
      config: { history: { visibility: 'sinceJoin' }, routing: { kind: 'broadcast', whisper: true } },
    });
    const ann = await Person.join(hub, id, 'Ann');
    const ben = await Person.join(hub, id, 'Ben');
    await ann.say('Before.');
    const client = await clientOf(hub, roomOf(id), binding);
    const stream = follow(client, saying('', { parley: { turns: false } }));
    const task = await stream.until('task', ({ payload }) => payload?.$case === 'task' && payload.value);
    expect(task).toMatchObject({ history: [], artifacts: [] });
    await ann.say('Psst.', { to: [ben.me] });
    await ann.say('After.');
    await stream.artifact('Ann');
    expect(stream.pieces('Ann').map(({ text }) => text)).toEqual(['After.']);
    const later = await client.getTask({ tenant: '', id: task.id });
    expect(later.artifacts.map(({ parts }) => textOf(parts))).toEqual(['After.']);
    await stream.stop();
    for (const { peer } of [ann, ben]) peer.close();
  });
});

describe('whose task it is', () => {
  it('[A2-6] is not found by anybody else, nor under another conversation, nor when made up', async () => {
    const owner = await tokenFor(guarded, 'owner3');
    const { id } = await createConversation(guarded, {}, owner);
    const { id: other } = await createConversation(guarded, {}, owner);
    const token = await tokenFor(guarded, 'ada');
    const task = await comeIn(await clientOf(guarded, roomOf(id), 'JSONRPC', token), 'Ada');
    const strangers = [
      await clientOf(guarded, roomOf(id), 'JSONRPC', await tokenFor(guarded, 'eve')),
      await clientOf(guarded, roomOf(id), 'HTTP+JSON', OPERATOR_TOKEN),
      await clientOf(guarded, roomOf(other), 'JSONRPC', token),
    ];
    const notFound = { name: 'TaskNotFoundError', message: 'There is no such task or conversation.' };
    for (const client of strangers) {
      await expect(client.getTask({ tenant: '', id: task.id })).rejects.toMatchObject(notFound);
      await expect(client.cancelTask({ tenant: '', id: task.id, metadata: undefined })).rejects.toMatchObject(
        notFound,
      );
      await expect(client.sendMessage(saying('Hi', { taskId: task.id }))).rejects.toMatchObject(notFound);
      const stream = new Followed(() => client.resubscribeTask({ tenant: '', id: task.id }));
      expect(await stream.ended).toMatchObject(notFound);
    }
    const own = await clientOf(guarded, roomOf(id), 'JSONRPC', token);
    for (const made of ['tsk_1', `${task.id}x`, task.id.replace('tsk_', 'rsm_'), '']) {
      await expect(own.getTask({ tenant: '', id: made })).rejects.toMatchObject(notFound);
    }
    expect(stateOf(await own.getTask({ tenant: '', id: task.id }))).toBe('TASK_STATE_WORKING');
  });

  it('[A2-6] under --open is whoever’s that knows its id, and nobody’s with another token', async () => {
    const { id, token } = await createConversation(hub);
    const task = await comeIn(await clientOf(hub, roomOf(id), 'JSONRPC'));
    const nobody = await clientOf(hub, roomOf(id), 'HTTP+JSON');
    expect(stateOf(await nobody.getTask({ tenant: '', id: task.id }))).toBe('TASK_STATE_WORKING');
    const somebody = await clientOf(hub, roomOf(id), 'HTTP+JSON', token);
    await expect(somebody.getTask({ tenant: '', id: task.id })).rejects.toMatchObject({
      name: 'TaskNotFoundError',
    });
  });
});
