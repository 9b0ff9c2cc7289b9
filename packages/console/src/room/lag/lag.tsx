import type { Room, WireEvent } from '@parley/client';
import type { ReactNode } from 'react';
import { createContext, useContext, useEffect, useState } from 'react';
import type { View } from '../../session/types.ts';

/** How far somebody's view was behind when that was told. */
export interface Lag {
  /** Events of the conversation that it had not had; some of them may not have been for it. */
  readonly events: number;
  /** How long the first of them had waited, where the hub knows that. */
  readonly lagMs: number | null;
}

type Lags = ReadonlyMap<string, Lag>;

const Context = createContext<Lags | null>(null);

/** By participant, for those of whom it was heard; whether they are behind now says the view. */
export function useLags(): Lags {
  const lags = useContext(Context);
  if (lags === null) throw new Error('broken assumption: useLags is used inside LagProvider');
  return lags;
}

/** Remembers what was told of views that are behind (CS-1, CS-2), also while nobody looks at the list. */
export function LagProvider({ room, children }: { readonly room: Room; readonly children: ReactNode }) {
  const [lags, setLags] = useState<Lags>(new Map());
  useEffect(() => room.on((event) => setLags((before) => lagsAfter(before, event))), [room]);
  return <Context value={lags}>{children}</Context>;
}

export function lagsAfter(before: Lags, event: WireEvent): Lags {
  switch (event.event) {
    case 'view.stale': {
      const { participant, seq, head, lagMs } = event.data;
      return new Map([...before, [participant, { events: Math.max(0, head - seq), lagMs: lagMs ?? null }]]);
    }
    case 'view.caught_up':
    case 'participant.left':
    case 'participant.disconnected': {
      if (!before.has(event.data.participant)) return before;
      const after = new Map(before);
      after.delete(event.data.participant);
      return after;
    }
    default:
      return before;
  }
}

interface LevelsOf {
  readonly participants: View['participants'];
  readonly config: Pick<View['config'], 'consistency'>;
}

/** Connected members whose hearing the next turn waits for (CS-1), and for how long at most. */
export function awaited({ participants, config }: LevelsOf): {
  readonly count: number;
  readonly forMs: number;
} {
  const timeouts = participants.flatMap(({ connection, stale, consistency }) => {
    const { kind, barrierTimeoutMs } = consistency ?? config.consistency;
    return kind === 'strong' && connection === 'connected' && stale !== true
      ? [Number(barrierTimeoutMs)]
      : [];
  });
  return { count: timeouts.length, forMs: Math.max(0, ...timeouts) };
}
