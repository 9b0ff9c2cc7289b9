/**
 * A display name without what people pass over when they read it (HU-3). Made by the hub, which knows the
 * tables of Unicode; two names are too like each other where one of the two is the same.
 */
export interface NameKey {
  /** Without case: `ADA` and `ada`. */
  readonly folded: string;
  /** As it looks: a capital I and a small L, a Latin and a Cyrillic a. */
  readonly shape: string;
}

export const isAlike = (one: NameKey, other: NameKey): boolean =>
  one.folded === other.folded || one.shape === other.shape;

/** Of a name that nobody made a key of: only the very same one is like it. */
export const literalKey = (displayName: string): NameKey => ({ folded: displayName, shape: displayName });
