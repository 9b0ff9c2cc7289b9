import { StreamResponse } from '@a2a-js/sdk';
import { describe, expect, it } from 'vitest';
import { wishIn } from './wish.ts';

const message = (...parts: object[]) => StreamResponse.fromJSON({ message: { messageId: 'm', parts } });
const task = (...parts: object[]) =>
  StreamResponse.fromJSON({ task: { id: 't', artifacts: [{ artifactId: 'a', parts }] } });

describe('a wish for the next turn', () => {
  it.each([
    ['data', message({ data: { urgency: 0.4, preview: 'Trains' } }), { urgency: 0.4, preview: 'Trains' }],
    ['text', message({ text: '{"urgency": 1}' }), { urgency: 1 }],
    ['a fence', task({ text: 'Well:\n```json\n{"urgency": 0}\n```' }), { urgency: 0 }],
    ['the second part', message({ text: 'Hm.' }, { data: { urgency: 0.1 } }), { urgency: 0.1 }],
    [
      'a preview of many lines',
      message({ data: { urgency: 0.5, preview: `a\n\u001Bb ${'x'.repeat(400)}` } }),
      { urgency: 0.5, preview: `a b ${'x'.repeat(276)}` },
    ],
  ])('is read from %s', (_, answer, wish) => {
    expect(wishIn(answer)).toEqual(wish);
  });

  it.each([
    ['a pass', message({ data: { pass: true, urgency: 1 } })],
    ['words', message({ text: 'Very much!' })],
    ['half of it', message({ text: '{"urgency": 0.' })],
    ['too much', message({ data: { urgency: 7 } })],
    ['no number', message({ data: { urgency: 'high' } })],
    ['null', message({ data: null })],
    ['nothing', message()],
    ['a task that is at work', task()],
    ['an event of another kind', StreamResponse.fromJSON({})],
  ])('is none: %s', (_, answer) => {
    expect(wishIn(answer)).toBeNull();
  });
});
