import { openSqliteLog } from '@parley/hub';
import type { Evidence, History, LoggedWireEvent } from '../checkers/history.ts';
import type { Company } from './company.ts';
import type { Room } from './rooms.ts';

/** At once from a log that nobody writes any more. */
const PAGE = { limit: 1_000, maxBytes: 4 * 1024 * 1024 };
/** What a frame takes over a sound connection at most, on a busy machine. */
const SOUND_MS = 1_500;
/**
 * The same over connections that the storm slows: the longest that one stands still, and the bytes that a
 * slow one has under way.
 */
const STORMY_MS = 5_000;

/** The log of a conversation as it is stored, with the audience of each event, up to `head`. */
async function readLog(directory: string, room: Room, head: number): Promise<LoggedWireEvent[]> {
  const log = await openSqliteLog({ directory });
  try {
    const events: LoggedWireEvent[] = [];
    for (;;) {
      const records = await log.read(room.id, events.at(-1)?.seq ?? 0, PAGE);
      for (const event of records.flatMap((record) => record.events)) {
        events.push({ ...(JSON.parse(event.json) as LoggedWireEvent), audience: event.audience });
      }
      // What came behind it is the end of the run itself, which nobody was to be told of.
      if (records.length === 0 || events.length >= head) return events.slice(0, head);
    }
  } finally {
    await log.close();
  }
}

/** What the clients of one room have seen so far. */
export const historiesOf = (company: Company, room: Room): History[] =>
  company.of(room).map((client) => {
    const attentive = company.isWitness(client);
    const networkMs = attentive ? SOUND_MS : STORMY_MS;
    const history = client.history({ complete: true, attentive, networkMs });
    return { ...history, entries: [...history.entries] };
  });

/** The histories with the log behind them, once the hub has ended; `head` is where it was at rest. */
export async function gather(
  directory: string,
  room: Room,
  histories: readonly History[],
  head: number,
): Promise<Evidence> {
  return { histories, log: await readLog(directory, room, head) };
}

/** That the run met what it is about. */
export function countsOf(evidence: readonly Evidence[]) {
  const entries = evidence.flatMap(({ histories }) => histories.flatMap((history) => history.entries));
  const sent = entries.flatMap((entry) => (entry.kind === 'invoke' ? [entry.id] : []));
  const logged = evidence.flatMap(({ log }) => log);
  const many = (type: string): number => logged.filter(({ event }) => event === type).length;
  return {
    events: logged.length,
    acknowledged: entries.filter(({ kind }) => kind === 'ok').length,
    refused: entries.filter(({ kind }) => kind === 'fail').length,
    /** Commands that were in flight when a connection or the hub ended, and were sent again. */
    retried: sent.length - new Set(sent).size,
    resumed: entries.filter((entry) => entry.kind === 'joined' && entry.resumed).length,
    grants: many('floor.granted'),
    bids: many('bid.placed'),
    whispers: logged.filter(({ event, audience }) => event === 'speech.ended' && audience !== 'all').length,
    disconnected: many('participant.disconnected'),
    returned: many('participant.returned'),
  };
}
