import { DIALECTS } from '../load/dialects.ts';
import { startMeasured } from '../processes.ts';
import { percentile } from '../statistics.ts';
import { inTurns, MIB, pause, type IsolationBench } from './bench.ts';
import { Member } from './member.ts';
import { Probe } from './probe.ts';

const LISTENERS = 10;
const MEASURE_MS = 5_000;
const ROOM = 100;
/** How long nobody is there. */
const AWAY_MS = 2_000;
const p99 = (latencies: readonly number[]): number => percentile(latencies, 0.99);
const many = (quick: boolean): number => (quick ? 200 : 5_000);

/** Thousands of connections that are lost and resume at once, as after a break of the network. */
export const reconnects: IsolationBench = {
  name: 'reconnects',
  title: 'connections that are lost and resume all at once',
  connections: many,
  async run({ pins, quick, progress }) {
    const server = await startMeasured(pins.server, 'hub.ts', ['sqlite']);
    try {
      const probe = await Probe.open(server.port, LISTENERS);
      const rooms = await DIALECTS.parley.createRooms(server.port, many(quick) / ROOM);
      progress('joining');
      const members = await inTurns(many(quick), 32, async (index) => {
        const member = new Member(server.port, `M${index}`);
        await member.connect();
        await member.join(rooms[index % rooms.length]!);
        return member;
      });
      await pause(1_000);
      progress('at rest');
      const before = p99(await probe.measure(MEASURE_MS));
      const rest = await server.memory();
      for (const member of members) member.lose();
      await pause(AWAY_MS);
      let peakRss = 0;
      const watch = setInterval(() => (peakRss = Math.max(peakRss, server.rss())), 50);
      progress('coming back');
      const began = performance.now();
      const back = Promise.all(members.map((member) => member.resume()));
      const took = back.then(() => performance.now() - began);
      const during = p99(await probe.measure(back));
      clearInterval(watch);
      progress('at rest again');
      const after = p99(await probe.measure(MEASURE_MS));
      for (const member of members) member.lose();
      probe.close();
      const without = Math.min(before, after);
      return [
        { what: `until all ${members.length} have everything`, value: await took, unit: 'ms' },
        { what: 'resident at rest', value: rest.rss / MIB, unit: 'MiB' },
        { what: 'resident at most', value: peakRss / MIB, unit: 'MiB' },
        { what: 'others’ p99 before', value: before, unit: 'ms' },
        { what: 'others’ p99 meanwhile', value: during, unit: 'ms' },
        { what: 'others’ p99 after', value: after, unit: 'ms' },
        { what: 'meanwhile / at rest (the better of the two)', value: during / without, unit: '×' },
      ];
    } finally {
      await server.stop();
    }
  },
};
