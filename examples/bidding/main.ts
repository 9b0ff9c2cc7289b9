import type { Room } from '@parley/client';
import { isOffered, openStage } from '../stage.ts';

// TS-3…TS-9: sealed bids before each turn. The highest offer wins and pays what the next one offered;
// the others share that among them. Who spoke last has to wait.
const stage = await openStage('Bids for each turn', {
  floor: { strategy: { kind: 'bidding', evaluation: 'highestAmount', payment: 'secondPrice' } },
});

/** Offers so many points in the first window, the second, and so on; then it has nothing to say any more. */
async function bidder(name: string, offers: readonly number[]): Promise<Room> {
  const room = await stage.enter(name);
  let window = 0;
  const agent = {
    name,
    wantsFloor: isOffered,
    bid() {
      const value = offers[window++];
      return value === undefined ? null : { urgency: 0.5, amount: { currency: 'priorityPoints', value } };
    },
    onTurn: async () => `I am ${name}, and this was worth it.`,
  };
  stage.run(room, agent);
  return room;
}

const ada = await bidder('Ada', [10]);
await bidder('Bob', [7, 9]);
await bidder('Cleo', [5, 5]);

// Asking for the idle floor opens the first window; the request is a bid like the others.
await ada.floor.request({ urgency: 0.5, amount: { currency: 'priorityPoints', value: 10 } });
await stage.until(
  ({ floor, contributions }) =>
    floor.phase === 'idle' && contributions.filter(({ turns }) => turns > 0).length === 2,
);
const accounts = stage.chair.view.credits.filter(({ participant }) => participant !== stage.chair.me);
stage.print(`Balances: ${accounts.map(({ balance }) => balance).join(', ')}`);
await stage.close();
