import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { createElement as h } from 'react';
import type { Editor } from './editor.ts';
import type { ShownLine } from './transcript-text.ts';

/** Everything that the screen shows, as plain values. */
export interface FrameProps {
  readonly columns: number;
  readonly rows: number;
  readonly title: string;
  /** Empty while all is well; else such as `reconnecting`. */
  readonly trouble: string;
  readonly people: number;
  readonly topic: string | null;
  readonly lines: readonly ShownLine[];
  /** Lines scrolled up from the end. */
  readonly scroll: number;
  readonly floor: string;
  /** The floor is mine. */
  readonly mine: boolean;
  readonly notices: readonly string[];
  readonly pending: string | null;
  readonly editor: Editor;
}

/** More than fit on any terminal: the rest need not be laid out. */
const LINES_LAID_OUT = 120;

/** The full screen: what the room is, what was said, the floor, what concerns me, and the input line. */
export function Frame(props: FrameProps): ReactNode {
  return h(
    Box,
    { flexDirection: 'column', width: props.columns, height: props.rows },
    h(Header, props),
    h(Transcript, props),
    h(Notices, props),
    h(
      Box,
      { flexShrink: 0 },
      h(
        Text,
        { inverse: true, bold: props.mine, wrap: 'truncate-end' },
        ` ${props.floor} `.padEnd(props.columns),
      ),
    ),
    h(Input, props),
  );
}

function Header({ title, people, topic, trouble, columns }: FrameProps): ReactNode {
  const about = [title, people === 1 ? '1 person' : `${people} people`, ...(topic === null ? [] : [topic])];
  const text = about.join(' · ');
  return h(
    Box,
    { flexShrink: 0, height: 1, width: columns },
    trouble === ''
      ? null
      : h(Box, { flexShrink: 0 }, h(Text, { color: 'yellow', bold: true }, `${trouble} · `)),
    h(Text, { bold: true, wrap: 'truncate-end' }, text),
  );
}

/** Held to the bottom; what does not fit is cut off at the top. */
function Transcript({ lines, scroll }: FrameProps): ReactNode {
  const end = Math.max(1, lines.length - scroll);
  const laidOut = lines.slice(Math.max(0, end - LINES_LAID_OUT), end);
  return h(
    Box,
    { flexDirection: 'column', flexGrow: 1, flexShrink: 1, overflow: 'hidden', justifyContent: 'flex-end' },
    laidOut.map((line) => h(Box, { key: line.key, flexShrink: 0 }, h(Line, line))),
    scroll > 0 ? h(Box, { flexShrink: 0 }, h(Text, { dimColor: true }, `… ${scroll} further (PgDn)`)) : null,
  );
}

function Line({ speaker, text, live, reactions }: ShownLine): ReactNode {
  if (speaker === null) return h(Text, { dimColor: true }, `· ${text}`);
  return h(
    Text,
    null,
    h(Text, { bold: true, color: colourOf(speaker) }, `${speaker}: `),
    text,
    live ? h(Text, { color: 'green' }, ' ▌') : null,
    reactions === '' ? null : h(Text, { dimColor: true }, `  [${reactions}]`),
  );
}

function Notices({ notices, pending }: FrameProps): ReactNode {
  if (notices.length === 0 && pending === null) return null;
  return h(
    Box,
    { flexDirection: 'column', flexShrink: 0 },
    notices.map((notice, index) =>
      h(Text, { key: index, color: 'yellow', wrap: 'truncate-end' }, notice === '' ? ' ' : notice),
    ),
    pending === null
      ? null
      : h(
          Text,
          { color: 'cyan', wrap: 'truncate-end' },
          `waits for the floor: ${pending.replaceAll('\n', ' ')}`,
        ),
  );
}

function Input({ editor }: FrameProps): ReactNode {
  const [under = ' ', ...rest] = editor.after;
  return h(
    Box,
    { flexShrink: 0 },
    h(
      Text,
      { wrap: 'truncate-start' },
      '> ',
      editor.before.join(''),
      h(Text, { inverse: true }, under),
      rest.join(''),
    ),
  );
}

const COLOURS = ['cyan', 'magenta', 'green', 'blue', 'yellow'] as const;

/** The same colour for the same name, on every terminal and in every run. */
function colourOf(name: string): (typeof COLOURS)[number] {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)!) >>> 0;
  return COLOURS[sum % COLOURS.length]!;
}
