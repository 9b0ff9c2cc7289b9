import { Meter } from '../meter.ts';
import { Simulation } from '../simulation.ts';
import type { Scale, Study } from '../study.ts';
import { atLeast, configOf, names, noted, seconds, timers } from '../study.ts';
import { talker } from '../talker.ts';

const AGING_PER_SECOND = 0.02;
const ROLE_BASE = 2;
/** What an expert is meant to have for each unit of its demand, compared to the others. */
const EXPERT_WEIGHT = 1.5;

/**
 * Three experts among eight, everybody with an urgency of its own at each request. A request gains
 * `agingPerSecond` for every second, the same for all, so whoever waits longer than the greatest possible
 * head start (role and urgency) and the turns of those before is next.
 */
export function priorityStudy({ priorityEvents }: Scale, agingPerSecond = AGING_PER_SECOND): Study {
  const simulation = new Simulation(
    configOf(
      { kind: 'priority', preemptionThreshold: 0.25, maxPreemptions: 2 },
      {},
      {
        priority: {
          roleBase: { expert: ROLE_BASE },
          urgency: 1,
          agingPerSecond,
          decay: 1,
        },
      },
    ),
    31,
  );
  const { random } = simulation;
  const meter = new Meter();
  simulation.listen(meter.listen);
  let preemptions = 0;
  simulation.listen((event) => {
    if (event.type === 'floor.revoking' && event.data.cause === 'preempted') preemptions += 1;
  });

  const people = names(8);
  const isExpert = (id: string): boolean => people.indexOf(id) < 3;
  for (const id of people) simulation.join(id, isExpert(id) ? ['expert'] : ['participant']);
  for (const id of people) {
    talker(simulation, id, {
      thinkMs: () => random.integer(200, 3_000),
      speakMs: () => random.integer(10_000, 40_000),
      wish: () => ({ urgency: random.next() }),
    });
  }
  simulation.run(Number.POSITIVE_INFINITY, () => simulation.events >= priorityEvents);

  const longestTurn = timers.firstContentMs + timers.maxTurnMs + timers.revokeGraceMs;
  const headStart = ((ROLE_BASE + 1 + 1) / AGING_PER_SECOND) * 1_000;
  const bound = headStart + people.length * longestTurn;
  const longest = meter.longestWait(simulation.at);
  const weightOf = (id: string): number => (isExpert(id) ? EXPERT_WEIGHT : 1);
  return {
    strategy: 'priority',
    title: 'Priority',
    setting:
      'Eight speakers, three of them with a role that starts 2 higher; urgencies are drawn anew for each request, waiting adds 0.02 per second, having had all of the recent speaking time takes 1 away, and whoever exceeds the holder by 0.25 cuts it short.',
    figures: [
      {
        name: `starved in ${simulation.events.toLocaleString('en')} events: waits beyond ${seconds(bound)}`,
        value: longest <= bound ? 'nobody' : 'somebody',
        goal: 'nobody',
        met: longest <= bound,
      },
      atLeast(`Jain’s index, experts weighing ${EXPERT_WEIGHT}`, meter.jain(simulation.at, weightOf), 0.9),
      noted('Jain’s index, all weighing alike', meter.jain(simulation.at).toFixed(4)),
      noted('longest wait', seconds(longest)),
      noted('turns cut short for a higher priority', preemptions.toLocaleString('en')),
    ],
    rows: meter.rows(simulation.at),
  };
}
