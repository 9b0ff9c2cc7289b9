/** The process of a {@link ProbeProcess}: one probe, which does as it is told until nobody is there to tell it. */
import type { DialectName } from '../load/dialects.ts';
import { pause } from './bench.ts';
import { Probe } from './probe.ts';

export type ToProbe =
  | { readonly do: 'open'; readonly dialect: DialectName; readonly port: number; readonly listeners: number }
  | { readonly do: 'flood'; readonly utterances: number; readonly characters: number }
  /** Without a time it goes on until `enough`. */
  | { readonly do: 'measure'; readonly forMs?: number }
  | { readonly do: 'enough' };

export type FromProbe =
  | { readonly did: 'open'; readonly room: string }
  | { readonly did: 'flood' }
  | { readonly did: 'measure'; readonly latencies: readonly number[] };

let probe: Probe | null = null;
let enough = Promise.withResolvers<void>();

async function obey(order: ToProbe): Promise<FromProbe | null> {
  switch (order.do) {
    case 'open':
      probe = await Probe.open(order.dialect, order.port, order.listeners);
      return { did: 'open', room: probe.room };
    case 'flood':
      await probe!.flood(order.utterances, 'x'.repeat(order.characters));
      return { did: 'flood' };
    case 'measure': {
      enough = Promise.withResolvers<void>();
      const end = order.forMs === undefined ? enough.promise : pause(order.forMs);
      return { did: 'measure', latencies: await probe!.measure(end) };
    }
    case 'enough':
      enough.resolve();
      return null;
  }
}

process.on('message', (order: ToProbe) => {
  void obey(order).then((answer) => answer && process.send!(answer));
});
process.on('disconnect', () => process.exit(0));
