import { createInterface } from 'node:readline';
import type { Room, TranscriptLine } from '@parley/client';
import type { Terminal } from '../terminal/terminal.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { Actions } from './actions.ts';
import { tellBridges } from './bridge-actions.ts';
import { nameIn } from './floor-calls.ts';
import { tellCalls, tellLosses } from './floor-news.ts';
import { tellSummaries } from './missed.ts';
import { parseInput } from './slash-commands.ts';
import { shownLine } from './transcript-text.ts';

/**
 * The chat for pipes and simple terminals: a line per utterance out, a line per command in. When the input
 * ends, what was asked for is still carried out before this resolves; not so when `signal` aborts. Answers
 * whether the person said that it leaves.
 */
export async function runLines(
  room: Room,
  terminal: Terminal,
  { json, signal, now }: { json: boolean; signal: AbortSignal; now: () => number },
): Promise<boolean> {
  const { stdout } = terminal;
  const notice = (text: string): void => printLine(terminal.stderr, text);
  const actions = new Actions(room, {
    notice,
    pending: (text) => {
      if (text !== null) notice('Your hand is up; this is said when it is your turn.');
    },
  });
  const stopPrinting = json
    ? room.on((event) => printJson(stdout, event))
    : printTranscript(room, (text) => printLine(stdout, text));
  const stopTelling = [
    tellSummaries(room, notice),
    tellCalls(room, now, notice, () => actions.waiting),
    tellLosses(room, notice),
    tellBridges(room, notice),
  ];
  const lines = createInterface({ input: terminal.stdin, crlfDelay: Infinity });
  const stop = (): void => lines.close();
  const stopListening = room.onClosed(stop);
  signal.addEventListener('abort', stop);
  let asked = false;
  try {
    for await (const line of lines) {
      if (room.closed || signal.aborted) break;
      asked = actions.perform(parseInput(line));
      if (asked) break;
    }
    if (!room.closed && !signal.aborted) await actions.settled();
    return asked;
  } finally {
    signal.removeEventListener('abort', stop);
    stopListening();
    stopPrinting();
    for (const stop of stopTelling) stop();
    lines.close();
  }
}

/** Prints each line of the transcript once it is complete, those before now first. Returns how to stop. */
function printTranscript(room: Room, print: (text: string) => void): () => void {
  const printed = new Set<string>();
  const complete = (line: TranscriptLine): boolean => line.kind !== 'utterance' || line.status !== 'speaking';
  const printNew = (): void => {
    for (const line of room.transcript) {
      const key = printKey(line);
      if (printed.has(key) || !complete(line)) continue;
      printed.add(key);
      const { speaker, text } = shownLine(line, (id) => (id === room.me ? 'you' : nameIn(room.view, id)));
      print(speaker === null ? `* ${text}` : `${speaker}: ${text}`);
    }
    // The transcript is bounded, and so is what is remembered of it.
    if (printed.size > 2 * room.transcript.length + 1_000) {
      const present = new Set(room.transcript.map(printKey));
      for (const key of printed) if (!present.has(key)) printed.delete(key);
    }
  };
  printNew();
  return room.subscribe(printNew);
}

/** What became of the floor replaces the line that said it was open; on paper both are printed. */
const printKey = (line: TranscriptLine): string =>
  line.kind === 'floor' ? `${line.key} ${line.outcome}` : line.key;
