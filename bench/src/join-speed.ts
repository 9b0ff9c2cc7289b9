/**
 * `node bench/src/join-speed.ts [--rounds 5] [--joins 20] [--json]`: how long it takes to be let into a
 * conversation of 100 000 events, beside one of 1 000 (CU-3), on the same hub and in turns. `cold` is the
 * first join after the hub was started anew, so that the conversation is read from the disk; `warm` are the
 * ones behind it. From the join's frame to its answer, with the last 50 events and a summary.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ask, DIALECTS } from './load/dialects.ts';
import { TEXT } from './load/spec.ts';
import { placement, startServer } from './processes.ts';
import { median, spread } from './statistics.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    joins: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
const joins = Number(options.joins);
const SIZES = [1_000, 100_000];
/** Of a third conversation, which is joined first: what a fresh process is slow at is not what is measured. */
const WARM_UP = { events: 1_000, joins: 10 };
const IN_FLIGHT = 256;
const GOAL = 1.5;

const parley = DIALECTS.parley;
const where = placement();
const data = mkdtempSync(path.join(tmpdir(), 'parley-bench-join-'));

interface Measured {
  readonly size: number;
  readonly room: string;
  readonly cold: number[];
  readonly warm: number[];
}

const open = () => startServer(where.server, 'hub.ts', ['sqlite', data]);

/** One speaker says so many utterances, each an event of its own, and leaves. */
async function fill(port: number, room: string, events: number): Promise<void> {
  const socket = await parley.open(port);
  await parley.enter(socket, [room], 'Speaker');
  const grant = await parley.takeFloor(socket, room);
  await new Promise<void>((resolve, reject) => {
    let [sent, answered] = [0, 0];
    const say = (): void => socket.send(parley.say(`say:${sent++}`, room, grant, TEXT));
    void socket.closed.then(({ code }) => reject(new Error(`closed with ${code} while filling`)));
    socket.onText = (payload) => {
      if (parley.answers(payload) === null) return;
      answered += 1;
      if (answered === events) resolve();
      else if (sent < events) say();
    };
    while (sent < Math.min(IN_FLIGHT, events)) say();
  });
  await ask(socket, 'leave', { op: 'conversation.leave', conversation: room, data: {} });
  socket.destroy();
}

/** Milliseconds until somebody new is in; it leaves again. */
async function join(port: number, room: string): Promise<number> {
  const socket = await parley.open(port);
  await ask(socket, 'hello', { op: 'hello', data: {} });
  const asked = { kind: 'human', displayName: 'Newcomer', catchUp: { last: 50 } };
  const from = performance.now();
  const answer = await ask(socket, 'join', { op: 'conversation.join', conversation: room, data: asked });
  const tookMs = performance.now() - from;
  const { summary, events } = answer['catchUp'] as { summary?: object; events: unknown[] };
  if (!summary || events.length !== 50) throw new Error('the answer lacks what was asked for');
  await ask(socket, 'leave', { op: 'conversation.leave', conversation: room, data: {} });
  socket.destroy();
  return tookMs;
}

async function measure(): Promise<readonly Measured[]> {
  const first = await open();
  const [other = '', ...rooms] = await parley.createRooms(first.port, 1 + SIZES.length);
  const all = SIZES.map((size, index): Measured => ({ size, room: rooms[index]!, cold: [], warm: [] }));
  await fill(first.port, other, WARM_UP.events);
  for (const { size, room } of all) await fill(first.port, room, size);
  await first.stop();
  for (let round = 0; round < rounds; round += 1) {
    const server = await open();
    for (let turn = 0; turn < WARM_UP.joins; turn += 1) await join(server.port, other);
    const inTurn = round % 2 === 0 ? all : all.toReversed();
    for (const { room, cold } of inTurn) cold.push(await join(server.port, room));
    for (let turn = 0; turn < joins; turn += 1) {
      for (const { room, warm } of inTurn) warm.push(await join(server.port, room));
    }
    await server.stop();
  }
  return all;
}

function print(measured: readonly Measured[]): void {
  const lines = [where.description];
  for (const what of ['cold', 'warm'] as const) {
    const medians = measured.map((each) => median(each[what]));
    for (const [index, each] of measured.entries()) {
      const apart = Math.round(spread(each[what]) * 100);
      lines.push(
        `${what}, ${each.size} events: ${medians[index]!.toFixed(2)} ms (${each[what].length} joins, spread ${apart} %)`,
      );
    }
    const ratio = medians[1]! / medians[0]!;
    lines.push(`  ${ratio <= GOAL ? 'met   ' : 'MISSED'}  large / small: ${ratio.toFixed(2)} (≤ ${GOAL})`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

try {
  const measured = await measure();
  if (options.json) process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
  else print(measured);
} finally {
  rmSync(data, { recursive: true, force: true });
}
