import { expect, test } from 'vitest';
import { describeSummariser, materialWith, spokenLine } from '../ports/summariser.contract.ts';
import type { SummaryMaterial } from '../ports/summariser.ts';
import { ExtractiveSummariser } from './summariser.extractive.ts';

describeSummariser('extractive', async () => ({
  summariser: new ExtractiveSummariser(),
  close: async () => undefined,
}));

const linesOf = async (material: Partial<SummaryMaterial>): Promise<string[]> =>
  (await new ExtractiveSummariser().summarise(materialWith(material)))?.text.split('\n') ?? [];

test('[CU-2] tells questions, decisions, open items, topics, ratings and speakers, in this order', async () => {
  const asked = spokenLine(40, { addressedTo: ['me'], expectsReply: true, text: 'When,\nCy?' });
  const lines = await linesOf({
    topics: [{ seq: 12, topic: 'Bridges', by: 'p1' }],
    decisions: [{ seq: 20, text: 'Two lanes.', by: 'p2' }],
    openItems: [
      { seq: 30, kind: 'task', text: 'Ask the town.', assignee: 'p1' },
      { seq: 31, kind: 'question', text: 'Steel?', assignee: 'me' },
      { seq: 32, kind: 'question', text: 'Wood?', assignee: null },
    ],
    utterances: [
      spokenLine(15, { rated: 1.5 }),
      asked,
      spokenLine(41, { participant: 'p2', rated: 2 }),
      spokenLine(42, { rated: -1 }),
    ],
    questions: [asked],
  });
  expect(lines).toEqual([
    'Ann asked you: “When, Cy?” [#40]',
    'Decided: “Two lanes.” (Bob) [#20]',
    'Open task for Ann: “Ask the town.” [#30]',
    'Open question for you: “Steel?” [#31]',
    'Open question: “Wood?” [#32]',
    'Ann changed the topic to “Bridges” [#12]',
    'Rated +2: Bob, “Point 41.” [#41]',
    'Rated +1.5: Ann, “Point 15.” [#15]',
    'Spoke: Ann 3 ×, last [#42]; Bob 1 ×, last [#41]',
  ]);
});

test('[CU-2] of many the newest are told, under a line that stands for the others', async () => {
  const decisions = Array.from({ length: 9 }, (_, index) => ({
    seq: 20 + index,
    text: `D${index}`,
    by: null,
  }));
  const lines = await linesOf({ decisions });
  expect(lines).toHaveLength(7);
  expect(lines[0]).toBe('3 earlier decisions, the last of them [#22]');
  expect(lines[1]).toBe('Decided: “D3” (somebody) [#23]');
  expect(lines.at(-1)).toBe('Decided: “D8” (somebody) [#28]');
});

test('[CU-2] counts say that they are of the end only, where not all was looked at', async () => {
  const lines = await linesOf({ shortened: true, utterances: [spokenLine(15)] });
  expect(lines).toEqual(['Spoke lately: Ann 1 ×, last [#15]']);
});
