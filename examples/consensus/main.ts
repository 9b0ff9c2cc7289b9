import type { Room } from '@parley/client';
import { openStage } from '../stage.ts';

// TS-16…TS-18: those who are present vote on which of the requesters speaks next, also where there is one.
const stage = await openStage('Elected to speak', {
  floor: { strategy: { kind: 'consensus', method: 'plurality', minVotes: 4 } },
});
const rooms = new Map<string, Room>();
for (const name of ['Ada', 'Bob', 'Cleo', 'Dan']) rooms.set(name, await stage.enter(name));
const ada = rooms.get('Ada')!;
const bob = rooms.get('Bob')!;
const cleo = rooms.get('Cleo')!;

for (const [name, room] of rooms) {
  // Ada votes for herself, the others for Bob; for whoever stands where that one does not.
  const favourite = name === 'Ada' ? ada.me : bob.me;
  const agent = {
    name,
    wantsFloor: () => false,
    vote: ({ candidates }: { readonly candidates: readonly string[] }) =>
      candidates.includes(favourite) ? favourite : (candidates[0] ?? null),
    onTurn: async () => '',
  };
  stage.run(room, agent);
}

const speak = (room: Room, text: string) => room.withFloor((turn) => turn.say(text, { final: true }));
await cleo.withFloor(async (turn) => {
  await turn.say('Who would like to answer?');
  // Asked while somebody speaks: both stand in the next ballot.
  await ada.floor.request();
  await bob.floor.request();
});
await Promise.all([speak(ada, 'At last!'), speak(bob, 'Gladly.')]);
await stage.until(({ floor }) => floor.phase === 'idle');
await stage.close();
