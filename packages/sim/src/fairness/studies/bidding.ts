import { Meter } from '../meter.ts';
import { Simulation } from '../simulation.ts';
import type { Scale, Study } from '../study.ts';
import { atLeast, configOf, exactly, names, noted, seconds } from '../study.ts';
import { talker } from '../talker.ts';
import { deviations } from './auction.ts';

const BUDGET = 100;
const BIDDERS = 5;

/** Everybody bids a random part of what it has: equal budgets and equal wishes. */
function rounds(payment: string, seed: number, count: number) {
  const simulation = new Simulation(
    configOf(
      { kind: 'bidding', bidWindowMs: 2_000, evaluation: 'highestAmount', payment },
      { credits: { initial: BUDGET } },
    ),
    seed,
  );
  const { random } = simulation;
  const meter = new Meter();
  simulation.listen(meter.listen);
  let windows = 0;
  let unequal = 0;
  const owned = new Map<string, number>();
  const total = () => [...owned.values()].reduce((sum, each) => sum + each, 0);
  simulation.listen((event) => {
    if (event.type === 'credits.changed') {
      owned.set(event.data.participant, event.data.balance + event.data.escrow);
    } else if (event.type === 'bidding.closed') {
      windows += 1;
    } else if (event.type === 'floor.granted' && total() !== BUDGET * BIDDERS) {
      unequal += 1;
    }
  });
  const people = names(BIDDERS);
  for (const id of people) {
    simulation.join(id);
    owned.set(id, BUDGET);
  }
  for (const id of people) {
    talker(simulation, id, {
      thinkMs: () => random.integer(200, 2_000),
      speakMs: () => random.integer(20_000, 30_000),
      wish: () => {
        const balance = simulation.state.credits[id]?.balance ?? 0;
        return {
          urgency: 0.5,
          amount: { currency: 'priorityPoints', value: Math.floor(random.next() * balance) },
        };
      },
    });
  }
  simulation.run(Number.POSITIVE_INFINITY, () => windows >= count);
  return { simulation, meter, unequal, total: total() };
}

export function biddingStudy({ biddingRounds, auctions }: Scale): Study {
  const payments = ['firstPrice', 'secondPrice', 'allPay', 'none'] as const;
  const runs = payments.map((payment, index) => ({ payment, ...rounds(payment, 51 + index, biddingRounds) }));
  const second = runs[1];
  if (!second) throw new Error('second price is among the payments');
  const oneShot = deviations(auctions, 55);
  return {
    strategy: 'bidding',
    title: 'Bidding',
    setting: `Five bidders with ${BUDGET} credits each, who bid a random part of what they have; the highest amount wins, and payments are shared out among the others. The chart shows second price.`,
    figures: [
      ...runs.map(({ payment, meter, simulation }) =>
        atLeast(`${payment}: Jain’s index over ${biddingRounds} rounds`, meter.jain(simulation.at), 0.9),
      ),
      exactly(
        'grants after which the credits did not add up to the budgets',
        runs.reduce((sum, { unequal }) => sum + unequal, 0),
        0,
      ),
      exactly(
        `one-shot second price: deviations that gained anything, of ${oneShot.tried.toLocaleString('en')}`,
        oneShot.gained,
        0,
      ),
      noted(
        'the same with the share of the payment counted, which losers get',
        `${oneShot.gainedWithShare.toLocaleString('en')} gained, ${oneShot.mostWithShare.toFixed(0)} credits at most`,
      ),
      noted('longest wait, second price', seconds(second.meter.longestWait(second.simulation.at))),
    ],
    rows: second.meter.rows(second.simulation.at),
  };
}
