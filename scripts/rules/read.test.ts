import { describe, expect, it } from 'vitest';
import { compare, rulesIn, rulesNamedBy } from './read.ts';

const spec = `# Floor
- **FL-1** One holder at a time.
- **FL-2** (planned) Observers listen.

**FL-3**: A paragraph, which mentions **FL-9** only in passing.
`;

describe('rules and the tests that name them', () => {
  it('finds the rules of a page, with their marks', () => {
    expect(rulesIn(spec, 'floor.md').map(({ id, planned }) => [id, planned])).toEqual([
      ['FL-1', false],
      ['FL-2', true],
      ['FL-3', false],
    ]);
  });

  it('finds names in titles of every form, and only there', () => {
    const source = [
      "// it('[FL-9] …') is not run".replace("it('", 'see ('),
      "it('[FL-1] one', () => undefined);",
      'it.each(kinds)(`[FL-2, FL-3] ${kind}`, () => undefined);',
      'describe(\n  "[TS-4] wrapped",\n  () => undefined);',
      "const text = '[XX-1]';",
    ].join('\n');
    expect(rulesNamedBy(source, 'a.test.ts').map(({ id }) => id)).toEqual(['FL-1', 'FL-2', 'FL-3', 'TS-4']);
  });

  it('asks for a test of every built rule and for a rule behind every name', () => {
    const named = ['FL-1', 'FL-7'].map((id) => ({ id, file: 'a.test.ts' }));
    expect(compare(rulesIn(spec, 'floor.md'), named)).toEqual([
      "floor.md: no test's title names [FL-3]",
      'a.test.ts: [FL-7] is not in docs/spec',
    ]);
    expect(compare(rulesIn(`${spec}${spec}`, 'floor.md'), []).join()).toContain('FL-1 is there twice');
  });
});
