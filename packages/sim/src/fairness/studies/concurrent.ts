import { Meter } from '../meter.ts';
import { Simulation } from '../simulation.ts';
import type { Scale, Study } from '../study.ts';
import { atLeast, configOf, HOUR, names, noted, seconds } from '../study.ts';
import { talker } from '../talker.ts';

const SLOTS = 3;

/** Nine for three slots, under every way to settle a collision; the charts show the default one. */
export function concurrentStudy({ hours }: Scale): Study {
  const runs = ['firstStarter', 'priority', 'backoff', 'woundWait'].map((resolution, index) => {
    const simulation = new Simulation(
      configOf({ kind: 'concurrent', maxSimultaneous: SLOTS, collision: { resolution } }),
      41 + index,
    );
    const { random } = simulation;
    const meter = new Meter();
    let collisions = 0;
    simulation.listen(meter.listen);
    simulation.listen((event) => {
      if (event.type === 'collision.detected') collisions += 1;
    });
    const people = names(9);
    for (const id of people) simulation.join(id);
    for (const id of people) {
      talker(simulation, id, {
        thinkMs: () => random.integer(200, 3_000),
        speakMs: () => random.integer(10_000, 40_000),
        wish: () => ({ urgency: random.next() }),
      });
    }
    const from = simulation.at;
    simulation.run(from + hours * HOUR);
    const held = [...meter.heldBy].reduce((sum, [holders, ms]) => sum + holders * ms, 0);
    const whole = [...meter.heldBy].reduce((sum, [, ms]) => sum + ms, 0);
    return { resolution, simulation, meter, collisions, used: held / (SLOTS * whole) };
  });
  const [shown] = runs;
  if (!shown) throw new Error('there is a way to settle collisions');
  return {
    strategy: 'concurrent',
    title: 'Concurrent',
    setting: 'Nine speakers for three slots, with turns of 10 to 43 seconds.',
    figures: [
      ...runs.flatMap(({ resolution, simulation, meter, used, collisions }) => [
        {
          name: `${resolution}: most who spoke at once`,
          value: String(meter.mostHolders),
          goal: `≤ ${SLOTS}`,
          met: meter.mostHolders <= SLOTS,
        },
        atLeast(`${resolution}: part of the slots in use`, used, 0.95),
        atLeast(`${resolution}: Jain’s index`, meter.jain(simulation.at), 0.95),
        noted(`${resolution}: collisions`, collisions.toLocaleString('en')),
      ]),
      noted('longest wait', seconds(shown.meter.longestWait(shown.simulation.at))),
    ],
    rows: shown.meter.rows(shown.simulation.at),
  };
}
