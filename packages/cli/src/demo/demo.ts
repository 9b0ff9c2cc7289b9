import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { HubHttp, TransportFactory } from '@parley/client';
import { connect, http, isParleyError, runAgent } from '@parley/client';
import { pause } from '../follow.ts';
import { HUMANE, NAMES, talker } from './talker.ts';
import type { Pace } from './talker.ts';
import type { Speaker } from './topics/topic.ts';

export interface DemoOptions {
  readonly hubUrl: string;
  readonly operatorToken: string;
  /** Into the hub, without a network. */
  readonly transport: TransportFactory;
  /** Where the hub keeps its log; the demo remembers its conversation beside it. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
  readonly pace?: Pace;
}

const TITLE = 'The lamp and the map';
const YEAR_SECONDS = 365 * 24 * 3600;
/** So many events cover far more lines than it takes to know where the script stands. */
const CATCH_UP_EVENTS = 500;
const RETRY_MS = 5_000;

/** Finds the demo's conversation, or creates it, and lets the two talk until `signal` aborts. */
export async function startDemo(
  options: DemoOptions,
): Promise<{ conversation: string; finished: Promise<void> }> {
  const operator = http(options.hubUrl, { token: options.operatorToken });
  const tokens = {
    brindle: await tokenOf('brindle', operator),
    juniper: await tokenOf('juniper', operator),
  };
  const conversation = await findOrCreate(options, http(options.hubUrl, { token: tokens.brindle }));
  const finished = Promise.all([
    keepTalking('brindle', tokens.brindle, conversation, options),
    keepTalking('juniper', tokens.juniper, conversation, options),
  ]).then(() => undefined);
  return { conversation, finished };
}

/** The same principal at every start, so that a character stays one member of its conversation. */
async function tokenOf(speaker: Speaker, operator: HubHttp): Promise<string> {
  const request = { subject: `demo-${speaker}`, kinds: ['localAgent'], ttlSeconds: YEAR_SECONDS };
  return (await operator.createToken(request)).token;
}

async function findOrCreate({ directory }: DemoOptions, hub: HubHttp): Promise<string> {
  const file = path.join(directory, 'demo.json');
  const known = await remembered(file);
  if (known !== null && (await isActive(known, hub))) return known;
  const { id } = await hub.createConversation({ title: TITLE });
  await mkdir(directory, { recursive: true });
  await writeFile(file, `${JSON.stringify({ conversation: id })}\n`);
  return id;
}

/** Null where there was no demo yet, or the file was made unreadable: then there will be a new one. */
async function remembered(file: string): Promise<string | null> {
  try {
    const { conversation } = JSON.parse(await readFile(file, 'utf8')) as { conversation?: unknown };
    return typeof conversation === 'string' ? conversation : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function isActive(conversation: string, hub: HubHttp): Promise<boolean> {
  try {
    return (await hub.getConversation(conversation)).status === 'active';
  } catch (error) {
    // The data directory was emptied, but for this file.
    if (isParleyError(error, 'not_found')) return false;
    throw error;
  }
}

/** One character's life: it comes in, talks, and comes back should anything throw it out. */
async function keepTalking(
  speaker: Speaker,
  token: string,
  conversation: string,
  { transport, signal, onError, pace = HUMANE }: DemoOptions,
): Promise<void> {
  while (!signal.aborted) {
    try {
      // Not ended by `signal`: the floor is to be given back first.
      const connection = await connect(transport, { token, client: 'parley-demo' });
      try {
        const room = await connection.join(conversation, {
          kind: 'localAgent',
          displayName: NAMES[speaker],
          catchUp: { last: CATCH_UP_EVENTS },
        });
        // From before the hub was ended in the middle of a turn.
        if (room.floor.mine) await room.floor.release();
        await runAgent(room, talker(speaker, { pace, pause }), { signal, onError });
        if (room.closed?.cause === 'ended') return;
      } finally {
        await connection.close();
      }
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
    }
    await pause(RETRY_MS, signal);
  }
}
