import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import { call, openHub } from '../hub.fixture.ts';
import { BINDINGS, clientOf, follow, saying, stateOf, taskIn } from './a2a.fixture.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await openHub({ a2a: { scripted: true } });
});
afterAll(() => hub.stop());

const PATH = '/a2a/scripted/';

it('[A2-5] the scripted agent is there only where it was asked for', async () => {
  const plain = await openHub();
  try {
    expect((await call(plain, 'GET', `${PATH}.well-known/agent-card.json`)).status).toBe(404);
  } finally {
    await plain.stop();
  }
});

describe.each(BINDINGS)('the scripted agent over %s', (binding) => {
  it.each([
    ['tck-complete-task-1', 'TASK_STATE_COMPLETED'],
    ['tck-artifact-text-1', 'TASK_STATE_COMPLETED'],
    ['tck-input-required-1', 'TASK_STATE_INPUT_REQUIRED'],
    ['tck-auth-required-1', 'TASK_STATE_AUTH_REQUIRED'],
    ['tck-reject-task-1', 'TASK_STATE_REJECTED'],
    ['tck-task-failure-1', 'TASK_STATE_FAILED'],
    ['anything else', 'TASK_STATE_COMPLETED'],
  ])('[A2-5] does what the message’s id says: %s', async (id, state) => {
    const client = await clientOf(hub, PATH, binding);
    const task = taskIn(await client.sendMessage(saying('Hi', { id })));
    expect(stateOf(task)).toBe(state);
    expect(stateOf(await client.getTask({ tenant: '', id: task.id }))).toBe(state);
  });

  it('[A2-5] answers with a message, artifacts of every kind, and streams in order', async () => {
    const client = await clientOf(hub, PATH, binding);
    expect(await client.sendMessage(saying('Hi', { id: 'tck-message-response-1' }))).toMatchObject({
      parts: [{ content: { value: 'Direct message response' } }],
    });
    const contents = await Promise.all(
      ['text', 'file', 'file-url', 'data'].map(async (kind) => {
        const task = taskIn(await client.sendMessage(saying('Hi', { id: `tck-artifact-${kind}-1` })));
        return task.artifacts[0]!.parts[0]!.content!.$case;
      }),
    );
    expect(contents).toEqual(['text', 'raw', 'url', 'data']);
    const stream = follow(client, saying('Hi', { id: 'tck-stream-artifact-chunked-1' }));
    expect(await stream.ended).toBeNull();
    expect(stream.pieces('result').map(({ text, append, lastChunk }) => [text, append, lastChunk])).toEqual([
      ['chunk-1 ', false, false],
      ['chunk-2', true, true],
    ]);
    const states = stream.events.flatMap(({ payload }) =>
      payload?.$case === 'statusUpdate' ? [stateOf(payload.value)] : [],
    );
    expect(states).toEqual(['TASK_STATE_WORKING', 'TASK_STATE_COMPLETED']);
  });

  it('[A2-5] goes on where it asked for input, and is canceled while it works', async () => {
    const client = await clientOf(hub, PATH, binding);
    const asked = taskIn(await client.sendMessage(saying('Hi', { id: 'tck-input-required-2' })));
    const done = taskIn(await client.sendMessage(saying('More', { id: 'more', taskId: asked.id })));
    expect([done.id, stateOf(done)]).toEqual([asked.id, 'TASK_STATE_COMPLETED']);
    const stream = follow(client, saying('Hi', { id: 'tck-long-running-1' }));
    const working = await stream.until('working', ({ payload }) =>
      payload?.$case === 'statusUpdate' ? payload.value : null,
    );
    const canceled = await client.cancelTask({ tenant: '', id: working.taskId, metadata: undefined });
    expect(stateOf(canceled)).toBe('TASK_STATE_CANCELED');
    await stream.ended;
    await expect(client.cancelTask({ tenant: '', id: asked.id, metadata: undefined })).rejects.toMatchObject({
      name: 'TaskNotCancelableError',
    });
  });

  it('[A2-5] refuses parts of a type that it does not know', async () => {
    const client = await clientOf(hub, PATH, binding);
    const part = {
      content: { $case: 'raw' as const, value: Buffer.from('x') },
      metadata: undefined,
      filename: '',
      mediaType: 'application/x-unknown',
    };
    await expect(client.sendMessage(saying('', { parts: [part] }))).rejects.toMatchObject({
      name: 'ContentTypeNotSupportedError',
    });
  });
});
