import { describe, expect, it } from 'vitest';
import type { Edit } from './editor.ts';
import { edit, EMPTY_EDITOR, textOf } from './editor.ts';

const type = (text: string): Edit => ({ kind: 'insert', text });
const after = (...changes: Edit[]) => changes.reduce(edit, EMPTY_EDITOR);

describe('the input line', () => {
  it('inserts at the cursor', () => {
    expect(textOf(after(type('ac'), { kind: 'left' }, type('b')))).toBe('abc');
    expect(textOf(after(type('bc'), { kind: 'home' }, type('a'), { kind: 'end' }, type('d')))).toBe('abcd');
  });

  it('deletes what a person sees as one character', () => {
    expect(textOf(after(type('a👩‍👩‍👧é'), { kind: 'backspace' }, { kind: 'backspace' }))).toBe('a');
    expect(textOf(after(type('👍x'), { kind: 'home' }, { kind: 'delete' }))).toBe('x');
  });

  it('deletes words and the whole line', () => {
    expect(textOf(after(type('one two  '), { kind: 'backWord' }))).toBe('one ');
    expect(textOf(after(type('one'), { kind: 'clear' }))).toBe('');
  });

  it('brings earlier lines back, and the unfinished one after them', () => {
    const entered = after(type('first'), { kind: 'enter' }, type('second'), { kind: 'enter' }, type('third'));
    const up = [{ kind: 'up' }, { kind: 'up' }, { kind: 'up' }] satisfies Edit[];
    expect(textOf(up.reduce(edit, entered))).toBe('first');
    const down = [...up, { kind: 'down' }, { kind: 'down' }, { kind: 'down' }] satisfies Edit[];
    expect(textOf(down.reduce(edit, entered))).toBe('third');
  });

  it('stays where it is at either end', () => {
    expect(after({ kind: 'left' }, { kind: 'right' }, { kind: 'backspace' }, { kind: 'up' })).toEqual(
      EMPTY_EDITOR,
    );
  });

  it('takes no more than one utterance may be long', () => {
    expect(textOf(after(type('x'.repeat(32_000)), type('y')))).toHaveLength(32_000);
  });
});
