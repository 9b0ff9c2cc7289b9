import type { Command, State } from '@parley/core';
import { decide } from '@parley/core';
import { Random } from '../../random.ts';
import { Simulation } from '../simulation.ts';
import { configOf, names } from '../study.ts';

const BIDDERS = 4;
const BUDGET = 20;

type Payment = 'firstPrice' | 'secondPrice';

/** What one closed window came to for each bidder. */
interface Result {
  readonly winner: string | null;
  readonly pays: number;
  /** What each has now, less what it had. */
  readonly change: Readonly<Record<string, number>>;
}

export interface Deviations {
  readonly tried: number;
  /** How many bids other than the true value were worth more to the bidder: value of the turn less its price. */
  readonly gained: number;
  /** The same with what a loser gets of the price. */
  readonly gainedWithShare: number;
  readonly mostWithShare: number;
}

/** A room with a window open in which nobody has bid yet; each auction starts from this one state. */
function openWindow(payment: Payment): { state: State; at: number; people: readonly string[] } {
  const simulation = new Simulation(
    configOf(
      { kind: 'bidding', bidWindowMs: 10_000, evaluation: 'highestAmount', payment },
      { credits: { initial: BUDGET } },
    ),
    0,
  );
  const people = names(BIDDERS);
  for (const id of people) simulation.join(id);
  simulation.join('chair');
  // Somebody who takes no part in the auctions opens the window.
  const opened = simulation.submit('chair', 'floor.request', {});
  const window = simulation.state.floor.window?.id;
  if (!opened.ok || window === undefined) throw new Error('a request opens a window');
  const passed = simulation.submit('chair', 'bid.pass', { window });
  if (!passed.ok) throw new Error(passed.rejection.message);
  return { state: simulation.state, at: simulation.at, people };
}

function auction(room: ReturnType<typeof openWindow>, bids: readonly number[]): Result {
  let { state } = room;
  let winner: string | null = null;
  let pays = 0;
  room.people.forEach((participant, index) => {
    const data = { urgency: 0.5, amount: { currency: 'priorityPoints', value: bids[index] ?? 0 } };
    const author = { participant, steward: false };
    const result = decide(state, { op: 'floor.request', data, author } as Command, room.at);
    if (!result.ok) throw new Error(result.error.message);
    state = result.value.state;
    for (const event of result.value.events) {
      if (event.type !== 'bidding.closed') continue;
      winner = event.data.winner;
      pays = event.data.bids.find((bid) => bid.participant === winner)?.pays ?? 0;
    }
  });
  const change = Object.fromEntries(
    room.people.map((id) => [id, (state.credits[id]?.balance ?? 0) - (room.state.credits[id]?.balance ?? 0)]),
  );
  return { winner, pays, change };
}

/** Every bidder tries every other bid against the others' true values, in auctions with random values. */
export function deviations(auctions: number, seed: number, payment: Payment = 'secondPrice'): Deviations {
  const random = new Random(seed);
  const room = openWindow(payment);
  let [tried, gained, gainedWithShare, mostWithShare] = [0, 0, 0, 0];
  for (let round = 0; round < auctions; round++) {
    const values = room.people.map(() => random.integer(0, BUDGET));
    const honest = auction(room, values);
    room.people.forEach((id, index) => {
      const value = values[index] ?? 0;
      const worth = ({ winner, pays }: Result) => (winner === id ? value - pays : 0);
      const wealth = (result: Result) => (result.winner === id ? value : 0) + (result.change[id] ?? 0);
      for (let bid = 0; bid <= BUDGET; bid++) {
        if (bid === value) continue;
        const other = auction(room, values.with(index, bid));
        const gain = wealth(other) - wealth(honest);
        tried += 1;
        if (worth(other) > worth(honest)) gained += 1;
        if (gain > 0) gainedWithShare += 1;
        mostWithShare = Math.max(mostWithShare, gain);
      }
    });
  }
  return { tried, gained, gainedWithShare, mostWithShare };
}
