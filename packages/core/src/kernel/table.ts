/**
 * Entries by name, in the order in which the names came. A change of an entry copies one list of references,
 * so that it costs little with a thousand members too, where copying an object of as many keys does not.
 * Plain JSON.
 */
export interface Table<T> {
  readonly names: readonly string[];
  /** One for each name, in the same order. */
  readonly values: readonly T[];
}

export const emptyTable: Table<never> = { names: [], values: [] };

/** Where each name stands; made once for each list of names, which change far more rarely than the values. */
const places = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

function placeOf({ names }: Table<unknown>, name: string): number {
  let known = places.get(names);
  if (!known) {
    known = new Map(names.map((each, index) => [each, index]));
    places.set(names, known);
  }
  return known.get(name) ?? -1;
}

export function entryOf<T>(table: Table<T>, name: string): T | undefined {
  const place = placeOf(table, name);
  return place < 0 ? undefined : table.values[place];
}

/** The table with this entry in the place of an earlier one of the name, or at the end. */
export function withEntry<T>(table: Table<T>, name: string, entry: T): Table<T> {
  const { names, values } = table;
  const place = placeOf(table, name);
  if (place < 0) return { names: [...names, name], values: [...values, entry] };
  const changed = values.slice();
  changed[place] = entry;
  return { names, values: changed };
}

/** The table without this name; the same table where the name is not in it. */
export function withoutEntry<T>(table: Table<T>, name: string): Table<T> {
  const place = placeOf(table, name);
  if (place < 0) return table;
  return { names: table.names.toSpliced(place, 1), values: table.values.toSpliced(place, 1) };
}

export const entriesOf = <T>({ names, values }: Table<T>): readonly (readonly [string, T])[] =>
  names.map((name, index) => [name, values[index] as T]);
