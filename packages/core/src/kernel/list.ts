/** The list with one more at its end; beyond `most` entries the oldest goes. Copies the list once. */
export function appended<T>(list: readonly T[], entry: T, most: number): readonly T[] {
  const next = list.slice(Math.max(0, list.length + 1 - most));
  next.push(entry);
  return next;
}
