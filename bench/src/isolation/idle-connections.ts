import { DIALECTS } from '../load/dialects.ts';
import { startMeasured, type MeasuredServer } from '../processes.ts';
import type { WireSocket } from '../wire-client.ts';
import { inTurns, KIB, pause, type IsolationBench } from './bench.ts';
import { Member } from './member.ts';

const ROOM = 100;
const many = (quick: boolean): number => (quick ? 500 : 10_000);
/** Connections before anything is measured, so that what is loaded once is there. */
const WARM_UP = 100;

/** Bytes that the server holds for each of `count` connections, by its resident memory. */
async function bytesEach(
  server: MeasuredServer,
  count: number,
  open: (index: number) => Promise<WireSocket>,
): Promise<{ resident: number; heap: number }> {
  const warm = await inTurns(WARM_UP, 32, open);
  await pause(500);
  const before = await server.memory();
  const sockets = await inTurns(count, 32, (index) => open(WARM_UP + index));
  await pause(1_000);
  const after = await server.memory();
  for (const socket of [...warm, ...sockets]) socket.destroy();
  return {
    resident: (after.rss - before.rss) / count,
    heap: (after.heapUsed - before.heapUsed) / count,
  };
}

/** Connections on which nothing happens, against the same on nothing but `ws`. */
export const idleConnections: IsolationBench = {
  name: 'idle-connections',
  title: 'idle connections',
  connections: (quick) => many(quick) + WARM_UP,
  async run({ pins, quick, progress }) {
    const measured = async (
      file: string,
      args: readonly string[],
      open: (port: number) => Promise<(index: number) => Promise<WireSocket>>,
    ) => {
      const server = await startMeasured(pins.server, file, args);
      try {
        return await bytesEach(server, many(quick), await open(server.port));
      } finally {
        await server.stop();
      }
    };
    progress('ws');
    const raw = await measured('raw-ws.ts', ['plain', '{}'], async (port) => () => DIALECTS.raw.open(port));
    progress('the hub, greeted');
    const greeted = await measured('hub.ts', ['sqlite'], async (port) => async (index) => {
      const member = new Member(port, `M${index}`);
      await member.connect();
      return member.socket;
    });
    progress('the hub, joined');
    const joined = await measured('hub.ts', ['sqlite'], async (port) => {
      const rooms = await DIALECTS.parley.createRooms(port, Math.ceil((many(quick) + WARM_UP) / ROOM));
      return async (index) => {
        const member = new Member(port, `M${index}`);
        await member.connect();
        await member.join(rooms[Math.floor(index / ROOM)]!);
        return member.socket;
      };
    });
    return [
      { what: 'ws, resident for each', value: raw.resident / KIB, unit: 'KiB' },
      { what: 'ws, heap for each', value: raw.heap / KIB, unit: 'KiB' },
      { what: 'hub, connected, resident for each', value: greeted.resident / KIB, unit: 'KiB' },
      { what: 'hub, connected, heap for each', value: greeted.heap / KIB, unit: 'KiB' },
      { what: 'connected / ws, resident', value: greeted.resident / raw.resident, unit: '×', goal: 1.5 },
      {
        what: `hub, in a conversation of ${ROOM}, resident for each`,
        value: joined.resident / KIB,
        unit: 'KiB',
      },
      { what: `hub, in a conversation of ${ROOM}, heap for each`, value: joined.heap / KIB, unit: 'KiB' },
    ];
  },
};
