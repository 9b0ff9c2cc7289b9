import type { Connection, Room } from '@parley/client';
import { render, useApp, useInput, usePaste, useWindowSize } from 'ink';
import type { Key } from 'ink';
import type { ReactNode } from 'react';
import { createElement as h, useCallback, useEffect, useMemo, useReducer, useState } from 'react';
import type { Terminal } from '../terminal/terminal.ts';
import { plainLine, plainText } from '../terminal/plain-text.ts';
import { Actions } from './actions.ts';
import type { Edit } from './editor.ts';
import { edit, EMPTY_EDITOR, textOf } from './editor.ts';
import { tellBridges } from './bridge-actions.ts';
import { nameIn } from './floor-calls.ts';
import { floorLine, glanceOf } from './floor-line.ts';
import { tellLosses } from './floor-news.ts';
import { Frame } from './frame.ts';
import { tellSummaries } from './missed.ts';
import { parseInput } from './slash-commands.ts';
import { shownLine } from './transcript-text.ts';

/** How often the remaining time is brought up to date, in milliseconds. */
const TICK_MS = 500;
const NOTICES_KEPT = 40;
/** Lines that notices leave to everything else. */
const ROWS_LEFT = 8;
const NOTICE_MS = 12_000;

/**
 * Runs the full-screen chat; resolves when the person leaves, the room is over or `signal` aborts. Answers
 * whether the person said that it leaves.
 */
export async function runScreen(
  room: Room,
  connection: Connection,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<boolean> {
  let asked = false;
  const app = render(h(Screen, { room, connection, onLeave: () => (asked = true) }), {
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    stderr: terminal.stderr,
    alternateScreen: true,
    exitOnCtrlC: false,
    // A terminal is one even where CI is set.
    interactive: true,
  });
  const leave = (): void => app.unmount();
  signal.addEventListener('abort', leave);
  await app.waitUntilExit();
  signal.removeEventListener('abort', leave);
  return asked;
}

interface Notice {
  readonly text: string;
  readonly until: number;
}

interface ScreenProps {
  readonly room: Room;
  readonly connection: Connection;
  readonly onLeave: () => void;
}

function Screen({ room, connection, onLeave }: ScreenProps): ReactNode {
  const { columns, rows } = useWindowSize();
  const { exit } = useApp();
  const [editor, change] = useReducer(edit, EMPTY_EDITOR);
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const [pending, setPending] = useState<string | null>(null);
  const [scroll, setScroll] = useState(0);
  useRedraw(room, connection);

  const notice = useCallback(
    (text: string): void =>
      setNotices((all) => [...all, { text, until: Date.now() + NOTICE_MS }].slice(-NOTICES_KEPT)),
    [],
  );
  const actions = useMemo(() => new Actions(room, { notice, pending: setPending }), [room, notice]);
  useEffect(() => tellLosses(room, notice), [room, notice]);
  useEffect(() => tellBridges(room, notice), [room, notice]);
  useEffect(() => tellSummaries(room, notice), [room, notice]);

  useEffect(() => room.onClosed(() => exit()), [room, exit]);

  /** Enters the line with `typed` at the cursor: a terminal may deliver several keys in one piece. */
  const enter = (typed: string): void => {
    const line = textOf(edit(editor, { kind: 'insert', text: typed }));
    if (typed !== '') change({ kind: 'insert', text: typed });
    change({ kind: 'enter' });
    setScroll(0);
    setNotices([]);
    if (!actions.perform(parseInput(line))) return;
    onLeave();
    exit();
  };
  useInput((input, key) => {
    if (key.ctrl && (input === 'c' || input === 'd')) return exit();
    if (key.return) return enter('');
    if (key.pageUp) return setScroll((lines) => Math.min(lines + 5, Math.max(0, room.transcript.length - 1)));
    if (key.pageDown) return setScroll((lines) => Math.max(0, lines - 5));
    const lineEnd = key.ctrl || key.meta ? -1 : input.search(/[\r\n]/);
    if (lineEnd !== -1) return enter(plainText(input.slice(0, lineEnd)));
    const edited = editOf(input, key);
    if (edited) change(edited);
  });
  usePaste((text) => change({ kind: 'insert', text: plainText(text).replaceAll('\n', ' ') }));

  const { view } = room;
  return h(Frame, {
    columns,
    rows,
    title: plainLine(view.title) || view.id,
    trouble:
      connection.status === 'open' && room.live
        ? ''
        : connection.status === 'open'
          ? 'resuming'
          : connection.status,
    people: view.participants.length,
    topic: view.context.topic === null ? null : plainLine(view.context.topic),
    lines: room.transcript.map((line) =>
      shownLine(line, (id) => (id === room.me ? 'you' : nameIn(view, id))),
    ),
    scroll,
    floor: floorLine(glanceOf(room, connection.serverNow())),
    mine: room.floor.mine !== null,
    notices: notices
      .filter(({ until }) => until > Date.now())
      .map(({ text }) => text)
      .slice(-Math.max(2, rows - ROWS_LEFT)),
    pending,
    editor,
  });
}

/** Draws again when the room or the connection changed, and twice a second for the clock. */
function useRedraw(room: Room, connection: Connection): void {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const stops = [room.subscribe(redraw), connection.onStatus(redraw)];
    const timer = setInterval(redraw, TICK_MS);
    return () => {
      clearInterval(timer);
      for (const stop of stops) stop();
    };
  }, [room, connection]);
}

const CTRL: Readonly<Record<string, Edit['kind']>> = { u: 'clear', w: 'backWord', a: 'home', e: 'end' };

/** The change that a key asks for; null for keys that mean nothing here. */
function editOf(input: string, key: Key): Edit | null {
  if (key.leftArrow) return { kind: 'left' };
  if (key.rightArrow) return { kind: 'right' };
  if (key.upArrow) return { kind: 'up' };
  if (key.downArrow) return { kind: 'down' };
  if (key.home) return { kind: 'home' };
  if (key.end) return { kind: 'end' };
  if (key.backspace) return { kind: 'backspace' };
  if (key.delete) return { kind: 'delete' };
  if (key.ctrl) {
    const kind = CTRL[input];
    return kind === undefined ? null : ({ kind } as Edit);
  }
  if (key.meta || key.escape || key.tab || input === '') return null;
  return { kind: 'insert', text: plainText(input).replaceAll('\n', ' ') };
}
