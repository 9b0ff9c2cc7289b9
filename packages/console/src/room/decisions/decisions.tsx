import type { DurableWireEvent, Room, WireEvent } from '@parley/client';
import type { ReactNode } from 'react';
import { createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import type { Decided } from './decided.ts';
import { decide, decideEarlier, nothingDecided } from './decided.ts';

interface Decisions extends Decided {
  /** Older events that were fetched for the transcript. */
  readonly learn: (events: readonly DurableWireEvent[]) => void;
}

const Context = createContext<Decisions | null>(null);

export function useDecisions(): Decisions {
  const decisions = useContext(Context);
  if (decisions === null) throw new Error('broken assumption: useDecisions is used inside DecisionsProvider');
  return decisions;
}

const all = (from: Decided, events: readonly WireEvent[], me: string): Decided =>
  events.reduce((known, event) => decide(known, event, me), from);

/** Remembers how decisions came out, so that they can be shown for a while and looked up later. */
export function DecisionsProvider({ room, children }: { readonly room: Room; readonly children: ReactNode }) {
  const [decided, setDecided] = useState(() => all(nothingDecided, room.catchUp.events, room.me));
  useEffect(() => {
    const stopListening = room.on((event) => setDecided((before) => decide(before, event, room.me)));
    const stopResetting = room.onReset(({ events }) =>
      // What was open may be over; what was decided stays known.
      setDecided((before) => all({ ...before, bid: null }, events, room.me)),
    );
    return () => {
      stopListening();
      stopResetting();
    };
  }, [room]);
  const learn = useCallback(
    (events: readonly DurableWireEvent[]) => setDecided((before) => decideEarlier(before, events)),
    [],
  );
  const value = useMemo(() => ({ ...decided, learn }), [decided, learn]);
  return <Context value={value}>{children}</Context>;
}
