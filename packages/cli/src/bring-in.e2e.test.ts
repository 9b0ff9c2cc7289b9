import { connect, http } from '@parley/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workbench } from './testing/parley-process.ts';

const bench = new Workbench();
let url: string;
let cwd: string;

beforeAll(async () => {
  cwd = await bench.directory();
  const hub = bench.start(['serve', '--open', '--port', '0', '--log', 'memory'], { cwd });
  url = (await hub.says(/Parley is at (\S+)/))[1]!;
});
afterAll(() => bench.clean());

describe('bringing participants in from a pipe', () => {
  it('[AI-1] [LA-1] asks the hub, tells what keeps somebody away, and approves of what an agent asks for', async () => {
    const api = http(url);
    const { id, token } = await api.createConversation({ title: 'Tea' });
    const ada = bench.start(['join', `${url}/c/${id}`, '--name', 'Ada'], {
      cwd,
      env: { PARLEY_TOKEN: token ?? '' },
    });
    await ada.says(/Ada came in/);
    ada.type('/bring model nosuchservice Sage');
    await ada.notes(/^Sage is brought in/m);
    await ada.notes(/^Sage is kept away: /m);
    ada.type('/bring agent nobody Ada');
    await ada.notes(/it is too like "Ada"/);

    const connection = await connect(url);
    const rob = await connection.join(id, { kind: 'agent', displayName: 'Rob', roles: ['moderator'] });
    const asked = { kind: 'localAgent', displayName: 'Echo', settings: { agent: 'echo' } } as const;
    expect((await rob.bridges.add(asked)).status).toBe('pending');
    await ada.notes(/^Rob asks to bring in Echo \(localAgent\): \/approve 2 or \/dismiss 2$/m);
    ada.type('/bridges');
    await ada.notes(/^1\. Sage \(externalAI, whenAddressed\): .* \[[a-z._]+\]$/m);
    await ada.notes(/^2\. Echo \(localAgent, whenAddressed\): asked for by Rob$/m);
    ada.type('/approve 2');
    await ada.notes(/^Echo is let in\.$/m);
    ada.type('/dismiss sage');
    await ada.notes(/^Sage is sent away\.$/m);
    await expect.poll(() => rob.view.bridges.map(({ displayName }) => displayName)).toEqual(['Echo']);
    await connection.close();
    ada.type('/leave');
    expect((await ada.ended).code).toBe(0);
  });

  it('[HU-3] a name that is taken is refused, with whose it is', async () => {
    const { id } = await http(url).createConversation({ title: 'Names' });
    const first = bench.start(['join', `${url}/c/${id}`, '--name', 'Ada'], { cwd });
    await first.says(/Ada came in/);
    const second = bench.start(['join', `${url}/c/${id}`, '--name', 'АDА'], { cwd });
    const { code, stderr } = await second.ended;
    expect(code).not.toBe(0);
    expect(stderr).toContain('it is too like "Ada"');
    first.type('/leave');
    expect((await first.ended).code).toBe(0);
  });
});
