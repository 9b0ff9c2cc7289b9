import { renderToString } from 'ink';
import { createElement as h } from 'react';
import { describe, expect, it } from 'vitest';
import { stripVTControlCharacters } from 'node:util';
import { edit, EMPTY_EDITOR } from './editor.ts';
import type { FrameProps } from './frame.ts';
import { Frame } from './frame.ts';
import type { ShownLine } from './transcript-text.ts';

const said = (index: number, text = `line number ${index}`): ShownLine => ({
  key: `utt_${index}`,
  speaker: index % 2 === 0 ? 'Brindle' : 'Juniper',
  text,
  live: false,
  reactions: '',
});

const PROPS: FrameProps = {
  columns: 80,
  rows: 24,
  title: 'Tea',
  trouble: '',
  people: 3,
  topic: null,
  lines: [],
  scroll: 0,
  floor: 'The floor is free',
  mine: false,
  notices: [],
  pending: null,
  editor: EMPTY_EDITOR,
};

function draw(props: Partial<FrameProps>): string[] {
  const all = { ...PROPS, ...props };
  const text = renderToString(h(Frame, all), { columns: all.columns });
  return stripVTControlCharacters(text).split('\n');
}

describe('the full screen', () => {
  it('fills 80 × 24 and no more, however much was said', () => {
    const lines = Array.from({ length: 500 }, (_, index) => said(index));
    const rows = draw({ lines });
    expect(rows).toHaveLength(24);
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(80);
    expect(rows.join('\n')).toContain('line number 499');
    expect(rows[0]).toContain('Tea · 3 people');
    expect(rows.at(-2)).toContain('The floor is free');
    expect(rows.at(-1)).toContain('>');
  });

  it('shows the end of a speech that is longer than the screen', () => {
    const rows = draw({ lines: [said(1, `${'word '.repeat(900)}the end`)] });
    expect(rows).toHaveLength(24);
    expect(rows.join('\n')).toContain('the end');
    expect(rows[0]).toContain('Tea');
  });

  it('shows live speech, reactions, what waits, and notices', () => {
    const lines = [
      { ...said(1), reactions: '👍 2' },
      { ...said(2, 'so I thin'), live: true },
    ];
    const text = draw({ lines, pending: 'my word', notices: ['Your hand is up.'] }).join('\n');
    for (const part of ['[👍 2]', 'so I thin ▌', 'waits for the floor: my word', 'Your hand is up.']) {
      expect(text).toContain(part);
    }
  });

  it('scrolls up, and says that there is more', () => {
    const lines = Array.from({ length: 100 }, (_, index) => said(index));
    const text = draw({ lines, scroll: 50 }).join('\n');
    expect(text).toContain('line number 49');
    expect(text).not.toContain('line number 50');
    expect(text).toContain('50 further');
  });

  it('keeps the end of a long input in view', () => {
    const editor = edit(EMPTY_EDITOR, { kind: 'insert', text: `${'x'.repeat(200)}END` });
    const rows = draw({ editor });
    expect(rows).toHaveLength(24);
    expect(rows.at(-1)).toContain('END');
  });

  it('stays whole on a small terminal', () => {
    const lines = Array.from({ length: 30 }, (_, index) => said(index));
    const rows = draw({
      columns: 30,
      rows: 8,
      lines,
      notices: ['a', 'b'],
      topic: 'a very long topic indeed',
    });
    expect(rows).toHaveLength(8);
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(30);
  });
});
