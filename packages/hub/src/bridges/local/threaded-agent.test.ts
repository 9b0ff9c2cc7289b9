import { Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { BridgeProblem } from '@parley/core';
import { afterEach, expect, it } from 'vitest';
import { SimulatedClock } from '../../host/clock.simulated.ts';
import type { BridgeMetrics } from '../bridge.ts';
import { ThreadedAgent } from './threaded-agent.ts';

/** What a thread does, as the program that it runs. `port` leads to the hub. */
const READY = `const { port } = require('node:worker_threads').workerData;
port.on('message', () => {});
port.postMessage({ kind: 'ready', answers: [] });`;
const HANGS = 'setInterval(() => {}, 1_000);';

const metrics: BridgeMetrics = { called() {}, turn() {}, spared() {}, spent() {} };
const workers: Worker[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

/** Time stands still: whatever ends here is not ended by a limit of time. */
function stage(programs: (string | Error)[]) {
  const clock = new SimulatedClock();
  const failures: unknown[] = [];
  const problems: (BridgeProblem | null)[] = [];
  const started: Worker[] = [];
  const exits: Promise<unknown>[] = [];
  const options = {
    start: (port: MessagePort) => {
      const program = programs.shift();
      if (program === undefined || program instanceof Error) throw program ?? new Error('no more threads');
      const worker = new Worker(program, { eval: true, workerData: { port }, transferList: [port] });
      workers.push(worker);
      started.push(worker);
      exits.push(new Promise((resolve) => worker.once('exit', resolve)));
      return worker;
    },
    context: { conversation: 'cnv_1', displayName: 'Clerk' },
    turnMs: 1_000,
    clock,
    metrics,
    report: (problem: BridgeProblem | null) => problems.push(problem),
    failed: (error: unknown) => failures.push(error),
  };
  return { clock, failures, problems, started, exits, options };
}

it('[LA-1] a thread that is still starting is ended when it is not wanted any more', async () => {
  const { options, exits } = stage([HANGS]);
  const stopping = new AbortController();
  const starting = ThreadedAgent.start(options, stopping.signal);
  stopping.abort();
  await expect(starting).rejects.toThrow('it was stopped');
  await exits[0];
});

it('[LA-1] closing ends the thread that is being started again', async () => {
  const { clock, options, started, exits } = stage([READY, HANGS]);
  const agent = await ThreadedAgent.start(options, new AbortController().signal);
  await started[0]!.terminate();
  await exits[0];
  await clock.advance(60_000);
  expect(started).toHaveLength(2);
  await agent.close();
  await exits[1];
});

it('[LA-1] where the system has no thread to give, it is told and tried again', async () => {
  const { clock, options, started, exits, failures, problems } = stage([
    READY,
    new Error('no memory'),
    READY,
  ]);
  const agent = await ThreadedAgent.start(options, new AbortController().signal);
  await started[0]!.terminate();
  await exits[0];
  await clock.advance(120_000);
  expect(String(failures[1])).toContain('no memory');
  expect(problems.at(-1)).toMatchObject({ code: 'agent.unreachable' });
  await expect.poll(() => started.length).toBe(2);
  await agent.close();
});
