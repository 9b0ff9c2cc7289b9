import { entryOf, withEntry } from '../kernel/table.ts';
import type { ConversationEvent, DurableEventType, EphemeralEventType } from './events.ts';
import { isDurable } from './events.ts';
import { evolveArbitration } from './evolve-arbitration.ts';
import { evolveBridges } from './evolve-bridges.ts';
import { evolveContext } from './evolve-context.ts';
import { evolveFloor } from './evolve-floor.ts';
import { evolveInterruptions } from './evolve-interruptions.ts';
import { evolveLifecycle } from './evolve-lifecycle.ts';
import { evolveMembership } from './evolve-membership.ts';
import { evolveNotifications } from './evolve-notifications.ts';
import { evolveSpeech } from './evolve-speech.ts';
import type { Evolutions } from './evolutions.ts';
import type { State } from './state.ts';
import { durableState, initialState } from './state.ts';

const evolutions: Evolutions<DurableEventType | EphemeralEventType> = {
  ...evolveLifecycle,
  ...evolveMembership,
  ...evolveFloor,
  ...evolveArbitration,
  ...evolveInterruptions,
  ...evolveSpeech,
  ...evolveContext,
  ...evolveBridges,
  ...evolveNotifications,
};

/**
 * The state after an event. It believes the event: whatever had to be decided was decided when the
 * event was made, so that newer code cannot change what older logs mean.
 */
export function evolve(state: State, event: ConversationEvent): State {
  const change = evolutions[event.type] as (state: State, event: ConversationEvent) => State;
  const changed = change(state, event);
  // What a change has just made is nobody else's yet, so it need not be copied once more.
  const next: { -readonly [K in keyof State]: State[K] } = changed === state ? { ...state } : changed;
  const { by, at } = event;
  if (by !== undefined && entryOf(next.live.activeAt, by) !== at && Object.hasOwn(next.participants, by)) {
    next.live = { ...next.live, activeAt: withEntry(next.live.activeAt, by, at) };
  }
  next.at = at;
  if (isDurable(event)) next.seq = event.seq;
  return next;
}

/** Folds stored events onto a snapshot's state (or the beginning): what a hub does that wakes a conversation. */
export function foldLog(snapshot: State | null, events: Iterable<ConversationEvent>): State {
  let state = snapshot ?? initialState();
  for (const event of events) state = evolve(state, event);
  return durableState(state);
}
