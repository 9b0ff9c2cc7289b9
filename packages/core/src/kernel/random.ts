/** A generator's whole state: one unsigned 32-bit number, so that it can live in a conversation's state. */
export type RandomState = number;

/**
 * One step of the mulberry32 generator: a value in [0, 1) and the state for the next step.
 * FL-9 wants every random choice to come from the conversation's seed.
 */
export function nextRandom(state: RandomState): { readonly value: number; readonly state: RandomState } {
  const next = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(next ^ (next >>> 15), next | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return { value: ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296, state: next };
}
