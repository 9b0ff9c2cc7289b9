import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startMeasured } from '../processes.ts';
import { inTurns, pause, type IsolationBench } from './bench.ts';

/** Calls side by side: enough for commits to be shared. */
const CALLS = 64;
/** Conversations before anything is measured, so that what is loaded once is there. */
const WARM_UP = 500;
/** Longer than a conversation is kept awake, and a round of putting to sleep. */
const ASLEEP_MS = 120_000;
const many = (quick: boolean): number => (quick ? 2_000 : 100_000);

/** Conversations that nobody is in: what each costs, and what a start with all of them in the log takes. */
export const sleeping: IsolationBench = {
  name: 'sleeping',
  title: 'sleeping conversations',
  connections: () => CALLS,
  async run({ pins, quick, progress }) {
    const data = mkdtempSync(path.join(tmpdir(), 'parley-bench-sleeping-'));
    try {
      const emptyAt = performance.now();
      const first = await startMeasured(pins.server, 'hub.ts', ['sqlite', data]);
      const readyEmpty = performance.now() - emptyAt;
      const { token } = await create(first.port, 'first');
      await createMany(first.port, token, WARM_UP);
      await allAsleep(first.port, progress);
      const before = await first.memory();
      progress(`creating ${many(quick)}`);
      const began = performance.now();
      const ids = await createMany(first.port, token, many(quick));
      const creating = performance.now() - began;
      await allAsleep(first.port, progress);
      const after = await first.memory();
      await first.stop();
      progress('starting again');
      const startedAt = performance.now();
      const second = await startMeasured(pins.server, 'hub.ts', ['sqlite', data]);
      const ready = performance.now() - startedAt;
      const again = await second.memory();
      const wokenAt = performance.now();
      await read(second.port, ids[Math.floor(ids.length / 2)]!, token);
      const waking = performance.now() - wokenAt;
      await second.stop();
      const each = (after.heapUsed - before.heapUsed) / ids.length;
      return [
        { what: 'heap for each that has gone to sleep', value: each, unit: 'bytes', goal: 300 },
        { what: `heap after a start with ${ids.length}`, value: again.heapUsed / 2 ** 20, unit: 'MiB' },
        { what: 'from starting the process to ready', value: ready, unit: 'ms', goal: 2_000 },
        { what: 'the same with an empty log', value: readyEmpty, unit: 'ms' },
        { what: 'waking one', value: waking, unit: 'ms' },
        { what: 'creating, each', value: creating / ids.length, unit: 'ms' },
      ];
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  },
};

async function create(port: number, title: string, token?: string): Promise<{ id: string; token: string }> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/conversations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ title }),
  });
  if (response.status !== 201) throw new Error(`no conversation: ${await response.text()}`);
  return (await response.json()) as { id: string; token: string };
}

const createMany = (port: number, token: string, count: number): Promise<string[]> =>
  inTurns(count, CALLS, async (index) => (await create(port, `Conversation ${index}`, token)).id);

async function read(port: number, id: string, token: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/conversations/${id}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const state = (await response.json()) as { seq?: number };
  if (state.seq !== 1) throw new Error(`not woken: ${JSON.stringify(state)}`);
}

/** Until the hub holds none in memory. */
async function allAsleep(port: number, progress: (text: string) => void): Promise<void> {
  const until = performance.now() + ASLEEP_MS;
  for (;;) {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const awake = Number(/^parley_conversations_awake (\d+)$/m.exec(text)?.[1]);
    if (awake === 0) return;
    if (performance.now() > until) throw new Error(`${awake} conversations do not sleep`);
    progress(`${awake} are still awake`);
    await pause(1_000);
  }
}
