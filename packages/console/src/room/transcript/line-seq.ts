import type { UtteranceLine } from '@parley/client';

/** The number that a permalink to an utterance carries: that of the event that the log keeps. */
export const lineSeq = (line: UtteranceLine): number | null => line.endedSeq ?? line.seq;
