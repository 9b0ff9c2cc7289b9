import { startMeasured } from '../processes.ts';
import { percentile } from '../statistics.ts';
import { inTurns, KIB, MIB, pause, type IsolationBench } from './bench.ts';
import { Member } from './member.ts';
import { ProbeProcess } from './probe-process.ts';

const LISTENERS = 10;
/** With and without take turns, so that whatever else the machine does meets both. */
const WINDOWS = 10;
const WINDOW_MS = 1_000;
/** More than a reader's buffers of the system and the hub's together. */
const FLOOD = { utterances: 120, characters: 30_000 };
const many = (quick: boolean): number => (quick ? 50 : 1_000);

/**
 * A thousand members who never read, and a few who do, in one conversation of one hub; and the few with a
 * thousand who are not connected in another hub on the same core. Without a disk, whose pauses are longer than what is looked for here.
 */
export const slowReaders: IsolationBench = {
  name: 'slow-readers',
  title: 'readers that never read, and the others in the same conversation',
  connections: many,
  async run({ pins, quick, progress }) {
    const [crowded, alone] = [
      await startMeasured(pins.server, 'hub.ts', ['memory']),
      await startMeasured(pins.server, 'hub.ts', ['memory']),
    ];
    try {
      const [among, apart] = [
        await ProbeProcess.open(pins.load, crowded.port, LISTENERS),
        await ProbeProcess.open(pins.load, alone.port, LISTENERS),
      ];
      progress('joining');
      const join = (port: number, room: string): Promise<Member[]> =>
        inTurns(many(quick), 32, async (index) => {
          const member = new Member(port, `Slow ${index}`);
          await member.connect();
          await member.join(room);
          return member;
        });
      const readers = await join(crowded.port, among.room);
      // As many members, so that deciding costs the same; but nobody is there to be told anything.
      for (const member of await join(alone.port, apart.room)) member.lose();
      await pause(1_000);
      for (const probe of [among, apart]) await probe.measure(WINDOW_MS);
      const empty = await crowded.memory();
      for (const { socket } of readers) socket.pause();
      progress('filling their buffers');
      let peakRss = 0;
      const watch = setInterval(() => (peakRss = Math.max(peakRss, crowded.rss())), 50);
      for (const probe of [among, apart]) await probe.flood(FLOOD.utterances, FLOOD.characters);
      const latencies: { with: number[]; without: number[] } = { with: [], without: [] };
      for (let window = 0; window < WINDOWS; window += 1) {
        progress(`window ${window + 1} of ${WINDOWS}`);
        latencies.with.push(...(await among.measure(WINDOW_MS)));
        latencies.without.push(...(await apart.measure(WINDOW_MS)));
      }
      clearInterval(watch);
      const full = await crowded.memory();
      for (const member of readers) member.lose();
      await pause(500);
      for (const probe of [among, apart]) probe.close();
      const [p50, p50Without] = [percentile(latencies.with, 0.5), percentile(latencies.without, 0.5)];
      const [p99, p99Without] = [percentile(latencies.with, 0.99), percentile(latencies.without, 0.99)];
      return [
        { what: 'others’ p50 without them', value: p50Without, unit: 'ms' },
        { what: 'others’ p50 with them', value: p50, unit: 'ms' },
        { what: 'others’ p99 without them', value: p99Without, unit: 'ms' },
        { what: 'others’ p99 with them', value: p99, unit: 'ms' },
        { what: 'p99 with / without', value: p99 / p99Without, unit: '×', goal: 1.1 },
        { what: 'heap before', value: empty.heapUsed / MIB, unit: 'MiB' },
        { what: 'heap with full buffers', value: full.heapUsed / MIB, unit: 'MiB' },
        {
          what: 'heap for each',
          value: (full.heapUsed - empty.heapUsed) / readers.length / KIB,
          unit: 'KiB',
        },
        { what: 'resident before', value: empty.rss / MIB, unit: 'MiB' },
        { what: 'resident at most', value: peakRss / MIB, unit: 'MiB' },
        { what: 'resident with full buffers', value: full.rss / MIB, unit: 'MiB' },
      ];
    } finally {
      await Promise.all([crowded.stop(), alone.stop()]);
    }
  },
};
