import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, http } from '@parley/client';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const started: ChildProcess[] = [];
let data: string;
let hub: string;

function run(file: string, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [path.join(root, file), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  return child;
}

/** Resolves with the first match in what a process prints. */
function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const look = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = pattern.exec(output);
      if (found) resolve(found[0]);
    };
    child.stdout!.on('data', look);
    child.stderr!.on('data', look);
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
}

beforeAll(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'parley-example-'));
  const serving = run('packages/cli/src/main.ts', 'serve', '--open', '--port', '0', '--data', data);
  hub = await printed(serving, /http:\/\/127\.0\.0\.1:\d+/);
});

afterAll(async () => {
  for (const child of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(data, { recursive: true, force: true });
});

test('the ten-line agent answers a person, and ends with the conversation', async () => {
  const connection = await connect(hub);
  const { id } = await http(hub, { token: connection.token! }).createConversation({ title: 'Echo' });
  const room = await connection.join(id, { kind: 'human', displayName: 'Ada', roles: ['moderator'] });
  const agent = run('examples/ten-line-agent/agent.ts', hub, id);
  const ended = once(agent, 'exit');
  const heard = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const stop = room.on((event) => {
        if (event.event !== 'speech.ended' || event.data.text !== text) return;
        stop();
        resolve();
      });
    });

  const answered = heard('Ada said: Is anybody there?');
  await heard('Good morning.');
  await room.withFloor((turn) => turn.say('Is anybody there?'));
  await answered;
  await room.send('conversation.end');
  expect(await ended).toEqual([0, null]);
  await connection.close();
});
