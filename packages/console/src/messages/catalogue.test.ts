import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import de from './de.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };

const SOURCES = fileURLToPath(new URL('..', import.meta.url));
const PLURAL = /_(zero|one|two|few|many|other)$/;

const leaves = (tree: object, prefix = ''): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[`${prefix}${key}`, value] as const]
        : [...leaves(value, `${prefix}${key}.`)],
    ),
  );
const placeholders = (text: string): readonly string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!).toSorted();

const english = leaves(en);
const german = leaves(de);

const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'))
  .map((name) => ({ name, text: readFileSync(path.join(SOURCES, name), 'utf8') }));

describe('the message catalogue', () => {
  it('says the same in every language, with the same placeholders', () => {
    expect([...german.keys()].toSorted()).toEqual([...english.keys()].toSorted());
    for (const [key, text] of english)
      expect([key, placeholders(german.get(key) ?? '')]).toEqual([key, placeholders(text)]);
  });

  it('has every key that a component asks for by name', () => {
    const known = new Set([...english.keys()].map((key) => key.replace(PLURAL, '')));
    const asked = sources.flatMap(({ text }) =>
      [...text.matchAll(/\bt\('([\w.]+)'/g)].map(([, key]) => key!),
    );
    expect(asked.length).toBeGreaterThan(100);
    expect(asked.filter((key) => !known.has(key))).toEqual([]);
  });

  it('has a branch for every key that a component puts together', () => {
    const prefixes = sources.flatMap(({ text }) =>
      [...text.matchAll(/\bt\(`([\w.]+)\.\$\{/g)].map(([, key]) => key!),
    );
    expect(prefixes.length).toBeGreaterThan(10);
    expect(
      prefixes.filter((prefix) => ![...english.keys()].some((key) => key.startsWith(`${prefix}.`))),
    ).toEqual([]);
  });

  it('has all words: components hold none of their own', () => {
    const words = sources
      .filter(({ name }) => name.endsWith('.tsx'))
      .flatMap(({ name, text }) =>
        [...text.matchAll(/>\s*([A-Z][a-z]+ [^<{}=;]*)</g)].map(([, found]) => `${name}: ${found}`),
      );
    expect(words).toEqual([]);
  });
});
