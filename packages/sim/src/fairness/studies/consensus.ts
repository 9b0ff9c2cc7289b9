import type { CommandData } from '@parley/core';
import type { Random } from '../../random.ts';
import { Meter } from '../meter.ts';
import { Simulation } from '../simulation.ts';
import type { Scale, Study } from '../study.ts';
import { configOf, exactly, HOUR, names, noted, seconds } from '../study.ts';
import { talker } from '../talker.ts';
import type { Opinion } from './election.ts';
import { countOnPaper } from './election.ts';

const METHODS = ['plurality', 'approval', 'ranked'] as const;
type Method = (typeof METHODS)[number];
type Choice = CommandData['vote.cast']['choice'];

/** Some names in a random order; now and then an abstention. */
function opinionOf(random: Random, method: Method, candidates: readonly string[]): Opinion {
  if (random.chance(0.1)) return null;
  const drawn = candidates
    .map((name) => ({ name, lot: random.next() }))
    .toSorted((a, b) => a.lot - b.lot)
    .map(({ name }) => name);
  return drawn.slice(0, method === 'plurality' ? 1 : random.integer(1, drawn.length));
}

const choiceOf = (method: Method, opinion: Opinion): Choice =>
  opinion === null ? 'abstain' : method === 'plurality' ? (opinion[0] ?? 'abstain') : opinion;

/**
 * Conversations in which everybody votes as it had made up its mind before; what the room decides, however
 * early it closes the ballot, has to be what a count of all those minds gives.
 */
function elections(method: Method, seed: number, count: number) {
  const simulation = new Simulation(
    configOf({ kind: 'consensus', method, onTie: 'fail', votingPeriodMs: 4_000 }),
    seed,
  );
  const { random } = simulation;
  const people = names(7);
  let [held, ties, early, different] = [0, 0, 0, 0];
  let minds = new Map<string, Opinion>();
  let candidates: readonly string[] = [];
  let cast = new Set<string>();
  simulation.listen((event) => {
    if (event.type === 'ballot.opened') {
      ({ candidates } = event.data);
      const { ballot, electorate } = event.data;
      const voters = electorate.filter(() => random.chance(0.9));
      cast = new Set();
      minds = new Map(voters.map((id) => [id, opinionOf(random, method, candidates)]));
      for (const [id, opinion] of minds) {
        const vote = () => simulation.submit(id, 'vote.cast', { ballot, choice: choiceOf(method, opinion) });
        simulation.later(random.integer(1, 3_000), vote);
      }
    } else if (event.type === 'vote.cast') {
      cast.add(event.data.participant);
    } else if (event.type === 'ballot.closed') {
      held += 1;
      const counted = countOnPaper(method, candidates, [...minds.values()]);
      const expected = counted.length === 1 ? counted[0] : undefined;
      if (counted.length > 1) ties += 1;
      if (cast.size < minds.size) early += 1;
      if (event.data.winner !== expected) different += 1;
    }
  });
  for (const id of people) simulation.join(id);
  for (const id of people) talker(simulation, id, { thinkMs: () => 100, speakMs: () => 1_000 });
  simulation.run(Number.POSITIVE_INFINITY, () => held >= count);
  return { held, ties, early, different };
}

export function consensusStudy({ elections: count, hours }: Scale): Study {
  const simulation = new Simulation(configOf({ kind: 'consensus', votingPeriodMs: 5_000 }), 61);
  const { random } = simulation;
  const meter = new Meter();
  simulation.listen(meter.listen);
  simulation.listen((event) => {
    if (event.type !== 'ballot.opened') return;
    const { ballot, candidates } = event.data;
    for (const id of event.data.electorate) {
      simulation.later(random.integer(500, 4_000), () =>
        simulation.submit(id, 'vote.cast', {
          ballot,
          choice: choiceOf('plurality', opinionOf(random, 'plurality', candidates)),
        }),
      );
    }
  });
  const people = names(7);
  for (const id of people) simulation.join(id);
  for (const id of people) {
    talker(simulation, id, {
      thinkMs: () => random.integer(200, 3_000),
      speakMs: () => random.integer(10_000, 40_000),
    });
  }
  simulation.run(simulation.at + hours * HOUR);

  const counted = METHODS.map((method, index) => ({ method, ...elections(method, 62 + index, count) }));
  return {
    strategy: 'consensus',
    title: 'Consensus',
    setting:
      'Seven who vote at random on which of them speaks next; one opinion in ten is an abstention, and one in ten does not vote.',
    figures: [
      ...counted.map(({ method, held, ties, early, different }) =>
        exactly(
          `${method}: decided otherwise than a count on paper, in ${held.toLocaleString('en')} elections (${ties.toLocaleString('en')} ties, ${early.toLocaleString('en')} closed before all votes were in)`,
          different,
          0,
        ),
      ),
      noted('Jain’s index with random voters', meter.jain(simulation.at).toFixed(4)),
      noted('longest wait', seconds(meter.longestWait(simulation.at))),
    ],
    rows: meter.rows(simulation.at),
  };
}
