import { openStage } from '../stage.ts';

// TS-1: first come, first served. Whoever waits knows its place and about how long it will take.
const stage = await openStage('First come, first served', {
  floor: { strategy: { kind: 'sequential', maxTurnDurationMs: 60_000 } },
});
const cast = [await stage.enter('Ada'), await stage.enter('Bob'), await stage.enter('Cleo')];

for (const room of cast) {
  const { status, queuePosition, estimatedWaitMs = 0 } = await room.floor.request({ estimatedMs: 5_000 });
  if (status === 'granted') continue;
  const seconds = Math.round(estimatedWaitMs / 1_000);
  stage.print(`${room.self?.displayName} is number ${queuePosition}, for about ${seconds} s`);
}
await Promise.all(
  cast.map((room) => room.withFloor((turn) => turn.say(`I am ${room.self?.displayName}.`, { final: true }))),
);
await stage.until(
  ({ floor, contributions }) => floor.phase === 'idle' && contributions.length === cast.length,
);
await stage.close();
