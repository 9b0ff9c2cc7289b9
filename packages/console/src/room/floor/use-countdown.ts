import { useNow, useTranscript } from '@parley/client/react';
import type { Holder } from '../../session/types.ts';
import { useRoom } from '../room-context.tsx';
import type { TurnEnd } from './deadline.ts';
import { turnEnd } from './deadline.ts';

export interface Countdown {
  readonly why: TurnEnd['why'];
  readonly leftMs: number;
  /** The part of it that is left, from 1 to 0. */
  readonly share: number;
}

const STEP_MS = 250;

/** How long a holder may still go on, by the hub's clock. */
export function useCountdown(holder: Holder): Countdown {
  const { room, connection, view } = useRoom();
  const now = useNow(connection, STEP_MS);
  const lines = useTranscript(room);
  const last = lines.findLast((line) => line.kind === 'utterance' && line.participant === holder.participant);
  const ended = last?.kind === 'utterance' ? last.endedAt : null;
  const { why, at, wholeMs } = turnEnd(
    holder,
    view.config.floor.timers,
    ended === null ? null : Date.parse(ended),
  );
  const leftMs = Math.max(0, at - now);
  return { why, leftMs, share: Math.min(1, leftMs / Math.max(1, wholeMs)) };
}
