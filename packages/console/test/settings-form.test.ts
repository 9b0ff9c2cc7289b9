import {
  consistencyLevels,
  interruptionPolicies,
  LIMITS,
  routingStrategies,
  turnStrategies,
} from '@parley/core';
import { openApiDocument } from '@parley/protocol';
import { describe, expect, it } from 'vitest';
import { changes } from '../src/lobby/changes.ts';
import { valueAt, withValue } from '../src/lobby/config-value.ts';
import { PRESETS } from '../src/lobby/presets.ts';
import { configSchemaIn } from '../src/session/gateway.ts';
import type { Field, JsonSchema } from '../src/session/schema.ts';
import { blankOf, fieldsOf } from '../src/session/schema.ts';

const { schema, root } = configSchemaIn(openApiDocument());
const fields = fieldsOf(schema, root);

function find(path: string, among: readonly Field[] = fields): Field | undefined {
  for (const field of among) {
    if (field.path.join('.') === path) return field;
    const inner = field.type === 'group' ? find(path, field.fields) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}
const kindsOf = (path: string): readonly string[] => {
  const field = find(path);
  return field?.type === 'variant' ? field.kinds.map(({ kind }) => kind) : [];
};

describe('an entry that is new in a table', () => {
  it('has a value that the hub takes', () => {
    const number = { type: 'number', path: [], whole: true } as const;
    expect(blankOf({ ...number, min: 1 })).toBe(1);
    expect(blankOf({ ...number, max: -2 })).toBe(-2);
    expect(blankOf({ ...number, min: 1, initial: 5 })).toBe(5);
    expect(blankOf(number)).toBe(0);
    expect(blankOf({ type: 'choice', path: [], choices: ['one', 'two'], initial: 'two' })).toBe('two');
    expect(blankOf({ type: 'boolean', path: [], initial: true })).toBe(true);
    expect(blankOf({ type: 'list', path: [] })).toEqual([]);
  });
});

describe('the form for a new conversation', () => {
  it('offers whatever the registries hold, by way of the API’s own description', () => {
    expect(kindsOf('floor.strategy')).toEqual(Object.keys(turnStrategies));
    expect(kindsOf('interruption')).toEqual(Object.keys(interruptionPolicies));
    expect(kindsOf('routing')).toEqual(Object.keys(routingStrategies));
  });

  it('knows bounds, defaults and descriptions', () => {
    expect(find('floor.timers.firstContentMs')).toMatchObject({
      type: 'number',
      whole: true,
      initial: 30_000,
      help: expect.stringMatching(/\w/),
    });
    expect(find('history.visibility')).toMatchObject({ type: 'choice', choices: ['full', 'sinceJoin'] });
  });

  it('shows a strategy that it has never heard of, with its settings', () => {
    const strange: JsonSchema = {
      properties: {
        strategy: {
          anyOf: [
            { oneOf: [{ properties: { kind: { const: 'telepathy' }, rangeKm: { type: 'number' } } }] },
            { properties: { rangeKm: { type: 'number' } } },
          ],
        },
      },
    };
    const [field] = fieldsOf(strange, strange);
    expect(field).toMatchObject({ type: 'variant', initial: 'telepathy' });
    expect(field?.type === 'variant' && field.kinds[0]?.fields[0]).toMatchObject({
      path: ['strategy', 'rangeKm'],
    });
  });

  it('has presets that this hub understands', () => {
    for (const { id, config } of PRESETS) {
      const kind = valueAt(config, ['floor', 'strategy', 'kind']);
      if (kind !== undefined)
        expect([id, kindsOf('floor.strategy')]).toEqual([id, expect.arrayContaining([kind])]);
    }
  });

  it('edits lists and tables, in the places in which they stand', () => {
    const routing = find('routing');
    const byRole =
      routing?.type === 'variant' ? routing.kinds.find(({ kind }) => kind === 'roleBased') : undefined;
    expect(byRole?.fields).toMatchObject([
      {
        type: 'table',
        path: ['routing', 'table'],
        of: { type: 'list', maxItems: LIMITS.listEntries, maxLength: LIMITS.displayNameCharacters },
      },
      { type: 'boolean', path: ['routing', 'whisper'] },
    ]);
    expect(find('floor.priority.roleBase')).toMatchObject({ type: 'table', of: { type: 'number' } });
    const rows = withValue({ table: { a: [], b: [], c: [] } }, ['table', 'b'], ['x']);
    expect(Object.keys(rows['table'] as object)).toEqual(['a', 'b', 'c']);
    expect(valueAt(rows, ['table', 'constructor'])).toBeUndefined();
  });

  it('takes the hub’s word for which kind is the usual one', () => {
    expect(find('consistency')).toMatchObject({ type: 'variant', initial: 'eventual' });
    expect(kindsOf('consistency')).toEqual(Object.keys(consistencyLevels));
  });

  it('sends what changed in a table row by row, and null for what was taken out', () => {
    const table = (rows: object) => ({ routing: { kind: 'roleBased', table: rows } });
    const before = table({ teacher: ['student'], student: [], guest: [] });
    expect(changes(fields, before, table({ teacher: ['student', 'guest'], student: [], clerk: [] }))).toEqual(
      table({ teacher: ['student', 'guest'], guest: null, clerk: [] }),
    );
    expect(changes(fields, before, before)).toEqual({});
  });

  it('sends only what was changed', () => {
    const changed = withValue({}, ['floor', 'timers', 'silenceMs'], 5_000);
    expect(changed).toEqual({ floor: { timers: { silenceMs: 5_000 } } });
    expect(withValue(changed, ['floor', 'timers', 'silenceMs'], undefined)).toEqual({});
    const both = withValue(changed, ['participantsMax'], 3);
    expect(withValue(both, ['floor', 'timers', 'silenceMs'], undefined)).toEqual({ participantsMax: 3 });
  });
});
