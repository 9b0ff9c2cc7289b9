import type { Random } from '../random.ts';
import type { Moment } from './encounters.ts';
import { MOMENTS } from './encounters.ts';

/** Everything that goes wrong, by how often. */
export const FAULTS = {
  /** A connection ends with frames in flight. */
  cut: 6,
  /** A connection is silent, and both ends take a while to notice. */
  silence: 3,
  /** A client does not read for a while. */
  stall: 5,
  /** Frames of one client take much longer. */
  delay: 3,
  /** Every unanswered command of a client is sent again on the same connection. */
  duplicate: 3,
  /** A client comes back while frames of its old connection are still on their way. */
  straggle: 4,
  /** The hub dies, and is started again. */
  crash: 2,
  /** The hub dies between storing something and saying so. */
  loseAnswer: 2,
  /** The hub is stopped and started again. */
  restart: 1,
  /** The disk refuses everything. */
  refuse: 2,
  /** The disk has no room. */
  full: 2,
  /** The disk is slow. */
  slow: 3,
  /** The wall clock is set forward or back. */
  jump: 2,
} as const;

export type Fault = keyof typeof FAULTS;
export const FAULT_KINDS = Object.keys(FAULTS) as Fault[];

/** A fault, and what it waits for before it strikes; null: nothing. */
export interface Strike {
  readonly fault: Fault;
  readonly upon: Moment | null;
}

/** Which fault is next: half of them lie in wait for something that they can hurt. */
export function nextStrike(random: Random): Strike {
  const fault = random.weighted(FAULTS);
  return {
    fault,
    upon: random.chance(0.5) ? random.pick(MOMENTS as unknown as [Moment, ...Moment[]]) : null,
  };
}
