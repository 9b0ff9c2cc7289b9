/**
 * Entries by name, in the order in which the names came, in pieces of a few: a change copies one piece and
 * the list of pieces, so that it costs about the same with ten members and with a thousand. Plain JSON.
 */
export type Table<T> = readonly Readonly<Record<string, T>>[];

/** Entries in one piece: few enough to be copied quickly, enough to keep the list of pieces short. */
const PIECE = 12;

const pieceOf = <T>(table: Table<T>, key: string): number => {
  for (let index = 0; index < table.length; index++) if (Object.hasOwn(table[index]!, key)) return index;
  return -1;
};

export function entryOf<T>(table: Table<T>, key: string): T | undefined {
  const index = pieceOf(table, key);
  return index < 0 ? undefined : table[index]![key];
}

/** The table with this entry in the place of an earlier one of the name, or at the end. */
export function withEntry<T>(table: Table<T>, key: string, entry: T): Table<T> {
  const index = pieceOf(table, key);
  if (index >= 0) return table.with(index, { ...table[index], [key]: entry });
  const last = table.at(-1);
  return last && Object.keys(last).length < PIECE
    ? table.with(table.length - 1, { ...last, [key]: entry })
    : [...table, { [key]: entry }];
}

/** The table without this name; the same table where the name is not in it. */
export function withoutEntry<T>(table: Table<T>, key: string): Table<T> {
  const index = pieceOf(table, key);
  if (index < 0) return table;
  const { [key]: _, ...rest } = table[index]!;
  return Object.keys(rest).length === 0 ? table.toSpliced(index, 1) : table.with(index, rest);
}

export const entriesOf = <T>(table: Table<T>): readonly (readonly [string, T])[] =>
  table.flatMap((piece) => Object.entries(piece));
