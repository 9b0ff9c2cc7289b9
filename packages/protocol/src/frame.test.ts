import { describe, expect, it } from 'vitest';
import { parseFrame, readFrame } from './frame.ts';

const CNV = 'cnv_1';

describe('parseFrame', () => {
  it('reads a frame with its op, conversation and data', () => {
    const text = JSON.stringify({
      id: '7',
      op: 'speech',
      conversation: CNV,
      basedOn: 4,
      data: { grant: 3, text: 'Good morning.\n\tAll of you.' },
    });
    expect(parseFrame(text)).toEqual({
      kind: 'frame',
      frame: {
        id: '7',
        op: 'speech',
        conversation: CNV,
        basedOn: 4,
        data: { grant: 3, text: 'Good morning.\n\tAll of you.' },
      },
    });
  });

  it('takes missing data for none', () => {
    const parsed = parseFrame(`{"id":"a","op":"floor.release","conversation":"${CNV}"}`);
    expect(parsed).toEqual({
      kind: 'frame',
      frame: { id: 'a', op: 'floor.release', conversation: CNV, data: {} },
    });
  });

  it('wants no conversation for hello only', () => {
    expect(parseFrame('{"id":"1","op":"hello"}').kind).toBe('frame');
    expect(problemOf({ id: '1', op: 'floor.release' })).toEqual({
      path: 'conversation',
      expected: 'an id ([A-Za-z0-9_-]{1,64})',
    });
  });

  it('takes the conversation of the address where the frame names none, and refuses another', () => {
    const context = { conversation: CNV };
    const parsed = readFrame({ id: '1', op: 'floor.cancel' }, context);
    expect(parsed).toMatchObject({ kind: 'frame', frame: { conversation: CNV } });
    const other = readFrame({ id: '1', op: 'floor.cancel', conversation: 'cnv_2' }, context);
    expect(other).toMatchObject({ kind: 'reply', reply: { error: { details: { path: 'conversation' } } } });
  });

  it.each([
    ['', 'not JSON', ''],
    ['{"id":"1","op":', 'not JSON', ''],
    ['[]', 'not an object', ''],
    ['null', 'not an object', ''],
    ['"hello"', 'not an object', ''],
    ['7', 'not an object', ''],
    ['{}', 'no op', 'op'],
    ['{"id":"1"}', 'no op', 'op'],
    ['{"id":"1","op":7}', 'no op', 'op'],
    ['{"id":"1","__proto__":{"op":"hello"}}', 'no op', 'op'],
    ['{"op":"hello"}', 'no id', 'id'],
    ['{"id":7,"op":"hello"}', 'no id', 'id'],
  ])('closes with 4400 on %s', (text, reason, path) => {
    const problem = { path, expected: expect.any(String) };
    expect(parseFrame(text)).toEqual({ kind: 'fatal', closeCode: 4400, reason, problem });
  });

  it.each<[string, unknown, string]>([
    ['an unknown op', { id: '1', op: 'floor.steal', conversation: CNV }, 'op'],
    ['an op that every object has', { id: '1', op: 'toString', conversation: CNV }, 'op'],
    ['an op of the hub', { id: '1', op: 'deadline.reached', conversation: CNV }, 'op'],
    ['an id with a space', { id: 'a b', op: 'hello' }, 'id'],
    ['an empty id', { id: '', op: 'hello' }, 'id'],
    ['a long id', { id: 'x'.repeat(65), op: 'hello' }, 'id'],
    ['a wrong conversation', { id: '1', op: 'floor.cancel', conversation: 'a/b' }, 'conversation'],
    ['a conversation of another type', { id: '1', op: 'floor.cancel', conversation: 7 }, 'conversation'],
    ['an unknown key', { id: '1', op: 'floor.cancel', conversation: CNV, extra: 1 }, 'extra'],
    ['a broken basedOn', { id: '1', op: 'floor.cancel', conversation: CNV, basedOn: 1.5 }, 'basedOn'],
    ['a negative basedOn', { id: '1', op: 'floor.cancel', conversation: CNV, basedOn: -1 }, 'basedOn'],
    ['data that is a list', { id: '1', op: 'floor.cancel', conversation: CNV, data: [] }, 'data'],
    ['data that is null', { id: '1', op: 'floor.cancel', conversation: CNV, data: null }, 'data'],
    [
      'data that is missing a value',
      { id: '1', op: 'speech', conversation: CNV, data: { grant: 1 } },
      'data.text',
    ],
  ])('answers %s and stays', (_, frame, path) => {
    expect(problemOf(frame)?.path).toBe(path);
  });

  it('repeats the id and op that it answers to', () => {
    const parsed = parseFrame('{"id":"q:1","op":"nope","conversation":"c"}');
    expect(parsed).toMatchObject({
      kind: 'reply',
      id: 'q:1',
      op: 'nope',
      reply: {
        re: 'q:1',
        ok: false,
        error: { code: 'request.invalid', retryable: false, retryAfterMs: null },
      },
    });
  });

  it('refuses keys that change objects, wherever they are', () => {
    expect(problemIn(joinWith('{"__proto__":{}}'))?.path).toBe('data.__proto__');
    expect(problemIn(joinWith('{"metadata":{"a":[{"constructor":1}]}}'))?.path).toBe(
      'data.metadata.a.0.constructor',
    );
    expect(problemIn(joinWith('{"metadata":{"prototype":1}}'))?.path).toBe('data.metadata.prototype');
  });

  it('refuses ids that every object answers to', () => {
    for (const participant of ['toString', 'constructor', '__proto__', 'hasOwnProperty']) {
      const frame = { id: '1', op: 'participant.remove', conversation: CNV, data: { participant } };
      expect(problemOf(frame)?.path).toBe('data.participant');
    }
  });

  it('refuses numbers that are not finite or not exact', () => {
    expect(problemIn(reaction('1e999'))).toEqual({
      path: 'data.rating',
      expected: 'a finite number within ±2^53',
    });
    expect(problemIn(reaction('-9007199254740994'))?.path).toBe('data.rating');
    expect(problemIn(reaction('0.5'))).toBeNull();
  });

  it('counts levels without recursion: 16 pass, 17 do not, 30 000 do no harm', () => {
    expect(problemIn(nested(14))).toBeNull();
    expect(problemIn(nested(15))?.path).toBe(`data.metadata${'.a'.repeat(14)}`);
    expect(problemIn(nested(10_000))?.expected).toBe('at most 16 levels');
    const lists = `{"id":"1","op":"hello","data":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    expect(problemIn(lists)?.expected).toBe('at most 16 levels');
  });
});

interface Told {
  path: string;
  expected: string;
}

const problemOf = (frame: unknown): Told | null => problemIn(JSON.stringify(frame));

function problemIn(text: string): Told | null {
  const parsed = parseFrame(text);
  if (parsed.kind === 'fatal') throw new Error(parsed.reason);
  return parsed.kind === 'reply' ? (parsed.reply.error.details as unknown as Told) : null;
}

const joinWith = (data: string) => `{"id":"1","op":"conversation.join","conversation":"c","data":${data}}`;

const reaction = (rating: string) =>
  `{"id":"1","op":"reaction.add","conversation":"c","data":{"to":1,"kind":"like","rating":${rating}}}`;

const nested = (levels: number) => {
  const metadata = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  return `{"id":"1","op":"conversation.join","conversation":"c","data":{"kind":"human","displayName":"A","metadata":${metadata}}}`;
};
