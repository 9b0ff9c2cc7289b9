import { percentile } from '../statistics.ts';
import type { WireSocket } from '../wire-client.ts';
import { DIALECTS } from './dialects.ts';
import { announce, TEXT, type FanOutSpec, type LoadResult } from './spec.ts';

/** Connections that are set up side by side. */
const ENTERING = 32;

export async function fanOut(spec: FanOutSpec): Promise<LoadResult> {
  const dialect = DIALECTS[spec.dialect];
  const [room] = await dialect.createRooms(spec.port, 1);
  const sockets: WireSocket[] = [];
  for (let done = 0; done < spec.participants; done += ENTERING) {
    const count = Math.min(ENTERING, spec.participants - done);
    const group = Array.from({ length: count }, async (_, index) => {
      const socket = await dialect.open(spec.port);
      await dialect.enter(socket, [room!], `P${done + index}`);
      return socket;
    });
    sockets.push(...(await Promise.all(group)));
  }
  const floor = await dialect.takeFloor(sockets[0]!, room!);
  for (const socket of sockets) socket.onText = () => {};
  // Whatever joining set going (others being told, hidden work) is over before anything is counted.
  await new Promise((resolve) => setTimeout(resolve, 300));
  return await speak(spec, sockets, room!, floor);
}

function speak(
  spec: FanOutSpec,
  sockets: readonly WireSocket[],
  room: string,
  floor: string,
): Promise<LoadResult> {
  const dialect = DIALECTS[spec.dialect];
  const total = spec.warmUp + spec.utterances;
  /** Per utterance: recipients that still lack it, and one for the speaker's reply. */
  const missing = new Int32Array(total).fill(sockets.length + 1);
  const sentAt = new Float64Array(total);
  const latencies: number[] = [];
  let sent = 0;
  let complete = 0;
  let measuredFrom = 0;
  let sample = '';

  return new Promise((resolve, reject) => {
    const arrived = (index: number): void => {
      missing[index]! -= 1;
      if (missing[index]! !== 0) return;
      const now = performance.now();
      if (index >= spec.warmUp) latencies.push(now - sentAt[index]!);
      complete += 1;
      if (complete === spec.warmUp) {
        measuredFrom = now;
        announce('measuring');
      }
      if (complete < total) return fill();
      const seconds = (now - measuredFrom) / 1_000;
      announce('measured');
      for (const socket of sockets) socket.destroy();
      resolve({
        units: spec.utterances * sockets.length,
        perSecond: (spec.utterances * sockets.length) / seconds,
        p50: percentile(latencies, 0.5),
        p99: percentile(latencies, 0.99),
        seconds,
        sample,
      });
    };
    const fill = (): void => {
      while (sent < total && sent - complete < spec.inFlight) {
        sentAt[sent] = performance.now();
        sockets[0]!.send(dialect.say(`${sent}`, room, floor, TEXT));
        sent += 1;
      }
    };
    for (const [position, socket] of sockets.entries()) {
      let heard = 0;
      void socket.closed.then(({ code }) => reject(new Error(`a connection closed with ${code}`)));
      socket.onText = (payload) => {
        const count = dialect.utterances(payload);
        if (count > 0 && sample === '' && position > 0) sample = dialect.sample(payload);
        for (let each = 0; each < count; each++) arrived(heard++);
        if (count > 0 || position > 0) return;
        const id = dialect.answers(payload);
        if (id !== null) arrived(Number(id));
      };
    }
    fill();
  });
}
