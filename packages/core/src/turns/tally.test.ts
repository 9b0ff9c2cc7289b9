import { describe, expect, it } from 'vitest';
import type { Choice } from '../floor/ballot.ts';
import { nextRandom } from '../kernel/random.ts';
import { votingMethods } from './tally.ts';

/** Numbers from a seed, so that a failure can be repeated. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    const drawn = nextRandom(state);
    state = drawn.state;
    return Math.floor(drawn.value * sides);
  };
}

const names = ['a', 'b', 'c', 'd', 'e'];

function shuffled(list: readonly string[], roll: (sides: number) => number): string[] {
  const rest = [...list];
  const out: string[] = [];
  while (rest.length > 0) out.push(...rest.splice(roll(rest.length), 1));
  return out;
}

function election(method: string, roll: (sides: number) => number) {
  const candidates = names.slice(0, 1 + roll(5));
  const choices = Array.from({ length: roll(8) }, (): Choice => {
    if (roll(6) === 0) return 'abstain';
    const drawn = shuffled(names, roll).slice(0, 1 + roll(4));
    return method === 'plurality' ? (drawn[0] ?? 'abstain') : drawn;
  });
  return { candidates, choices };
}

/** The same rules, written once more from their words and in another manner. */
const expected: Record<string, (candidates: readonly string[], choices: readonly Choice[]) => string[]> = {
  plurality(candidates, choices) {
    const counts = new Map(candidates.map((id) => [id, 0]));
    for (const choice of choices) {
      const votes = counts.get(choice as string);
      if (votes !== undefined) counts.set(choice as string, votes + 1);
    }
    return leaders(counts);
  },
  approval(candidates, choices) {
    const counts = new Map(candidates.map((id) => [id, 0]));
    for (const choice of choices) {
      for (const id of new Set(typeof choice === 'string' ? [choice] : choice)) {
        const votes = counts.get(id);
        if (votes !== undefined) counts.set(id, votes + 1);
      }
    }
    return leaders(counts);
  },
  /** Rounds over ever shorter ballots: whoever is out is struck from each. */
  ranked(candidates, choices) {
    let ballots = choices.flatMap((choice) => (typeof choice === 'string' ? [] : [[...choice]]));
    let standing = [...candidates];
    for (;;) {
      ballots = ballots
        .map((ballot) => ballot.filter((id) => standing.includes(id)))
        .filter(({ length }) => length > 0);
      if (ballots.length === 0) return [];
      const firsts = new Map(standing.map((id) => [id, 0]));
      for (const [top = ''] of ballots) firsts.set(top, (firsts.get(top) ?? 0) + 1);
      const majority = standing.find((id) => (firsts.get(id) ?? 0) > ballots.length / 2);
      if (majority !== undefined) return [majority];
      const least = Math.min(...firsts.values());
      const survivors = standing.filter((id) => firsts.get(id) !== least);
      if (survivors.length === 0) return standing;
      standing = survivors;
    }
  },
};

function leaders(counts: ReadonlyMap<string, number>): string[] {
  const most = Math.max(...counts.values());
  return most === 0 ? [] : [...counts].filter(([, votes]) => votes === most).map(([id]) => id);
}

describe.each(Object.entries(votingMethods))('%s', (name, method) => {
  it('[TS-18] counts as an independent tally does, in 40 000 random elections', () => {
    const roll = dice(7);
    let ties = 0;
    for (let round = 0; round < 40_000; round++) {
      const { candidates, choices } = election(name, roll);
      const { winners } = method(candidates, choices, 0);
      const right = expected[name]?.(candidates, choices) ?? [];
      if (right.length > 1) ties += 1;
      if (winners.join() !== right.join()) {
        expect({ candidates, choices, winners }).toEqual({ candidates, choices, winners: right });
      }
    }
    expect(ties).toBeGreaterThan(1_000);
  });

  it('[TS-17] says that it is settled only where no ballot that can still come changes the winners', () => {
    const roll = dice(11);
    const ballots = everyBallot(name, ['a', 'b', 'c']);
    let early = 0;
    for (let round = 0; round < 3_000; round++) {
      const candidates = ['a', 'b', 'c'].slice(0, 1 + roll(3));
      const cast = Array.from({ length: 1 + roll(4) }, () => ballots[roll(ballots.length)] ?? 'abstain');
      const outstanding = 1 + roll(2);
      const now = method(candidates, cast, outstanding);
      if (!now.settled) continue;
      early += 1;
      for (const more of completions(ballots, outstanding)) {
        const { winners } = method(candidates, [...cast, ...more], 0);
        if (winners.join() !== now.winners.join()) {
          expect({ candidates, cast, more, winners }).toEqual({
            candidates,
            cast,
            more,
            winners: now.winners,
          });
        }
      }
    }
    expect(early).toBeGreaterThan(200);
  });

  it('[TS-17] is settled when nobody can vote any more, and not while one vote decides', () => {
    const one = (id: string): Choice => (name === 'plurality' ? id : [id]);
    expect(method(['a', 'b'], [one('a'), one('b')], 0).settled).toBe(true);
    expect(method(['a', 'b'], [one('a'), one('a'), one('b')], 1).settled).toBe(false);
    expect(method(['a', 'b'], [one('a'), one('a')], 1).settled).toBe(true);
    expect(method(['a', 'b'], ['abstain'], 0)).toMatchObject({ winners: [], settled: true });
  });
});

/** Everything that one elector can say. */
function everyBallot(method: string, candidates: readonly string[]): Choice[] {
  if (method === 'plurality') return [...candidates, 'abstain'];
  const lists: string[][] = [[]];
  for (const list of lists) {
    for (const id of candidates) if (!list.includes(id)) lists.push([...list, id]);
  }
  return [...lists, 'abstain'];
}

function completions(ballots: readonly Choice[], count: number): Choice[][] {
  if (count === 0) return [[]];
  return completions(ballots, count - 1).flatMap((rest) => ballots.map((ballot) => [...rest, ballot]));
}
