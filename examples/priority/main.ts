import { openStage } from '../stage.ts';

// TS-10…TS-13: the highest priority speaks. A much higher one cuts a turn short; who was cut short goes on
// with what is left of its turn.
const stage = await openStage('The expert comes first', {
  floor: {
    strategy: { kind: 'priority', preemptionThreshold: 1 },
    priority: { roleBase: { expert: 2 } },
    timers: { revokeGraceMs: 200 },
  },
});
const [bob, cleo] = [await stage.enter('Bob'), await stage.enter('Cleo')];
const ada = await stage.enter('Ada', 'expert');

await bob.floor.request();
await bob.say('Let me tell you all about it …', { final: false });
// More urgent than Bob was, but not by more than the threshold.
await cleo.floor.request({ urgency: 0.9 });
await ada.floor.request({ urgency: 0.5 });

await stage.turnOf(ada);
await ada.withFloor((turn) => turn.say('Sorry, that is not how it works.', { final: true }));
await stage.turnOf(cleo);
await cleo.withFloor((turn) => turn.say('Good to know.', { final: true }));
await stage.turnOf(bob);
await bob.withFloor((turn) => turn.say('As I was going to say: I see.', { final: true }));
await stage.until(({ floor }) => floor.phase === 'idle');
await stage.close();
