import { expect, it } from 'vitest';
import { bidIn } from './bid-answer.ts';

it.each([
  ['{"urgency": 0.4}', { urgency: 0.4 }],
  ['{"urgency": "1", "preview": " A doubt\\n about it "}', { urgency: 1, preview: 'A doubt about it' }],
  ['```json\n{"urgency": 0, "pass": false}\n```', { urgency: 0 }],
  ['Well {thinking} … {"urgency": 0.7, "preview": null}', { urgency: 0.7 }],
  ['{"urgency": 0.9, "pass": true}', null],
  ['{"urgency": 7}', null],
  ['{"urgency": true}', null],
  ['{"urgency": null}', null],
  ['{"urgency"', null],
  ['0.9', null],
  ['', null],
  [`{"urgency": 0.5, "preview": "${'x'.repeat(900)}"}`, { urgency: 0.5, preview: 'x'.repeat(280) }],
])('[AI-3] a bid is what can be read of %s', (text, bid) => {
  expect(bidIn(text)).toEqual(bid);
});

it('[AI-3] an answer that is made to be searched for long is a pass, at once', () => {
  const braces = `${'{'.repeat(1_000_000)}}`;
  const at = performance.now();
  expect(bidIn(braces)).toBeNull();
  expect(performance.now() - at).toBeLessThan(1_000);
});
