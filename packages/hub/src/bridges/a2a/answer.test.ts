import { StreamResponse } from '@a2a-js/sdk';
import { LIMITS } from '@parley/core';
import { describe, expect, it } from 'vitest';
import { Answer } from './answer.ts';

const ids = { taskId: 't', contextId: 'c' };
const event = (json: object): StreamResponse => StreamResponse.fromJSON(json);
const artifact = (artifactId: string, text: string, append = false, taskId = 't') =>
  event({ artifactUpdate: { ...ids, taskId, append, artifact: { artifactId, parts: [{ text }] } } });
const status = (state: string, text?: string, messageId = 'm') =>
  event({
    statusUpdate: {
      ...ids,
      status: {
        state: `TASK_STATE_${state}`,
        ...(text === undefined ? {} : { message: { messageId, parts: [{ text }] } }),
      },
    },
  });
const task = (state: string, ...artifacts: [id: string, ...texts: string[]][]) =>
  event({
    task: {
      id: 't',
      contextId: 'c',
      status: { state: `TASK_STATE_${state}` },
      artifacts: artifacts.map(([artifactId, ...texts]) => ({
        artifactId,
        parts: texts.map((text) => ({ text })),
      })),
    },
  });

const heard = (...events: StreamResponse[]): [string, Answer] => {
  const answer = new Answer();
  return [events.map((each) => answer.receive(each)).join('|'), answer];
};

describe('what an agent answers', () => {
  it.each([
    [
      'pieces',
      [artifact('a', 'Ulm'), artifact('a', ' is', true), artifact('a', ' nice', true)],
      'Ulm| is| nice',
    ],
    ['a piece before its whole', [artifact('a', 'Ulm'), task('COMPLETED', ['a', 'Ulm is'])], 'Ulm| is'],
    [
      'pieces before a whole of pieces',
      [artifact('a', 'Ulm'), artifact('a', ' is', true), task('COMPLETED', ['a', 'Ulm', ' is'])],
      'Ulm| is|',
    ],
    [
      'the same whole again',
      [artifact('a', 'Ulm'), artifact('a', 'Ulm'), task('COMPLETED', ['a', 'Ulm'])],
      'Ulm||',
    ],
    ['one that grows', [artifact('a', 'Ulm'), artifact('a', 'Ulm is')], 'Ulm| is'],
    ['one that is replaced', [artifact('a', 'Ulm'), artifact('a', 'Bern')], 'Ulm|\n\nBern'],
    ['two', [artifact('a', 'Ulm'), artifact('b', 'Bern')], 'Ulm|\n\nBern'],
    ['an append to nothing', [artifact('a', 'Ulm', true)], 'Ulm'],
    ['an empty one', [artifact('a', ''), artifact('b', 'Bern')], '|Bern'],
    [
      'a last status that says it again',
      [artifact('a', 'Ulm  is\nnice'), status('COMPLETED', 'Ulm is nice')],
      'Ulm  is\nnice|',
    ],
    [
      'a last status that says more',
      [artifact('a', 'Ulm'), status('COMPLETED', 'And Bern.')],
      'Ulm|\n\nAnd Bern.',
    ],
    ['a status at work', [status('WORKING', 'Thinking.'), status('COMPLETED', 'Ulm')], '|Ulm'],
    ['a failure', [status('FAILED', 'out of money')], ''],
    ['somebody else’s task', [artifact('a', 'Ulm'), artifact('a', 'x', true, 'other')], 'Ulm|'],
  ])('[A2-2] is said once: %s', (_, events, said) => {
    expect(heard(...events)[0]).toBe(said);
  });

  it('[A2-2] names what is no text', () => {
    const parts = [
      { text: 'See:' },
      { url: 'https://example.org/ulm.pdf', filename: 'Map' },
      { data: { km: 80 } },
      { raw: 'AAAA', filename: 'a.png', mediaType: 'image/png' },
      { data: 'x'.repeat(5_000) },
    ];
    const [said] = heard(event({ message: { messageId: 'm', contextId: 'c', parts } }));
    expect(said).toBe(
      'See:\n\nMap: https://example.org/ulm.pdf\n\n```json\n{\n  "km": 80\n}\n```\n\n(a.png, image/png, 3 bytes)\n\n(data of 5002 characters)',
    );
  });

  it.each([
    ['SUBMITTED', 'open'],
    ['WORKING', 'open'],
    ['COMPLETED', 'done'],
    ['CANCELED', 'done'],
    ['REJECTED', 'done'],
    ['FAILED', 'failed'],
    ['INPUT_REQUIRED', 'inputRequired'],
    ['AUTH_REQUIRED', 'authRequired'],
    ['NONSENSE', 'open'],
  ])('[A2-2] has come as far as its task: %s', (state, progress) => {
    const [, answer] = heard(task(state));
    expect(answer).toMatchObject({
      progress,
      task: 't',
      context: 'c',
      begun: true,
      working: state === 'WORKING',
    });
  });

  it('[A2-2] goes on after a question: what was said and asked before does not come again', () => {
    const [, first] = heard(artifact('a', 'Ulm. '), status('INPUT_REQUIRED', 'How?', 'q1'));
    const second = new Answer(first);
    expect([second.task, second.begun]).toEqual(['t', false]);
    const stale = event({
      task: {
        id: 't',
        contextId: 'c',
        status: {
          state: 'TASK_STATE_INPUT_REQUIRED',
          message: { messageId: 'q1', parts: [{ text: 'How?' }] },
        },
        artifacts: [{ artifactId: 'a', parts: [{ text: 'Ulm. ' }] }],
      },
    });
    expect([second.receive(stale), second.progress]).toEqual(['', 'open']);
    expect(second.receive(artifact('a', 'By train.', true))).toBe('By train.');
    expect(second.receive(status('INPUT_REQUIRED', 'When?', 'q2'))).toBe('\n\nWhen?');
    expect(second.progress).toBe('inputRequired');
    // Looked up, a task is what it is.
    const third = new Answer(first);
    third.look(stale);
    expect(third.progress).toBe('inputRequired');
  });

  it('[A2-4] has a bound', () => {
    const [said, answer] = heard(artifact('a', 'x'.repeat(LIMITS.speechCharacters)), artifact('b', 'y'));
    expect([said.length, answer.cut]).toEqual([LIMITS.speechCharacters + 1, true]);
    const many = Array.from({ length: 100 }, (_, index) => artifact(`a${index}`, 'x'));
    expect(heard(...many)[1].said.replaceAll('\n', '')).toHaveLength(64);
  });
});
