import type { ParticipantId, Seq } from '@parley/core';
import { LIMITS } from '@parley/core';
import type { Summary, SummaryMaterial } from '../ports/summariser.ts';

/** One line of a summary; it names the seqs that it rests on. */
export interface SummaryLine {
  readonly text: string;
  readonly cites: readonly Seq[];
}

/** How a summary names a seq; a client makes a link of it. */
export const mark = (seq: Seq): string => `[#${seq}]`;

/** Of these lines as many as fit, the first ones first; null where there is none. */
export function summaryOf(lines: readonly SummaryLine[], upTo: Seq): Summary | null {
  const kept: string[] = [];
  const cites = new Set<Seq>();
  let characters = 0;
  for (const line of lines) {
    const added = line.cites.filter((seq) => !cites.has(seq)).length;
    const tooLong = characters + line.text.length + 1 > LIMITS.summaryCharacters;
    if (tooLong || cites.size + added > LIMITS.summaryCites) continue;
    kept.push(line.text);
    characters += line.text.length + 1;
    for (const seq of line.cites) cites.add(seq);
  }
  if (kept.length === 0) return null;
  return { text: kept.join('\n'), upTo, cites: [...cites].toSorted((a, b) => a - b) };
}

/**
 * What somebody wrote, on one line of at most `max` characters. It cannot pass for a seq that the summary
 * rests on, nor turn the line around.
 */
export function oneLine(text: string, max: number): string {
  const line = text
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ')
    .replaceAll('[#', '[')
    .replaceAll(/\s+/g, ' ')
    .trim();
  // Half a surrogate pair is no character.
  return line.length > max ? `${line.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…` : line;
}

export const nameIn = ({ names }: SummaryMaterial, id: ParticipantId | null): string =>
  oneLine((id === null ? undefined : names.get(id)) ?? 'somebody', 40);
