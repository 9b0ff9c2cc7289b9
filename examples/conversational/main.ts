import { openStage } from '../stage.ts';

// IP-5: both speak for a moment, until one gives way; a third voice is one too many.
const stage = await openStage('Both at once', {
  interruption: { kind: 'conversational', overlapToleranceMs: 3_000, yieldSignals: ['explicit'] },
  floor: { timers: { minSpeakingMs: 0 } },
});
const [ada, bob] = [await stage.enter('Ada'), await stage.enter('Bob')];
const cleo = await stage.enter('Cleo');

await ada.floor.request();
await ada.say('So we drove up to the lake,', { final: false });
await bob.floor.interrupt();
await bob.say('the frozen lake,', { final: false });
const third = await cleo.floor.interrupt();
stage.print(`Cleo’s try: ${third.outcome} (${third.code})`);
await ada.signal('yield');
await stage.until(({ floor }) => floor.interruption.state === 'none');
await bob.say('and the car would not start again.');
await stage.until(({ floor }) => floor.phase === 'idle');
await stage.close();
