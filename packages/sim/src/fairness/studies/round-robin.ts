import { Meter } from '../meter.ts';
import { Simulation } from '../simulation.ts';
import type { Scale, Study } from '../study.ts';
import { atLeast, configOf, HOUR, names, noted, seconds } from '../study.ts';
import { talker } from '../talker.ts';

const SLICE_MS = 30_000;
const ROUNDS = 10;

/** Eight with more to say than a slice: half stop at its end, half speak on until they are cut. */
function room(seed: number): { simulation: Simulation; meter: Meter; people: readonly string[] } {
  const simulation = new Simulation(configOf({ kind: 'roundRobin', timeSliceMs: SLICE_MS }), seed);
  const meter = new Meter();
  simulation.listen(meter.listen);
  const people = names(8);
  for (const id of people) simulation.join(id);
  people.forEach((id, index) => {
    talker(simulation, id, {
      thinkMs: () => simulation.random.integer(200, 1_500),
      speakMs: () => (index % 2 === 0 ? SLICE_MS : SLICE_MS * 4),
    });
  });
  return { simulation, meter, people };
}

export function roundRobinStudy({ hours }: Scale): Study {
  const few = room(21);
  const turns = () => few.meter.rows(few.simulation.at).reduce((sum, row) => sum + row.turns, 0);
  few.simulation.run(few.simulation.at + HOUR, () => turns() >= ROUNDS * few.people.length);

  const many = room(22);
  many.simulation.run(many.simulation.at + hours * HOUR);
  const counts = many.meter.rows(many.simulation.at).map((row) => row.turns);
  return {
    strategy: 'roundRobin',
    title: 'RoundRobin',
    setting:
      'Eight speakers with slices of 30 seconds. Four stop at the end of their slice, four speak on until they are cut; an overrun shortens the next slice.',
    figures: [
      atLeast(`Jain’s index over ${ROUNDS} rounds`, few.meter.jain(few.simulation.at), 0.99),
      atLeast(`Jain’s index over ${hours} h`, many.meter.jain(many.simulation.at), 0.99),
      noted('turns, fewest and most', `${Math.min(...counts)} and ${Math.max(...counts)}`),
      noted('longest wait', seconds(many.meter.longestWait(many.simulation.at))),
    ],
    rows: many.meter.rows(many.simulation.at),
  };
}
