import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { plainLine, plainText } from './plain-text.ts';

describe('text of others on a terminal', () => {
  it.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['cursor movement and clearing', 'a\u001b[2J\u001b[1;1Hb', 'ab'],
    ['a window title', '\u001b]0;owned\u0007hello', 'hello'],
    ['a link', '\u001b]8;;http://evil.example\u001b\\click\u001b]8;;\u001b\\', 'click'],
    ['a clipboard write', '\u001b]52;c;cm0gLXJmIC8=\u0007ok', 'ok'],
    ['a device string', 'x\u001bPq#0;2;0;0;0\u001b\\y', 'xy'],
    ['C1 forms', '\u009b31mred\u009d0;t\u0007.', 'red.'],
    ['a terminal reset', 'a\u001bcb', 'ab'],
    ['bell, backspace and carriage return', 'safe\u0007\b\b\b\bevil\rover', 'safeevil\nover'],
    ['right-to-left overrides', 'user\u202etxt.exe\u2066', 'usertxt.exe'],
    ['a sequence without an end', 'text\u001b]0;never ends', 'text'],
    ['a sequence inside a sequence', '\u001b\u001b[31m[31mred', '[31mred'],
  ])('loses %s', (_, text, expected) => {
    expect(plainText(text)).toBe(expected);
  });

  it('keeps what people write', () => {
    const text = 'Zoë: «naïve» 👩‍👩‍👧 日本語\n  two lines, שלום';
    expect(plainText(text)).toBe(text);
  });

  it('never lets a control character through', () => {
    const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
    const piece = fc.constantFrom(
      '\u001b',
      '[',
      ']',
      '31m',
      '\u009b',
      '\u0007',
      'a',
      '\\',
      'P',
      '\u202e',
      ';',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((all) => all.join('')),
        ),
        (text) => {
          expect(plainText(text)).not.toMatch(control);
          expect(plainLine(text)).not.toContain('\n');
        },
      ),
    );
  });
});
