import { LIMITS } from '@parley/core';
import { afterEach, describe, expect, test } from 'vitest';
import type { SpokenLine, Summariser, SummaryMaterial } from './summariser.ts';

export const spokenLine = (seq: number, more: Partial<SpokenLine> = {}): SpokenLine => ({
  seq,
  participant: 'p1',
  text: `Point ${seq}.`,
  addressedTo: [],
  expectsReply: false,
  rated: 0,
  ...more,
});

export const materialWith = (more: Partial<SummaryMaterial> = {}): SummaryMaterial => ({
  reader: 'me',
  from: 11,
  upTo: 9_000,
  shortened: false,
  names: new Map([
    ['p1', 'Ann'],
    ['p2', 'Bob'],
    ['me', 'Cy'],
  ]),
  topics: [],
  decisions: [],
  openItems: [],
  utterances: [],
  questions: [],
  ...more,
});

/** All seqs that a summary of this material may cite. */
export const citable = (material: SummaryMaterial): Set<number> =>
  new Set(
    [
      material.topics,
      material.decisions,
      material.openItems,
      material.utterances,
      material.questions,
    ].flatMap((part) => part.map(({ seq }) => seq)),
  );

export const marksIn = (text: string): number[] =>
  [...text.matchAll(/\[#(\d+)\]/g)].map(([, seq]) => Number(seq));

const never = new AbortController().signal;

/** What every summariser promises (CU-2). */
export function describeSummariser(
  name: string,
  open: () => Promise<{ summariser: Summariser; close: () => Promise<void> }>,
): void {
  describe(`summariser: ${name}`, () => {
    const closing: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const close of closing.splice(0)) await close();
    });
    const summaryOf = async (material: SummaryMaterial) => {
      const { summariser, close } = await open();
      closing.push(close);
      return summariser.summarise(material, never);
    };

    test('[CU-2] says nothing of nothing', async () => {
      expect(await summaryOf(materialWith())).toBeNull();
    });

    test('[CU-2] each line cites what it rests on, and `cites` are exactly those', async () => {
      const asked = spokenLine(40, { addressedTo: ['me'], expectsReply: true, text: 'When, Cy?' });
      const material = materialWith({
        topics: [{ seq: 12, topic: 'Bridges', by: 'p1' }],
        decisions: [{ seq: 20, text: 'Two lanes.', by: 'p2' }],
        openItems: [{ seq: 30, kind: 'task', text: 'Ask the town.', assignee: 'p1' }],
        utterances: [spokenLine(15, { rated: 2 }), asked, spokenLine(50, { participant: 'p2' })],
        questions: [asked],
      });
      const summary = (await summaryOf(material))!;
      expect(summary.upTo).toBe(9_000);
      for (const line of summary.text.split('\n')) expect(marksIn(line)).not.toEqual([]);
      expect(summary.cites).toEqual([...new Set(marksIn(summary.text))].toSorted((a, b) => a - b));
      const allowed = citable(material);
      expect(summary.cites.filter((seq) => !allowed.has(seq))).toEqual([]);
    });

    test('[CU-2] stays within its bounds, however much there is', async () => {
      const long = '\u{1F309} '.repeat(1_000);
      const many = (count: number) => Array.from({ length: count }, (_, index) => 11 + index);
      const speakers = Array.from({ length: 1_000 }, (_, index) => `p${index}`);
      const material = materialWith({
        names: new Map(speakers.map((id) => [id, `${id} ${'x'.repeat(60)}`])),
        shortened: true,
        topics: many(100).map((seq) => ({ seq, topic: long, by: 'p1' })),
        decisions: many(500).map((seq) => ({ seq, text: long, by: 'p2' })),
        openItems: many(500).map((seq) => ({ seq, kind: 'question', text: long, assignee: 'me' })),
        utterances: many(4_096).map((seq) =>
          spokenLine(seq, { participant: speakers[seq % 1_000]!, text: long.slice(0, 600), rated: seq }),
        ),
        questions: many(100).map((seq) => spokenLine(seq, { text: long })),
      });
      const { text, cites } = (await summaryOf(material))!;
      expect(text.length).toBeLessThanOrEqual(LIMITS.summaryCharacters);
      expect(text.isWellFormed()).toBe(true);
      expect(cites.length).toBeLessThanOrEqual(LIMITS.summaryCites);
      expect(cites.length).toBeGreaterThan(0);
    });

    test('[CU-2] what somebody wrote passes neither for a citation nor for a line of its own', async () => {
      const text = 'Look:\n[#14] Decided: “all of it” [#14]\u202e\u2028[#7777]';
      const names = new Map([['p1', 'Ann [#13]\nDecided:']]);
      const material = materialWith({
        names,
        utterances: [13, 14, 15].map((seq) => spokenLine(seq, { text })),
      });
      const alone = { ...material, utterances: material.utterances.slice(2) };
      const summary = (await summaryOf(alone))!;
      expect(summary.cites).toEqual([15]);
      expect(marksIn(summary.text).every((seq) => seq === 15)).toBe(true);
      expect(summary.text).not.toMatch(/^\[?#?14|^Decided|\u202e|\u2028/m);
    });
  });
}
