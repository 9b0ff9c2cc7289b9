import { expect, it } from 'vitest';
import { isQuestion } from './question.ts';

it.each([
  'Is it?',
  'Is it? ',
  'He said: “Is it?”',
  '(Is it?)',
  '« Est-ce que c’est lui ? »',
  '„Ist es das?“',
  '本当ですか？',
  '「本当ですか？」',
  'ما هذا؟',
  'Τι είναι\u037E',
  'Ինչո՞ւ՞',
  'Really?\n',
])('asks: %s', (text) => expect(isQuestion(text)).toBe(true));

it.each(['', 'It is.', 'What? It is.', 'a?b', '?x', 'https://h/?q', ')', '“It is”'])(
  'asks nothing: %s',
  (text) => expect(isQuestion(text)).toBe(false),
);

it('is told of a long text at once', () => {
  expect(isQuestion(`${'? '.repeat(16_000)}x`)).toBe(false);
  expect(isQuestion(`?${' '.repeat(31_000)}x`)).toBe(false);
});
