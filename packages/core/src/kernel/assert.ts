/** Ends the process of thought where the code's own reasoning was wrong; never for a caller's bad input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`broken assumption: ${message}`);
}

/** Makes the compiler prove that a `switch` names every case. */
export function unreachable(value: never): never {
  throw new Error(`broken assumption: unexpected ${JSON.stringify(value)}`);
}
