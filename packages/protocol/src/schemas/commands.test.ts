import { describe, expect, it } from 'vitest';
import { validateCommand } from '../frame.ts';
import type { WireOp } from './commands.ts';
import { CASES, many } from './commands.fixture.ts';
import { WIRE_OPS } from './commands.ts';

describe.each(WIRE_OPS)('%s', (op) => {
  const { valid, invalid } = CASES[op];

  it.each(valid.map((data) => [brief(data), data]))('takes %s as it is', (_, data) => {
    expect(validateCommand(op, data)).toEqual({ ok: true, value: data });
  });

  it.each(invalid.map(([data, path]) => [path, brief(data), data]))('refuses %s of %s', (path, _, data) => {
    const result = validateCommand(op, data);
    expect(result).toMatchObject({ ok: false, error: { path } });
    expect(result.ok ? '' : result.error.expected).toMatch(/^\S.{3,}/);
  });
});

describe('a preview', () => {
  it.each<[WireOp, object]>([
    ['floor.request', {}],
    ['bid.place', { window: 'win_1', urgency: 0.5, estimatedMs: 1 }],
  ])('[TS-5] has at most 280 characters: %s', (op, data) => {
    const outcome = (length: number) => validateCommand(op, { ...data, preview: 'x'.repeat(length) });
    expect(outcome(280)).toMatchObject({ ok: true });
    expect(outcome(281)).toMatchObject({ ok: false, error: { path: 'data.preview' } });
  });
});

describe('what was expected', () => {
  it.each<[WireOp, unknown, string]>([
    ['reaction.add', { to: 3, kind: 'like', rating: 2 }, 'a number of at most 1'],
    ['floor.request', { urgency: 'x' }, 'a number'],
    ['floor.extend', { ms: 1.5 }, 'a whole number'],
    ['role.set', { participant: 'p', roles: many('r') }, 'a list of at most 64'],
    ['speech', { grant: 1, text: 'x'.repeat(32_001) }, 'a text of at most 32000 characters'],
    ['speech', { grant: 1, text: 7 }, 'a text'],
    ['speech', { grant: 1, text: 'x', inReplyTo: {} }, 'a seq or the id of an utterance'],
    ['item.open', { kind: 'wish', text: 'x' }, 'one of question, task'],
    ['floor.revoke', { participant: 'p', x: 1 }, 'one of participant, reason'],
    ['floor.cancel', { x: 1 }, 'no keys at all'],
    [
      'conversation.join',
      { kind: 'x', displayName: 'A' },
      'one of human, agent, a2aAgent, localAgent, externalAI',
    ],
    [
      'conversation.configure',
      { config: { floor: { strategy: { kind: 'x' } } } },
      'one of sequential, bidding, priority, roundRobin, consensus, concurrent',
    ],
  ])('%s, case %#', (op, data, expected) => {
    expect(validateCommand(op, data)).toMatchObject({ ok: false, error: { expected } });
  });
});

function brief(data: unknown): string {
  const json = JSON.stringify(data).replaceAll('%', '%%');
  return json.length <= 100 ? json : `${json.slice(0, 99)}…`;
}
