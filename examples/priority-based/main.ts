import { openStage } from '../stage.ts';

// IP-2: a much higher priority takes the floor. IP-6: what was said until then stays, marked as interrupted.
const stage = await openStage('Urgent enough?', {
  interruption: { kind: 'priorityBased', threshold: 0.5 },
  floor: { timers: { minSpeakingMs: 0 } },
});
const [ada, bob] = [await stage.enter('Ada'), await stage.enter('Bob')];

await ada.floor.request();
const speech = await ada.utter();
speech.write('The history of this building begins in the year');
await stage.until(({ speaking }) => speaking.some(({ text }) => text.endsWith('year')));

const first = await bob.floor.interrupt({ urgency: 0.2, reason: 'A question' });
stage.print(`Bob’s first try: ${first.outcome} (${first.code})`);
const second = await bob.floor.interrupt({ urgency: 1, reason: 'Smoke' });
stage.print(`Bob’s second try: ${second.outcome}`);
await bob.withFloor((turn) => turn.say('There is smoke in the hall!', { final: true }));
await stage.until(({ floor }) => floor.phase === 'idle');
await stage.close();
