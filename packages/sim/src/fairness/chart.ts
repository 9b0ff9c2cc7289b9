import { percentile } from './meter.ts';
import type { Study } from './study.ts';

const WIDTH = 760;
const ROW = 22;
const TOP = 64;
const LABEL = 44;
const GAP = 84;
const PANEL = (WIDTH - 2 * LABEL - GAP - 70) / 2;

/** Colours that can be read on white and on dark; the viewer's own preference chooses. */
const STYLE = `
  .paper { fill: #ffffff } text { fill: #1f2328; font: 12px system-ui, sans-serif }
  .title { font-size: 14px; font-weight: 600 } .soft { fill: #59636e }
  .speak { fill: #0969da } .wait { fill: #9a6700 } .most { stroke: #9a6700; stroke-width: 2 }
  .even { stroke: #59636e; stroke-dasharray: 3 3 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 } text { fill: #e6edf3 } .soft { fill: #9198a1 }
    .speak { fill: #4493f8 } .wait { fill: #d29922 } .most { stroke: #d29922 } .even { stroke: #9198a1 }
  }`;

/** Speaking time and waiting time of everybody in a study, side by side, as an SVG document. */
export function chartOf({ title, rows }: Study): string {
  const speaking = rows.map((row) => row.speakingMs / 60_000);
  const typical = rows.map((row) => percentile(row.waits, 0.5) / 1_000);
  const rare = rows.map((row) => percentile(row.waits, 0.95) / 1_000);
  const even = speaking.reduce((sum, minutes) => sum + minutes, 0) / Math.max(1, rows.length);
  const left = { x: LABEL, scale: PANEL / Math.max(1e-9, ...speaking) };
  const right = { x: LABEL + PANEL + GAP + LABEL, scale: PANEL / Math.max(1e-9, ...rare) };
  const height = TOP + rows.length * ROW + 20;
  const evenX = round(left.x + even * left.scale);
  const lines = rows.flatMap(({ participant }, index) => {
    const y = TOP + index * ROW;
    const base = y + 13;
    const minutes = speaking[index] ?? 0;
    const usual = typical[index] ?? 0;
    const seldom = rare[index] ?? 0;
    const seldomX = round(right.x + seldom * right.scale);
    return [
      text(left.x - 8, base, participant, 'end'),
      bar('speak', left.x, y, minutes * left.scale),
      text(round(left.x + minutes * left.scale + 6), base, minutes.toFixed(minutes < 100 ? 1 : 0)),
      text(right.x - 8, base, participant, 'end'),
      bar('wait', right.x, y, usual * right.scale),
      `<line class="most" x1="${seldomX}" x2="${seldomX}" y1="${y}" y2="${y + 16}"/>`,
      text(seldomX + 6, base, `${usual.toFixed(0)} / ${seldom.toFixed(0)}`),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escape(title)}: speaking and waiting time of each participant</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" width="${WIDTH}" height="${height}"/>`,
    text(16, 24, title, 'start', 'title'),
    text(left.x, 48, 'Speaking time, minutes (dashed: even share)', 'start', 'soft'),
    text(right.x, 48, 'Wait, seconds: median (bar) / 95 % (line)', 'start', 'soft'),
    `<line class="even" x1="${evenX}" x2="${evenX}" y1="${TOP - 6}" y2="${height - 16}"/>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

const bar = (kind: 'speak' | 'wait', x: number, y: number, width: number): string =>
  `<rect class="${kind}" x="${x}" y="${y}" width="${round(Math.max(0, width))}" height="16" rx="2"/>`;

const text = (
  x: number,
  y: number,
  content: string,
  anchor: 'start' | 'end' = 'start',
  kind = 'label',
): string => `<text class="${kind}" x="${x}" y="${y}" text-anchor="${anchor}">${escape(content)}</text>`;

const round = (value: number): number => Math.round(value * 10) / 10;

const escape = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
