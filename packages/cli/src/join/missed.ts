import type { CatchUpSummary, Room } from '@parley/client';
import { plainLine } from '../terminal/plain-text.ts';

/** Tells in short what was missed, on coming in and on each return after much. Returns how to stop. */
export function tellSummaries(room: Room, notice: (text: string) => void): () => void {
  let told: CatchUpSummary | undefined;
  const tell = (): void => {
    const { summary } = room.catchUp;
    if (summary === told) return;
    told = summary;
    for (const line of summaryLines(summary)) notice(line);
  };
  tell();
  return room.subscribe(tell);
}

/** A heading and the summary's lines, each safe to print. */
export function summaryLines(summary: CatchUpSummary | undefined): string[] {
  const lines = (summary?.text ?? '').split('\n').map(plainLine);
  const shown = lines.filter((line) => line !== '').map((line) => `  ${line}`);
  return shown.length === 0 ? [] : ['What you missed, in short:', ...shown];
}
