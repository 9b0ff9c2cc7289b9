import type { TranscriptLine } from '@parley/client';
import { useRef } from 'react';

/** High enough for all lines that can come before those that one began with. */
const START = 1_000_000;

/** Tells the virtual list how many lines were put before its first, so that what one reads does not move. */
export function useFirstIndex(lines: readonly TranscriptLine[]): number {
  const state = useRef({ first: START, key: undefined as string | undefined });
  const { key } = state.current;
  if (key !== undefined && lines[0]?.key !== key) {
    const moved = lines.findIndex((line) => line.key === key);
    // Lines went in before the known first one; where it is gone, old lines were dropped instead.
    if (moved > 0) state.current.first -= moved;
    else state.current.first += 1;
  }
  state.current.key = lines[0]?.key;
  return state.current.first;
}
