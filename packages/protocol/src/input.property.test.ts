import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFrame, validateCommand } from './frame.ts';
import { DEPTH_MAX, guardJson } from './json-guard.ts';
import { WIRE_OPS } from './schemas/commands.ts';
import { hasRefusedCharacter, toSpeakableText } from './characters.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const op = fc.constantFrom(...WIRE_OPS);
const KEYS = ['grant', 'text', 'utterance', 'kind', 'displayName', 'participant', 'topics', 'metadata', 'to'];

/** JSON whose keys are often those that commands have, so that some get past the first check. */
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 0, 1, 0.5, -1, 'human', 'hand', 'question', 'utt_1', 'active'),
    anyText,
    fc.double(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), anyText), tie('value'), { maxKeys: 4 }),
  ),
})).value;

describe('whatever comes in', () => {
  it('never makes the parser throw, be it JSON or not', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          fc.json(),
          json.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          expect(['frame', 'reply', 'fatal']).toContain(parseFrame(text).kind);
        },
      ),
    );
  });

  it('is answered with a path, or accepted unchanged', () => {
    fc.assert(
      fc.property(op, json, (name, data) => {
        const text = JSON.stringify({ id: '1', op: name, conversation: 'c', data });
        const parsed = parseFrame(text);
        if (parsed.kind === 'fatal') throw new Error(parsed.reason);
        const outcome =
          parsed.kind === 'frame' ? parsed.frame : String(parsed.reply.error.details['path']).split('.')[0];
        const right = parsed.kind === 'frame' ? JSON.parse(text) : 'data';
        expect(outcome).toEqual(right);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is judged alike alone and in its frame', () => {
    fc.assert(
      fc.property(op, json, (name, given) => {
        const data: unknown = JSON.parse(JSON.stringify(given));
        const parsed = parseFrame(JSON.stringify({ id: '1', op: name, conversation: 'c', data }));
        const alone = validateCommand(name, data);
        const details = parsed.kind === 'reply' ? parsed.reply.error.details : parsed.kind;
        expect(details).toEqual(alone.ok ? 'frame' : alone.error);
      }),
      { numRuns: 500 },
    );
  });
});

/** A join that is fine, with `value` put at a random depth of its metadata. */
const joinWith = (value: string, depth: number): string => {
  const metadata = `${'{"a":'.repeat(depth)}${value}${'}'.repeat(depth)}`;
  return `{"id":"1","op":"conversation.join","conversation":"c","data":{"kind":"human","displayName":"A","metadata":${metadata}}}`;
};
const depth = fc.integer({ min: 1, max: DEPTH_MAX - 4 });
const refusalOf = (text: string): unknown => {
  const parsed = parseFrame(text);
  return parsed.kind === 'reply' ? parsed.reply.error.details['expected'] : parsed.kind;
};

describe('wherever it is, there is no way in for', () => {
  it('keys that change objects', () => {
    fc.assert(
      fc.property(depth, fc.constantFrom('__proto__', 'constructor', 'prototype'), (levels, key) => {
        expect(refusalOf(joinWith(`{"${key}":{"x":1}}`, levels))).toMatch(/no key/);
      }),
    );
  });

  it('characters that hide or control', () => {
    const bad = fc.constantFrom(
      '\u0000',
      '\u0007',
      '\r',
      '\u001B',
      '\u007F',
      '\u0085',
      '\u009F',
      '\u202A',
      '\u202E',
      '\u2066',
      '\u2069',
    );
    fc.assert(
      fc.property(depth, bad, anyText, anyText, (levels, character, before, after) => {
        const text = JSON.stringify(before + character + after);
        expect(refusalOf(joinWith(text, levels))).toMatch(/control or bidi/);
        expect(refusalOf(joinWith(`{${text}:1}`, levels))).toMatch(/no key/);
      }),
    );
  });

  it('halves of surrogate pairs', () => {
    fc.assert(
      fc.property(depth, fc.constantFrom('"\\ud83d"', '"\\ude00"', '"a\\ud83db"'), (levels, text) => {
        expect(refusalOf(joinWith(text, levels))).toMatch(/control or bidi/);
      }),
    );
  });

  it('numbers that are not finite or not exact', () => {
    fc.assert(
      fc.property(
        depth,
        fc.constantFrom('1e309', '-1e309', '9007199254740994', '-1e17'),
        (levels, number) => {
          expect(refusalOf(joinWith(number, levels))).toMatch(/finite number/);
        },
      ),
    );
  });

  it('more levels than are allowed', () => {
    fc.assert(
      fc.property(fc.integer({ min: DEPTH_MAX + 1, max: 5_000 }), fc.boolean(), (levels, lists) => {
        const nested = lists
          ? `${'['.repeat(levels)}${']'.repeat(levels)}`
          : `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
        expect(guardJson(JSON.parse(nested))?.expected).toBe('at most 16 levels');
      }),
    );
    const deepest: unknown = JSON.parse(`${'['.repeat(DEPTH_MAX)}${']'.repeat(DEPTH_MAX)}`);
    expect(guardJson(deepest)).toBeNull();
  });
});

describe('toSpeakableText', () => {
  it('makes any text one that may be said, and leaves those that may be as they are', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const speakable = toSpeakableText(text);
        expect(hasRefusedCharacter(speakable)).toBe(false);
        expect(toSpeakableText(speakable)).toBe(speakable);
      }),
    );
    expect(toSpeakableText('one\r\ntwo\rthree\n\u001B[1mbold\u202E')).toBe('one\ntwo\nthree\n[1mbold');
  });
});
