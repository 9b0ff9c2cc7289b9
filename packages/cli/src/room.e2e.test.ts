import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workbench } from './testing/parley-process.ts';

const bench = new Workbench();
let url: string;
let cwd: string;
let address: string;
const OPERATOR = 'operator-secret-of-this-test';

beforeAll(async () => {
  cwd = await bench.directory();
  const hub = bench.start(['serve', '--open', '--port', '0', '--operator-token', OPERATOR], { cwd });
  url = (await hub.says(/Parley is at (\S+)/))[1]!;
  address = await newConversation();
});
afterAll(() => bench.clean());

async function newConversation(config: object = {}): Promise<string> {
  const response = await fetch(`${url}/v1/conversations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Tea', config }),
  });
  const { id } = (await response.json()) as { id: string };
  return `${url}/c/${id}`;
}

describe('taking part from a pipe', () => {
  it('says what comes in, and leaves when the input ends', async () => {
    const said = await bench.run(['join', address, '--name', 'Ada'], { input: 'Good morning.\n' });
    expect([said.code, said.stdout]).toEqual([0, expect.stringContaining('Ada: Good morning.')]);
    const markdown = await bench.run(['export', address]);
    expect(markdown.stdout).toContain('Good morning.');
    const target = path.join(cwd, 'tea.json');
    expect((await bench.run(['export', address, '--format', 'json', '--output', target])).code).toBe(0);
    expect(JSON.parse(await readFile(target, 'utf8'))).toBeTypeOf('object');
  });

  it('understands slash commands, and shows others without their control sequences', async () => {
    const room = await newConversation();
    const ada = bench.start(['join', room, '--name', 'Ada'], { cwd });
    await ada.says(/Ada came in/);
    const evil = await bench.run(['join', room, '--name', 'Bo'], {
      input: '\u001b]0;owned\u0007hi \u001b[31mthere\n',
    });
    expect(evil.code).toBe(0);
    await ada.says(/Bo: hi there/);
    expect(ada.stdout).not.toContain('\u001b');
    ada.type('/topic Tea and time');
    await ada.says(/topic: Tea and time/);
    // An interrupt is a way to leave.
    const cy = bench.start(['join', room, '--name', 'Cy'], { cwd });
    await ada.says(/Cy came in/);
    cy.kill('SIGINT');
    expect((await cy.ended).code).toBe(0);
    await ada.says(/^\* Cy left$/m);
    ada.type('/leave');
    expect((await ada.ended).code).toBe(0);
  });
});

it('[CS-1] one chooses how one’s own view is kept', async () => {
  const room = await newConversation();
  const ada = bench.start(['join', room, '--name', 'Ada', '--consistency', 'strong'], { cwd });
  await ada.says(/Ada came in/);
  const state = await fetch(room.replace('/c/', '/v1/conversations/'));
  const { participants } = (await state.json()) as { participants: readonly { consistency?: object }[] };
  expect(participants[0]?.consistency).toMatchObject({ kind: 'strong' });
  // Its own view acknowledges by itself: two turns in a row need no time-out.
  ada.type('First.');
  await ada.says(/Ada: First\./);
  ada.type('Second.');
  await ada.says(/Ada: Second\./);
  ada.type('/leave');
  expect((await ada.ended).code).toBe(0);
  const wrong = await bench.run(['join', room, '--consistency', 'some']);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('strong or eventual')]);
});

describe('who hears what', () => {
  it('[RT-3] [RT-6] whispers to some, and speaks under topics to whoever follows them', async () => {
    const room = await newConversation({ routing: { kind: 'topicBased', whisper: true } });
    const [ada, bo, cy] = ['Ada', 'Bo', 'Cy'].map((name) =>
      bench.start(['join', room, '--name', name], { cwd }),
    );
    await Promise.all([ada!.says(/Cy came in/), bo!.says(/Cy came in/), cy!.says(/Cy came in/)]);
    await ada!.says(/Bo came in/);
    cy!.type('/topics tea.*');
    await cy!.notes(/You follow tea\.\*/);
    ada!.type('/people');
    await ada!.notes(/Cy: human.*follows tea\.\*/);
    ada!.type('/whisper @Zoe hush');
    await ada!.notes(/Nobody fits "Zoe"/);
    ada!.type('/w @Bo Only you.');
    await bo!.says(/^Ada \(whispers to you\): Only you\.$/m);
    ada!.type('/about tea.green For friends of tea.');
    await cy!.says(/^Ada \(#tea\.green, not for all\): For friends of tea\.$/m);
    ada!.type('For all.');
    await Promise.all([bo!.says(/^Ada: For all\.$/m), cy!.says(/^Ada: For all\.$/m)]);
    expect(cy!.stdout).not.toContain('Only you.');
    expect(bo!.stdout).not.toContain('friends of tea');
    for (const each of [ada!, bo!, cy!]) {
      each.type('/leave');
      expect((await each.ended).code).toBe(0);
    }
  });
});

describe('tail', () => {
  it('[TS-3] tells that bids are taken, and who wins', async () => {
    const room = await newConversation({ floor: { strategy: { kind: 'bidding' } } });
    const words = bench.start(['tail', room], { cwd });
    await words.says(/begins/);
    await bench.run(['join', room, '--name', 'Ada'], { input: 'My turn.\n' });
    await words.says(/\* bids are taken for the next turn/);
    await words.says(/\* Ada wins the turn/);
    words.kill('SIGTERM');
    expect((await words.ended).code).toBe(0);
  });

  it('prints what was and what comes, in words or as JSON lines, until the conversation ends', async () => {
    const room = await newConversation();
    const words = bench.start(['tail', room], { cwd });
    const json = bench.start(['tail', room, '--json'], { cwd });
    await words.says(/"Tea" begins/);
    await bench.run(['join', room, '--name', 'Ada'], { input: '/topic Tea\nFirst.\n' });
    await words.says(/^\d\d:\d\d:\d\d Ada: First\.$/m);
    await words.says(/\* Ada set the topic: Tea/);
    await words.says(/\* Ada left/);
    await json.says(/"participant\.left"/);
    const events = json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number; event: string });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)).toMatchObject({ event: 'participant.left' });
    expect(events.map(({ event }) => event)).toContain('speech.ended');
    json.kill('SIGINT');
    expect((await json.ended).code).toBe(0);
    words.kill('SIGTERM');
    expect((await words.ended).code).toBe(0);
  });
});

describe('a reader who has had enough', () => {
  it('ends the command without a complaint', () => {
    const main = path.join(import.meta.dirname, 'main.ts');
    const command = `"${process.execPath}" "${main}" serve --help | head -1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['Usage: parley serve [options]\n', '']);
  });
});

