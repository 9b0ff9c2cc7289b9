import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { OPENING_LINES } from './demo/director.ts';
import { TOPICS } from './demo/topics/all.ts';
import { Workbench } from './testing/parley-process.ts';

const bench = new Workbench();
afterAll(() => bench.clean());

const TALK = /talking at (http:\/\/127\.0\.0\.1:\d+\/c\/\S+)/;
const line = (index: number): string => TOPICS.flatMap(({ lines }) => lines)[index]![1];

describe('what npm start runs', () => {
  it('shows a conversation that began already, goes on for a listener, and is found again', async () => {
    const cwd = await bench.directory();
    const first = bench.start(['dev', '--port', '0'], { cwd });
    const [, address] = await first.says(TALK);
    const ada = bench.start(['join', address!, '--name', 'Ada'], { cwd });
    await ada.says(new RegExp(`: ${line(OPENING_LINES - 1).slice(0, 30)}`));
    // Greeted by name, within one turn.
    await ada.says(/(Brindle|Juniper): [^\n]*Ada/);
    // A raised hand is given way to, and what is said is answered.
    ada.type('Brindle, were you ever lonely?');
    await ada.says(/Ada: Brindle, were you ever lonely\?/);
    await ada.says(/were you ever lonely\?[\s\S]*Brindle: [^\n]*Ada/);
    ada.type('/leave');
    expect((await ada.ended).code).toBe(0);
    first.kill('SIGINT');
    expect((await first.ended).code).toBe(0);

    const second = bench.start(['dev', '--port', '0'], { cwd });
    const [, again] = await second.says(TALK);
    expect(new URL(again!).pathname).toBe(new URL(address!).pathname);
    const bo = bench.start(['join', again!, '--name', 'Bo'], { cwd });
    await bo.says(/were you ever lonely\?/);
    await bo.says(/(Brindle|Juniper): [^\n]*Bo/);
    second.kill('SIGTERM');
    expect((await second.ended).code).toBe(0);
  });

  it('says how to listen from a terminal, in a line that works as it stands', async () => {
    const hub = bench.start(['dev', '--port', '0'], { cwd: await bench.directory() });
    const [line] = await hub.says(/^ +npx parley join \S+$/m);
    const listener = bench.startLine(`${line} --name Cy`);
    await listener.says(/(Brindle|Juniper): /);
    expect((await listener.ended).code).toBe(0);
    hub.kill('SIGTERM');
    expect((await hub.ended).code).toBe(0);
  });

  it('takes the next free port, and says so', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const hub = bench.start(['dev', '--port', String(port)], { cwd: await bench.directory() });
    await hub.says(new RegExp(`port ${port} is taken`));
    await hub.says(TALK);
    hub.kill('SIGTERM');
    expect((await hub.ended).code).toBe(0);
    await new Promise((resolve) => other.close(resolve));
  });
});
