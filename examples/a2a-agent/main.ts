import { connect } from '@parley/client';
import { openStage } from '../stage.ts';
import { startTimetable } from './agent.ts';

// A2-1, A2-2: an A2A agent that knows nothing of Parley is brought in by the address of its card.
const stage = await openStage('When does it leave?', {});
const timetable = await startTimetable();

// Whom an agent brings in waits for a human moderator; Ada is one.
const connection = await connect(stage.url);
const ada = await connection.join(stage.id, { kind: 'human', displayName: 'Ada' });
await stage.chair.send('role.set', { participant: ada.me, roles: ['moderator', 'participant'] });
await ada.send('bridge.add', {
  kind: 'a2aAgent',
  displayName: 'Timetable',
  settings: { card: timetable.url },
  engagement: { kind: 'whenAddressed' },
});
const entered = ({ participants }: typeof ada.view) =>
  participants.find(({ displayName }) => displayName === 'Timetable');
await stage.until((view) => entered(view) !== undefined);
stage.print(`Timetable can do this: ${entered(stage.chair.view)!.capabilities.join(', ')}`);

const turns = (count: number) =>
  stage.until(
    ({ floor, contributions }) =>
      floor.phase === 'idle' && contributions.reduce((sum, each) => sum + each.turns, 0) === count,
  );
await ada.withFloor((turn) => turn.say('When is the next train to Ulm, @Timetable?', { final: true }));
await turns(2);
await ada.withFloor((turn) => turn.say('From Munich.', { final: true }));
await turns(4);
await connection.close();
timetable.close();
await stage.close();
