import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Table } from './table.ts';
import { emptyTable, entriesOf, entryOf, withEntry, withoutEntry } from './table.ts';

const key = fc.oneof(
  fc.integer({ min: 0, max: 60 }).map((index) => `p${index}`),
  fc.constantFrom('constructor', 'toString', 'valueOf'),
);
const step = fc.record({ key, value: fc.option(fc.integer(), { nil: undefined }) });

describe('tables', () => {
  it('hold what a map holds, in its order, and change no earlier table', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const map = new Map<string, number>();
        let table: Table<number> = emptyTable;
        for (const { key: name, value } of steps) {
          const before = JSON.stringify(table);
          const next = value === undefined ? withoutEntry(table, name) : withEntry(table, name, value);
          expect(JSON.stringify(table)).toBe(before);
          if (value === undefined) map.delete(name);
          else map.set(name, value);
          table = next;
          expect(entryOf(table, name)).toBe(map.get(name));
        }
        expect(new Map(entriesOf(table))).toEqual(map);
        expect(entriesOf(table).map(([name]) => name)).toEqual([...map.keys()]);
      }),
    );
  });

  it('keep the order in which names came, also where there are many', () => {
    const names = Array.from({ length: 100 }, (_, index) => `m${index}`);
    let table = names.reduce<Table<number>>((sum, name, index) => withEntry(sum, name, index), emptyTable);
    table = withEntry(table, 'm3', -1);
    expect(entriesOf(table).map(([name]) => name)).toEqual(names);
    expect(entryOf(table, 'm3')).toBe(-1);
    expect(entryOf(table, 'nobody')).toBeUndefined();
    expect(withoutEntry(table, 'nobody')).toBe(table);
  });
});
