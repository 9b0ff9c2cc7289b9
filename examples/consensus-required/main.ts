import { openStage } from '../stage.ts';

// IP-3: those who listen vote on whether the holder is cut short. The interrupter counts as one yes.
const stage = await openStage('Put to the vote', {
  interruption: { kind: 'consensusRequired', minVotes: 2, votingWindowMs: 10_000 },
  floor: { timers: { minSpeakingMs: 0 } },
});
const [ada, bob] = [await stage.enter('Ada'), await stage.enter('Bob')];
const [cleo, dan] = [await stage.enter('Cleo'), await stage.enter('Dan')];

await ada.floor.request();
await ada.say('My twelfth point, and I have twenty …', { final: false });
const { outcome, ballot } = await bob.floor.interrupt({ reason: 'Lunch' });
stage.print(`Bob’s motion: ${outcome}`);
await dan.vote(ballot!, 'no');
await cleo.vote(ballot!, 'yes');
await stage.turnOf(bob);
await bob.withFloor((turn) => turn.say('Lunch is served.', { final: true }));
await stage.until(({ floor }) => floor.phase === 'idle');
await stage.close();
