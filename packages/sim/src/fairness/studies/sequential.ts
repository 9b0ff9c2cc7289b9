import { Meter } from '../meter.ts';
import { Simulation } from '../simulation.ts';
import type { Scale, Study } from '../study.ts';
import { atLeast, configOf, exactly, HOUR, names, noted, seconds, timers } from '../study.ts';
import { talker } from '../talker.ts';

/** First come, first served among ten, some of whom overrun and one of whom often says nothing. */
export function sequentialStudy({ hours }: Scale): Study {
  const simulation = new Simulation(configOf({ kind: 'sequential' }), 11);
  const { random } = simulation;
  const meter = new Meter();
  simulation.listen(meter.listen);

  const order: { readonly participant: string; readonly position: number; readonly at: number }[] = [];
  let [inversions, late, served, worst] = [0, 0, 0, 0];
  const longestTurn = timers.firstContentMs + timers.maxTurnMs + timers.revokeGraceMs;
  simulation.listen((event) => {
    if (event.type === 'floor.requested') {
      const { participant, queuePosition: position } = event.data;
      // The position counts whoever waits; before all of them comes the turn that goes on.
      order.push({ participant, position, at: event.at });
    } else if (event.type === 'floor.granted') {
      const index = order.findIndex(({ participant }) => participant === event.data.participant);
      const [request] = order.splice(index, 1);
      if (index !== 0) inversions += 1;
      served += 1;
      const part = (event.at - (request?.at ?? 0)) / ((request?.position ?? 0) * longestTurn);
      worst = Math.max(worst, part);
      if (part > 1) late += 1;
    }
  });

  const people = names(10);
  for (const id of people) simulation.join(id);
  people.forEach((id, index) => {
    talker(simulation, id, {
      thinkMs: () => (index === 9 && random.chance(0.5) ? null : random.integer(200, 4_000)),
      speakMs: () => (index >= 7 ? 90_000 : random.integer(5_000, 50_000)),
    });
  });
  simulation.run(simulation.at + hours * HOUR);

  return {
    strategy: 'sequential',
    title: 'Sequential',
    setting:
      'Ten speakers. Seven end their turns by themselves after 5 to 50 seconds, three speak until they are cut, and one of these says nothing in half of its turns.',
    figures: [
      exactly('inversions of the order of requests', inversions, 0),
      exactly('waits beyond position × (firstContentMs + maxTurnMs + revokeGraceMs)', late, 0),
      noted('longest wait as a part of that bound', worst.toFixed(3)),
      noted('longest wait', seconds(meter.longestWait(simulation.at))),
      noted(
        'Jain’s index (turns may be short or long here, as their speakers like)',
        meter.jain(simulation.at).toFixed(4),
      ),
      atLeast('turns served', served, 1, 0),
    ],
    rows: meter.rows(simulation.at),
  };
}
