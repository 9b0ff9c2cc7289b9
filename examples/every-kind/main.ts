import { once } from 'node:events';
import { connect } from '@parley/client';
import { openStage } from '../stage.ts';
import { KINDS, openOutside, STRATEGIES } from './cast.ts';
import { Host } from './host.ts';

// Everybody who can take part does, under each strategy in turn. With --stay the conversation goes on until
// Ctrl-C, for you to join.
const outside = await openOutside();
const stage = await openStage(
  'What is a good neighbour?',
  { floor: { maxConsecutiveAgentTurns: 50 } },
  outside.settings,
);
const desk = await connect(stage.url);
const host = new Host(
  await desk.join(stage.id, { kind: 'human', displayName: 'Hana', roles: ['moderator'] }),
);
const guests = await outside.bringIn(stage.url, host.room);

/** By speaker, the strategies under which it spoke. */
const spoke = new Map<string, Set<string>>();
host.room.on((event) => {
  if (event.event !== 'speech.ended') return;
  const { participant } = event.data;
  const name = host.room.view.participants.find(({ id }) => id === participant)?.displayName ?? participant;
  spoke.set(name, (spoke.get(name) ?? new Set()).add(host.room.view.config.floor.strategy.kind));
});
for (const strategy of STRATEGIES) {
  stage.print(`## ${strategy.kind}`);
  await stage.chair.send('conversation.configure', { config: { floor: { strategy } } });
  await host.ask('What is a good neighbour?');
  await stage.until(({ seq }) => seq >= host.room.view.seq);
}
for (const [name, how] of Object.entries({ Hana: 'a human', ...KINDS })) {
  stage.print(`${name}, ${how}, spoke under ${[...(spoke.get(name) ?? [])].join(', ')}`);
}

if (process.argv.includes('--stay')) {
  stage.print(`Join, and say “Good morning, @Sage”: ${stage.url}/c/${stage.id}`);
  await once(process, 'SIGINT');
}
await guests.close();
await Promise.all([stage.close(), host.over().then(() => desk.close())]);
outside.close();
