import { DIALECTS } from '../load/dialects.ts';
import { startMeasured, type Placement } from '../processes.ts';
import { percentile } from '../statistics.ts';
import { WireSocket } from '../wire-client.ts';
import { inTurns, MIB, pause, type IsolationBench } from './bench.ts';
import { Member } from './member.ts';
import { ProbeProcess } from './probe-process.ts';

const LISTENERS = 10;
const MEASURE_MS = 5_000;
const ROOM = 100;
/** How long nobody is there. */
const AWAY_MS = 2_000;
const many = (quick: boolean): number => (quick ? 200 : 5_000);

/** A connection that comes, is lost and comes back. */
interface Comer {
  connect(): Promise<void>;
  lose(): void;
  resume(): Promise<void>;
}

/** How long the others waited for each utterance, in milliseconds. */
interface Others {
  readonly before: readonly number[];
  readonly lost: readonly number[];
  readonly back: readonly number[];
  readonly after: readonly number[];
}

/** Thousands of connections that are lost and resume at once, as after a break of the network. */
export const reconnects: IsolationBench = {
  name: 'reconnects',
  title: 'connections that are lost and resume all at once',
  connections: many,
  async run({ pins, quick, progress }) {
    const server = await startMeasured(pins.server, 'hub.ts', ['sqlite']);
    try {
      const probe = await ProbeProcess.open(pins.load, server.port, LISTENERS);
      const rooms = await DIALECTS.parley.createRooms(server.port, many(quick) / ROOM);
      progress('joining');
      const members = await inTurns(many(quick), 32, async (index) => {
        const member = new Member(server.port, `M${index}`);
        await member.connect();
        await member.join(rooms[index % rooms.length]!);
        return member;
      });
      const rest = await server.memory();
      let peakRss = 0;
      const watch = setInterval(() => (peakRss = Math.max(peakRss, server.rss())), 50);
      const { others, tookMs } = await storm(members, probe, progress);
      clearInterval(watch);
      const plain = await stormOnPlainWs(pins, quick, progress);
      const atRest = [...others.before, ...others.after];
      return [
        { what: `until all ${members.length} have everything`, value: tookMs, unit: 'ms' },
        { what: 'resident at rest', value: rest.rss / MIB, unit: 'MiB' },
        { what: 'resident at most', value: peakRss / MIB, unit: 'MiB' },
        { what: 'others’ p99 before', value: p99(others.before), unit: 'ms' },
        { what: 'others’ p99 while they are lost', value: p99(others.lost), unit: 'ms' },
        { what: 'others’ p99 while they come back', value: p99(others.back), unit: 'ms' },
        { what: 'others’ p99 after', value: p99(others.after), unit: 'ms' },
        { what: 'p50: coming back / at rest', value: p50(others.back) / p50(atRest), unit: '×' },
        { what: 'p90: coming back / at rest', value: p90(others.back) / p90(atRest), unit: '×' },
        { what: 'p99: coming back / at rest', value: p99(others.back) / p99(atRest), unit: '×' },
        {
          what: 'p99: coming back / the same on ws alone',
          value: p99(others.back) / p99(plain.others.back),
          unit: '×',
          goal: 0.5,
        },
        {
          what: 'p99: being lost / the same on ws alone',
          value: p99(others.lost) / p99(plain.others.lost),
          unit: '×',
        },
        { what: 'ws alone: all connected after', value: plain.tookMs, unit: 'ms' },
        { what: 'ws alone: others’ p99 while they are lost', value: p99(plain.others.lost), unit: 'ms' },
        { what: 'ws alone: others’ p99 while they come back', value: p99(plain.others.back), unit: 'ms' },
      ];
    } finally {
      await server.stop();
    }
  },
};

/** The same connections on nothing but `ws`, which neither keeps nor says anything to those that come back. */
async function stormOnPlainWs(
  pins: Placement,
  quick: boolean,
  progress: (text: string) => void,
): Promise<{ others: Others; tookMs: number }> {
  const server = await startMeasured(pins.server, 'raw-ws.ts', ['coalesced', UTTERANCE]);
  try {
    const probe = await ProbeProcess.open(pins.load, server.port, LISTENERS, 'raw');
    progress('ws alone: connecting');
    const comers = await inTurns(many(quick), 32, async () => {
      const comer = quiet(server.port);
      await comer.connect();
      return comer;
    });
    return await storm(comers, probe, (text) => progress(`ws alone: ${text}`));
  } finally {
    await server.stop();
  }
}

/** Something as long as what the hub sends for an utterance. */
const UTTERANCE = `{"after":1,"event":"speech.ended","data":{"text":"${'x'.repeat(400)}"}}`;

function quiet(port: number): Comer {
  let socket: WireSocket | null = null;
  const connect = async (): Promise<void> => {
    socket = await WireSocket.open({ port, path: '/quiet' });
  };
  return { connect, resume: connect, lose: () => socket?.destroy() };
}

async function storm(
  comers: readonly Comer[],
  probe: ProbeProcess,
  progress: (text: string) => void,
): Promise<{ others: Others; tookMs: number }> {
  await pause(1_000);
  progress('at rest');
  const before = await probe.measure(MEASURE_MS);
  progress('losing them');
  const losing = probe.measure(AWAY_MS);
  for (const comer of comers) comer.lose();
  const lost = await losing;
  progress('coming back');
  const began = performance.now();
  const returned = Promise.all(comers.map((comer) => comer.resume()));
  const took = returned.then(() => performance.now() - began);
  const back = await probe.measure(returned);
  progress('at rest again');
  const after = await probe.measure(MEASURE_MS);
  for (const comer of comers) comer.lose();
  probe.close();
  return { others: { before, lost, back, after }, tookMs: await took };
}

const p50 = (latencies: readonly number[]): number => percentile(latencies, 0.5);
const p90 = (latencies: readonly number[]): number => percentile(latencies, 0.9);
const p99 = (latencies: readonly number[]): number => percentile(latencies, 0.99);
