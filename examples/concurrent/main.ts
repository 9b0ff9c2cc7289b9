import { openStage } from '../stage.ts';

// TS-19, TS-20: two may speak at once. Who asks just as the last slot was taken collides with whoever took
// it; here the higher priority keeps the slot and the other is next.
const stage = await openStage('Two at once', {
  floor: {
    strategy: {
      kind: 'concurrent',
      maxSimultaneous: 2,
      collision: { resolution: 'priority', windowMs: 30_000 },
    },
    priority: { roleBase: { pilot: 2 } },
  },
});
const [ada, bob] = [await stage.enter('Ada'), await stage.enter('Bob')];
const cleo = await stage.enter('Cleo', 'pilot');

await ada.floor.request();
await bob.floor.request();
await cleo.floor.request();
await stage.turnOf(cleo);
await ada.withFloor((turn) => turn.say('Clear on the left.', { final: true }));
await stage.turnOf(bob);
await cleo.withFloor((turn) => turn.say('Going down to three thousand.', { final: true }));
await bob.withFloor((turn) => turn.say('Clear on the right.', { final: true }));
await stage.until(({ floor }) => floor.phase === 'idle');
await stage.close();
