import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Misbehaviour } from './bad-remote.fixture.ts';
import {
  answered,
  begin,
  COMPLETED,
  good,
  openBad,
  piece,
  status,
  streamed,
  trouble,
  whole,
  WORKING,
} from './bad-remote.fixture.ts';
import { ask, closeAll, ended, problem, say, until, words } from './room.fixture.ts';

afterEach(closeAll);

describe('the answer of a remote agent that', () => {
  it('[A2-3] is busy gets the same message again when it said', async () => {
    const times: number[] = [];
    const timed =
      (misbehaviour: Misbehaviour): Misbehaviour =>
      (...args) => {
        times.push(Date.now());
        return misbehaviour(...args);
      };
    const { room, calls } = await openBad([timed(status(429, { 'retry-after': '1' })), timed(good)]);
    expect(await ask(room.ann, 'Where is Ulm?')).toBe('Ulm is on the Danube.');
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(1_000);
    expect(calls[1]!.params.message!.messageId).toBe(calls[0]!.params.message!.messageId);
    expect(problem(room.ann)).toBeNull();
  });

  it('[A2-3] is busy for long loses its turn', async () => {
    const bad = await openBad([status(503, { 'retry-after': '3600' })]);
    expect((await trouble(bad)).message).toContain('busy (HTTP 503)');
    expect(bad.calls).toHaveLength(1);
  });

  it('[A2-3] hangs up before it has answered gets the same message again, and speaks once', async () => {
    const { room, calls } = await openBad([(_, response) => response.destroy(), good]);
    expect(await ask(room.ann, 'Where is Ulm?')).toBe('Ulm is on the Danube.');
    expect(calls.map(({ params }) => params.message!.messageId)).toEqual([
      calls[0]!.params.message!.messageId,
      calls[0]!.params.message!.messageId,
    ]);
    expect(words(room.ann)).toHaveLength(1);
  });

  it('[A2-3] breaks off in the middle is looked up, and no word comes twice', async () => {
    const { room, calls } = await openBad([
      async (call, response, request) => {
        begin(WORKING, piece('Ulm is '))(call, response, request);
        await vi.waitFor(() => expect(room.ann.view.speaking).toHaveLength(1));
        response.destroy();
      },
      answered(whole('Ulm is on ', 'TASK_STATE_WORKING')),
      answered(whole('Ulm is on the Danube.')),
    ]);
    expect(await ask(room.ann, 'Where is Ulm?')).toBe('Ulm is on the Danube.');
    expect(calls.map(({ method }) => method)).toEqual(['SendStreamingMessage', 'GetTask', 'GetTask']);
    expect(ended(room.ann)).toHaveLength(1);
  });

  it('[A2-3] ends its stream without an end of its task is looked up', async () => {
    const { room } = await openBad([
      streamed(WORKING, piece('Ulm')),
      answered(whole('Ulm is on the Danube.')),
    ]);
    expect(await ask(room.ann, 'Where is Ulm?')).toBe('Ulm is on the Danube.');
  });

  it('[A2-3] is gone after half an answer has said that half, and no more', async () => {
    const { room, calls } = await openBad([
      streamed(WORKING, piece('Ulm is')),
      status(500),
      streamed(WORKING, piece('Bern is'), COMPLETED),
    ]);
    const { ann } = room;
    expect(await ask(ann, 'Where is Ulm?')).toBe('Ulm is');
    await until(ann, () => problem(ann) !== null);
    expect(await ask(ann, 'And Bern?')).toBe('Bern is');
    const [first, , third] = calls;
    expect(third!.params.message!.messageId).not.toBe(first!.params.message!.messageId);
  });

  it('[A2-3] is interrupted is told to stop', async () => {
    const { room, calls } = await openBad([
      begin(WORKING, piece('I will now tell')),
      answered(whole('', 'TASK_STATE_CANCELED')),
      good,
    ]);
    const { ann } = room;
    await say(ann, 'Where is Ulm?');
    await until(ann, ({ view }) => view.speaking.some(({ text }) => text !== ''));
    await ann.floor.revoke(ann.view.floor.holders[0]!.participant, 'enough');
    await vi.waitFor(() => expect(calls.map(({ method }) => method)).toContain('CancelTask'));
    expect(calls[1]!.params.id).toBe('tsk');
    await until(ann, () => ended(ann)[0]?.interrupted === true);
    expect(words(ann)).toEqual(['I will now tell']);
    expect(await ask(ann, 'Shorter, please.')).toBe('Ulm is on the Danube.');
    const message = calls[2]!.params.message!;
    expect(message.referenceTaskIds).toEqual(['tsk']);
    expect(message.parts.map(({ text }) => text)).toEqual([
      '[Atlas]: I will now tell (you were interrupted here)',
      '[Ann]: Shorter, please.',
    ]);
  });

  it('forgets its task is told the whole again', async () => {
    const { room, calls } = await openBad([
      streamed(WORKING, {
        statusUpdate: {
          ...COMPLETED.statusUpdate,
          status: {
            state: 'TASK_STATE_INPUT_REQUIRED',
            message: { messageId: 'q', parts: [{ text: 'When?' }] },
          },
        },
      }),
      (call, response) =>
        response
          .setHeader('content-type', 'application/json')
          .end(
            JSON.stringify({ jsonrpc: '2.0', id: call.id, error: { code: -32001, message: 'no such task' } }),
          ),
      good,
    ]);
    expect(await ask(room.ann, 'I want to go to Ulm.')).toBe('When?');
    expect(await ask(room.ann, 'Now.')).toBe('Ulm is on the Danube.');
    const message = calls[2]!.params.message!;
    expect([message.taskId, message.contextId]).toEqual([undefined, undefined]);
    expect(message.parts.slice(1).map(({ text }) => text)).toEqual([
      '[Ann]: I want to go to Ulm.',
      '[Atlas]: When?',
      '[Ann]: Now.',
    ]);
  });
});
