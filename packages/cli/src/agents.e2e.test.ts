import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { connect, http } from '@parley/client';
import { afterAll, expect, it } from 'vitest';
import { Workbench } from './testing/parley-process.ts';

const bench = new Workbench();
afterAll(() => bench.clean());

const CLERK = `
import type { Agent } from '@parley/client';
const clerk: Agent = {
  name: 'clerk',
  async *onTurn({ addressed, room }) {
    console.log('a turn of the clerk');
    yield addressed ? 'Yes, ' : 'No, ';
    yield room.view.title;
  },
};
export default clerk;
`;

it('[LA-1] serve --agent offers an agent, which moderators bring in; what it prints is no output of the hub', async () => {
  const cwd = await bench.directory();
  await writeFile(path.join(cwd, 'clerk.ts'), CLERK);
  const hub = bench.start(['serve', '--open', '--port', '0', '--log', 'memory', '--agent', './clerk.ts'], {
    cwd,
  });
  const [, url] = await hub.says(/^Parley is at (http:\S+)$/m);
  const api = http(url!);
  expect(await api.services()).toEqual({ services: [], agents: [{ name: 'clerk' }] });
  const { id } = await api.createConversation({ title: 'At the desk' });
  const connection = await connect(url!, api.token === undefined ? {} : { token: api.token });
  const room = await connection.join(id, { kind: 'human', displayName: 'Ann', roles: ['moderator'] });
  const answered = new Promise<string>((resolve) =>
    room.on((event) => {
      if (event.event === 'speech.ended' && event.data.participant !== room.me) resolve(event.data.text);
    }),
  );
  await room.send('bridge.add', { kind: 'localAgent', displayName: 'Clerk', settings: { agent: 'clerk' } });
  await room.withFloor(async (turn) => void (await turn.say('Are you there, @Clerk?')));
  expect(await answered).toBe('Yes, At the desk');
  await hub.notes(/a turn of the clerk/);
  expect(hub.stdout.trim().split('\n')).toHaveLength(1);
  await connection.close();
  hub.kill('SIGTERM');
  expect((await hub.ended).code).toBe(0);
});

it('[LA-1] two agents of one name are a mistake that says so', async () => {
  const { code, stderr } = await bench.run(['serve', '--agent', 'a/clerk.ts', '--agent', 'b/clerk.mjs']);
  expect(code).toBe(2);
  expect(stderr).toContain('agents.clerk.module (from --agent)');
});
