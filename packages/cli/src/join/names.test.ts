import { describe, expect, it } from 'vitest';
import { namedWholly, whichKind, whoIs } from './names.ts';

const people = [
  { id: 'prt_1', displayName: 'Ann' },
  { id: 'prt_2', displayName: 'Anna\u001b[31m' },
  { id: 'prt_3', displayName: 'Anton' },
  { id: 'prt_4', displayName: 'Ada Lovelace' },
  { id: 'prt_5', displayName: 'Cy' },
  { id: 'prt_6', displayName: 'cy' },
];

describe('who is meant', () => {
  it.each([
    ['ann', 'prt_1'],
    ['ANNA', 'prt_2'],
    ['ant', 'prt_3'],
    ['@ada', 'prt_4'],
    ['ada lovelace', 'prt_4'],
    ['prt_6', 'prt_6'],
  ])('%j is %s', (wanted, id) => {
    expect(whoIs(wanted, people)).toMatchObject({ found: { id } });
  });

  it('asks back, without control sequences, where it could be several', () => {
    expect(whoIs('an', people).problem).toBe('"an" could be Ann, Anna or Anton: write more of the name.');
    expect(whoIs('cy', people).problem).toBe('"cy" could be Cy (prt_5) or cy (prt_6): write the id.');
  });

  it('says who there is where it is nobody', () => {
    expect(whoIs('zoe', people.slice(0, 2)).problem).toBe('Nobody fits "zoe" here; it can be Ann or Anna.');
    expect(whoIs('@', people.slice(0, 1)).problem).toContain('it can be Ann.');
    expect(whoIs('x', []).problem).toContain('it can be nobody.');
  });
});

describe('a whole name', () => {
  const agents = ['Agent', 'Agent 2', 'Agent 20'].map((displayName, index) => ({
    id: `prt_${index}`,
    displayName,
  }));

  it('may end with a number, and is no beginning of another', () => {
    expect(namedWholly('@agent 2', agents)).toMatchObject({ displayName: 'Agent 2' });
    expect(namedWholly('Agent 60', agents)).toBeUndefined();
    expect(namedWholly('Age', agents)).toBeUndefined();
    expect(namedWholly('cy', people)).toBeUndefined();
  });
});

describe('which kind is meant', () => {
  const kinds = ['roundRobin', 'priority', 'priorityBased'];
  it.each([
    ['round-robin', 'roundRobin'],
    ['ROUND', 'roundRobin'],
    ['priority', 'priority'],
    ['priority_b', 'priorityBased'],
    // Left to the hub to judge.
    ['auction', 'auction'],
  ])('%j is %s', (wanted, kind) => {
    expect(whichKind(wanted, kinds)).toEqual({ found: kind });
  });

  it('asks back where it could be several', () => {
    expect(whichKind('prio', kinds).problem).toBe('"prio" could be priority or priorityBased.');
  });
});