describe('[HU-2] going away with a webhook', () => {
  it('stays a member, is called, comes back as the same, and leaves when it says so', async () => {
    const called = Promise.withResolvers<string>();
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        response.writeHead(204).end();
        called.resolve(body);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const room = await newConversation();

    const first = await bench.run(['join', room, '--name', 'Eva', '--webhook', webhook], {
      input: 'Back soon.\n',
    });
    expect([first.code, first.stdout]).toEqual([0, expect.stringContaining('Eva: Back soon.')]);
    expect(first.stderr).toMatch(/signed with whsec_[A-Za-z0-9+/]{43}=/);
    const token = /PARLEY_TOKEN=(\S+)/.exec(first.stderr)?.[1] ?? '';
    await bench.run(['join', room, '--name', 'Bo'], { input: 'Where is @Eva?\n' });
    expect(JSON.parse(await called.promise)).toMatchObject({
      type: 'notification.mention',
      data: { excerpt: 'Where is @Eva?' },
    });

    const env = { PARLEY_TOKEN: token };
    const back = await bench.run(['join', room, '--name', 'Eva'], { input: '/leave\n', env });
    expect([back.code, back.stdout]).toEqual([0, expect.stringContaining('Bo: Where is @Eva?')]);
    const markdown = await bench.run(['export', room]);
    expect(markdown.stdout.match(/Eva \(human\) joined/g)).toHaveLength(1);
    expect(markdown.stdout.match(/Eva \(human\) left/g)).toHaveLength(1);
    server.close();
  });

  it('says why an address will not do', async () => {
    const refused = await bench.run(
      ['join', await newConversation(), '--name', 'Eva', '--webhook', 'https://10.0.0.1/'],
      { input: '' },
    );
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('endpoint.blocked')]);
  });
});

describe('access', () => {
  it('issues tokens and invites', async () => {
    const env = { PARLEY_HUB: url, PARLEY_OPERATOR_TOKEN: OPERATOR };
    const token = await bench.run(['token', 'ada', '--valid', '1h'], { env });
    expect([token.code, token.stdout]).toEqual([0, expect.stringMatching(/^eyJ\S+\n$/)]);
    const authorised = { authorization: `Bearer ${token.stdout.trim()}`, 'content-type': 'application/json' };
    const created = await fetch(`${url}/v1/conversations`, {
      method: 'POST',
      headers: authorised,
      body: '{}',
    });
    const { id } = (await created.json()) as { id: string };
    const invite = await bench.run(['invite', `${url}/c/${id}`, '--uses', '2'], {
      env: { PARLEY_TOKEN: token.stdout.trim() },
    });
    expect([invite.code, invite.stdout]).toEqual([0, expect.stringContaining(id)]);
    const joined = await bench.run(['join', invite.stdout.trim(), '--name', 'Bo'], { input: '' });
    expect(joined.code).toBe(0);
  });

  it('says who refused what, with its own exit code for each', async () => {
    const wrong = await bench.run(['token', 'ada'], {
      env: { PARLEY_HUB: url, PARLEY_OPERATOR_TOKEN: 'wrong' },
    });
    expect([wrong.code, wrong.stderr]).toEqual([4, expect.stringContaining('auth.')]);
    const missing = await bench.run(['tail', `${url}/c/cnv_nothing`]);
    expect([missing.code, missing.stderr]).toEqual([4, expect.stringContaining('not_found')]);
    const nobody = await bench.run(['join', 'http://127.0.0.1:1/c/cnv_x']);
    expect([nobody.code, nobody.stderr]).toEqual([
      3,
      expect.stringMatching(/cannot be reached .*does a hub run at this address\?/),
    ]);
    const json = await bench.run(['tail', 'http://127.0.0.1:1/c/cnv_x', '--json']);
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'client.connection_failed' } });
    expect((await bench.run(['join', 'cnv_x'])).code).toBe(2);
  });

  it('shows help with examples and exit codes', async () => {
    const help = await bench.run(['--help']);
    expect([help.code, help.stdout]).toEqual([0, expect.stringContaining('Exit codes')]);
    for (const command of [
      'serve',
      'dev',
      'join',
      'tail',
      'verify',
      'restored',
      'token',
      'invite',
      'export',
    ]) {
      const { code, stdout } = await bench.run([command, '--help']);
      expect([code, stdout]).toEqual([0, expect.stringMatching(/Examples?:/)]);
      // Defaults as one types them, not as the program holds them.
      expect(stdout).not.toMatch(/\(default: (\[|\d{7,})/);
    }
  });
});
