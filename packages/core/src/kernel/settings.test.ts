import { describe, expect, it } from 'vitest';
import { nextRandom } from './random.ts';
import type { SettingsSpec } from './settings.ts';
import { readSettings } from './settings.ts';

const spec: SettingsSpec = {
  ms: { type: 'integer', unit: 'ms', min: 1, max: 100, default: 10, description: 'd' },
  share: { type: 'number', min: 0, max: 1, optional: true, description: 'd' },
  on: { type: 'boolean', default: false, description: 'd' },
  mode: { type: 'choice', choices: ['a', 'b'], default: 'a', description: 'd' },
  name: { type: 'text', maxLength: 3, default: 'x', description: 'd' },
  list: {
    type: 'list',
    of: { type: 'text', maxLength: 3, description: 'd' },
    maxLength: 2,
    default: [],
    description: 'd',
  },
  table: {
    type: 'table',
    of: { type: 'integer', min: 0, max: 9, description: 'd' },
    maxEntries: 2,
    description: 'd',
  },
  group: {
    type: 'group',
    description: 'd',
    settings: { deep: { type: 'integer', min: 0, max: 9, default: 1, description: 'd' } },
  },
  kind: {
    type: 'variant',
    default: 'one',
    description: 'd',
    kinds: { one: {}, two: { size: { type: 'integer', min: 0, max: 9, default: 5, description: 'd' } } },
  },
};

const read = (input: unknown, base?: Record<string, unknown>) => readSettings(spec, input, 'config', base);
const defaults = {
  ms: 10,
  on: false,
  mode: 'a',
  name: 'x',
  list: [],
  table: {},
  group: { deep: 1 },
  kind: { kind: 'one' },
};

describe('settings', () => {
  it('fill in every default and leave optional ones out', () => {
    expect(read(undefined)).toEqual({ ok: true, value: defaults });
    expect(read({ share: 0.5 })).toEqual({ ok: true, value: { ...defaults, share: 0.5 } });
  });

  it.each([
    [{ ms: 0 }, 'config.ms', 'a whole number from 1 to 100'],
    [{ ms: 1.5 }, 'config.ms', 'a whole number from 1 to 100'],
    [{ share: Number.NaN }, 'config.share', 'a number from 0 to 1'],
    [{ share: '0' }, 'config.share', 'a number from 0 to 1'],
    [{ on: 1 }, 'config.on', 'true or false'],
    [{ mode: 'c' }, 'config.mode', 'one of a, b'],
    [{ name: 'long' }, 'config.name', 'a text of at most 3 characters'],
    [{ list: ['a', 'b', 'c'] }, 'config.list', 'a list of at most 2'],
    [{ list: ['ok', 7] }, 'config.list.1', 'a text of at most 3 characters'],
    [{ list: {} }, 'config.list', 'a list of at most 2'],
    [{ table: { a: -1 } }, 'config.table.a', 'a whole number from 0 to 9'],
    [{ table: { a: 1, b: 1, c: 1 } }, 'config.table', 'at most 2 entries'],
    [{ group: { deep: 10 } }, 'config.group.deep', 'a whole number from 0 to 9'],
    [{ group: 3 }, 'config.group', 'an object'],
    [{ kind: { kind: 'three' } }, 'config.kind.kind', 'one of one, two'],
    [{ kind: { kind: 'toString' } }, 'config.kind.kind', 'one of one, two'],
    [{ kind: { kind: 'one', size: 1 } }, 'config.kind.size', 'one of '],
    [{ other: 1 }, 'config.other', `one of ${Object.keys(spec).join(', ')}`],
    ['text', 'config', 'an object'],
  ])('refuse %j at %s', (input, path, expected) => {
    expect(read(input)).toEqual({ ok: false, error: { path, expected } });
  });

  it('merge a change into what stands, and replace a variant of another kind whole', () => {
    const base = { ...defaults, ms: 50, table: { a: 1 }, kind: { kind: 'two', size: 7 } };
    expect(read({ table: { b: 2 }, kind: { kind: 'two' } }, base)).toEqual({
      ok: true,
      value: { ...base, table: { a: 1, b: 2 } },
    });
    expect(read({ table: { a: null, b: 2, c: 3 } }, base)).toMatchObject({
      value: { table: { b: 2, c: 3 } },
    });
    expect(read({ table: { a: null } })).toMatchObject({ value: { table: {} } });
    expect(read({ kind: { kind: 'one' } }, base)).toMatchObject({ value: { ms: 50, kind: { kind: 'one' } } });
    expect(read({ kind: { kind: 'two' } }, { ...base, kind: { kind: 'one' } })).toMatchObject({
      value: { kind: { kind: 'two', size: 5 } },
    });
  });
});

describe('random choices', () => {
  it('[FL-9] come from the seed alone and fill the unit interval evenly', () => {
    const draw = (seed: number, count: number): number[] => {
      const values: number[] = [];
      for (let state = seed; values.length < count;) {
        const next = nextRandom(state);
        values.push(next.value);
        state = next.state;
      }
      return values;
    };
    expect(draw(7, 100)).toEqual(draw(7, 100));
    expect(draw(7, 5)).not.toEqual(draw(8, 5));
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const value of draw(1, 10_000)) tenths[Math.floor(value * 10)]! += 1;
    expect(tenths.every((count) => count > 880 && count < 1_120)).toBe(true);
  });
});
