import { choicesOf, configSpec, readSettings } from '@parley/core';
import type { SettingSpec, SettingsSpec } from '@parley/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { config, configInput } from './schemas/config.ts';
import { settingsSchema } from './settings-schema.ts';
import { validate } from './validate.ts';

const spec: SettingsSpec = {
  waitMs: { type: 'integer', unit: 'ms', min: 0, max: 10, default: 5, description: 'How long.' },
  share: { type: 'number', min: 0, max: 1, default: 0.5, description: 'How much.' },
  loud: { type: 'boolean', default: false, description: 'Whether.' },
  shade: { type: 'choice', choices: ['dark', 'light'], default: 'dark', description: 'Which.' },
  note: { type: 'text', maxLength: 5, optional: true, description: 'What.' },
  names: {
    type: 'list',
    of: { type: 'text', maxLength: 3, description: 'A name.' },
    maxLength: 2,
    default: [],
    description: 'Who.',
  },
  table: {
    type: 'table',
    of: {
      type: 'list',
      of: { type: 'text', maxLength: 9, description: 'r' },
      maxLength: 3,
      description: 'r',
    },
    maxEntries: 2,
    description: 'Who hears whom.',
  },
  inner: {
    type: 'group',
    description: 'More.',
    settings: { deep: { type: 'integer', min: 1, max: 2, default: 1, description: 'Deep.' } },
  },
  way: {
    type: 'variant',
    default: 'slow',
    description: 'How.',
    kinds: {
      slow: { pauseMs: { type: 'integer', min: 0, max: 9, default: 1, description: 'Pause.' } },
      fast: {
        pauseMs: { type: 'choice', choices: ['none'], default: 'none', description: 'No pause.' },
        boost: { type: 'number', min: 0, max: 2, default: 1, description: 'Boost.' },
      },
    },
  },
};
const partial = settingsSchema(spec, 'partial');
const complete = settingsSchema(spec, 'complete');

describe('a partial', () => {
  it.each([
    {},
    { waitMs: 10, share: 0.1, loud: true, shade: 'light', note: 'x\ny', names: ['a', 'b'] },
    { table: { moderator: ['all'] }, inner: {} },
    { table: { a: [], b: [], c: null } },
    { way: { kind: 'fast', pauseMs: 'none', boost: 2 } },
    { way: { pauseMs: 3 } },
    { way: { pauseMs: 'none' } },
  ])('may be %j, and nothing is added to it', (input) => {
    expect(validate(partial, input)).toEqual({ ok: true, value: input });
  });

  it.each<[unknown, string]>([
    [{ waitMs: 11 }, 'waitMs'],
    [{ waitMs: 1.5 }, 'waitMs'],
    [{ share: -0.1 }, 'share'],
    [{ loud: 'yes' }, 'loud'],
    [{ shade: 'grey' }, 'shade'],
    [{ note: 'longer' }, 'note'],
    [{ names: ['a', 'b', 'c'] }, 'names'],
    [{ names: ['a', 7] }, 'names.1'],
    [{ table: { a: [], b: [], c: [] } }, 'table'],
    [{ table: { a: [1] } }, 'table.a.0'],
    [{ inner: { deep: 3 } }, 'inner.deep'],
    [{ inner: { other: 3 } }, 'inner.other'],
    [{ way: { kind: 'odd' } }, 'way.kind'],
    [{ way: { kind: 'slow', boost: 1 } }, 'way.boost'],
    [{ way: { kind: 'slow', pauseMs: 'none' } }, 'way.pauseMs'],
    [{ way: { boost: 3 } }, 'way.boost'],
    [{ way: { other: 3 } }, 'way.other'],
    [{ way: 'fast' }, 'way'],
    [{ unknown: 1 }, 'unknown'],
    [[], ''],
  ])('refuses %j at %s', (input, path) => {
    expect(validate(partial, input)).toMatchObject({ ok: false, error: { path } });
  });

  it('tells what a kind may be', () => {
    const result = validate(partial, { way: { kind: 'odd' } });
    expect(result).toMatchObject({ ok: false, error: { expected: 'one of slow, fast' } });
  });
});

describe('a complete configuration', () => {
  it('is what core reads from any partial', () => {
    const read = readSettings(spec, { way: { kind: 'fast' } }, '');
    if (!read.ok) throw new Error(read.error.path);
    expect(validate(complete, read.value)).toEqual({ ok: true, value: read.value });
  });

  it('has every default filled in, and may lack what is optional', () => {
    expect(validate(complete, {})).toMatchObject({ ok: false, error: { path: 'waitMs' } });
    const read = readSettings(spec, {}, '');
    expect(read.ok && 'note' in read.value).toBe(false);
    expect(read.ok && validate(complete, read.value).ok).toBe(true);
  });
});

describe('names of a registry that a host application adds to', () => {
  const names = ['urgency'];
  const growing: SettingsSpec = {
    evaluation: { type: 'choice', choices: () => names, default: 'urgency', description: 'What counts.' },
  };
  const schema = settingsSchema(growing, 'partial');

  it('are known as soon as they are there, to the check and to the documents', () => {
    const own = { evaluation: 'ourOwn' };
    expect(validate(schema, own)).toEqual({
      ok: false,
      error: { path: 'evaluation', expected: 'one of urgency' },
    });
    names.push('ourOwn');
    expect(validate(schema, own)).toEqual({ ok: true, value: own });
    expect(z.toJSONSchema(schema)).toMatchObject({
      properties: { evaluation: { type: 'string', enum: ['urgency', 'ourOwn'], default: 'urgency' } },
    });
    expect(validate(schema, { evaluation: 7 })).toMatchObject({ error: { expected: 'a text' } });
  });
});

describe('the conversation’s configuration', () => {
  const settings = (of: SettingsSpec) =>
    fc.record(Object.fromEntries(Object.entries(of).map(([key, setting]) => [key, valueOf(setting)])), {
      requiredKeys: [],
    });

  /** Mostly values that fit, now and then one just outside. */
  function valueOf(setting: SettingSpec): fc.Arbitrary<unknown> {
    switch (setting.type) {
      case 'integer':
      case 'number':
        return fc.integer({ min: setting.min - 1, max: Math.min(setting.max + 1, Number.MAX_SAFE_INTEGER) });
      case 'boolean':
        return fc.boolean();
      case 'choice':
        return fc.constantFrom(...choicesOf(setting.choices), 'none of them');
      case 'text':
        return fc.string({ maxLength: 3 });
      case 'list':
        return fc.array(valueOf(setting.of), { maxLength: 3 });
      case 'table':
        return fc.dictionary(fc.constantFrom('a', 'b'), valueOf(setting.of));
      case 'group':
        return settings(setting.settings);
      case 'variant':
        return fc.oneof(
          ...Object.entries(setting.kinds).map(([kind, own]) =>
            settings(own).map((values): unknown => ({ kind, ...values })),
          ),
        );
    }
  }

  it('is accepted exactly where core reads it, and refused at the same path', () => {
    let refused = 0;
    fc.assert(
      fc.property(settings(configSpec), (input) => {
        const core = readSettings(configSpec, input, '');
        const schema = validate(configInput, input);
        expect(schema.ok ? null : schema.error.path).toBe(core.ok ? null : core.error.path);
        // What core makes of it is complete; a refusal leaves the defaults.
        const whole = core.ok ? core : readSettings(configSpec, {}, '');
        expect(whole.ok && validate(config, whole.value).ok).toBe(true);
        if (!core.ok) refused++;
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(0);
  });
});
