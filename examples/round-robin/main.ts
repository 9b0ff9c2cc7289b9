import type { Room } from '@parley/client';
import { isOffered, openStage } from '../stage.ts';

// TS-14, TS-15: the floor goes round in join order. An agent that has nothing to say passes; a round in
// which all pass is the last.
const stage = await openStage('Round the table', {
  floor: { strategy: { kind: 'roundRobin', timeSliceMs: 30_000 } },
});

/** Speaks whenever it is offered the floor, as long as it has something to say. */
async function seat(name: string, lines: string[]): Promise<Room> {
  const room = await stage.enter(name);
  const agent = {
    name,
    wantsFloor: () => isOffered(room) && lines.length > 0,
    onTurn: async () => lines.shift() ?? '',
  };
  stage.run(room, agent);
  return room;
}

const ada = await seat('Ada', ['One.', 'Four.', 'Six.']);
await seat('Bob', ['Two.']);
await seat('Cleo', ['Three.', 'Five.']);

await ada.floor.request();
await stage.until(
  ({ floor, contributions }) =>
    floor.phase === 'idle' && contributions.reduce((sum, { utterances }) => sum + utterances, 0) === 6,
);
await stage.close();
