import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { HubHttp } from '@parley/client';
import { http, isParleyError } from '@parley/client';
import type { Hub } from '@parley/hub';
import { pause } from '../follow.ts';
import { HUMANE, NAMES, talker } from './talker.ts';
import type { Pace } from './talker.ts';
import type { Speaker } from './topics/topic.ts';

export interface DemoOptions {
  readonly hub: Hub;
  /** Where the hub keeps its log; the demo remembers its conversation beside it. */
  readonly directory: string;
  readonly onError: (error: unknown) => void;
  readonly pace?: Pace;
}

const TITLE = 'The lamp and the map';
const SPEAKERS: readonly Speaker[] = ['brindle', 'juniper'];
/** The two stop by themselves when nobody listens, so nothing has to guard the room against them (FL-14). */
const CONFIG = { floor: { maxConsecutiveAgentTurns: 0 } };
/** So many events cover far more lines than it takes to know where the script stands. */
const CATCH_UP_EVENTS = 500;

/** Finds the demo's conversation, or creates it, and lets the two talk until they are stopped. */
export async function startDemo(
  options: DemoOptions,
): Promise<{ conversation: string; stop: () => Promise<void> }> {
  const operator = http(options.hub.url, { token: options.hub.operator.token });
  // By the operator, so that neither of the two is a moderator.
  const conversation = await findOrCreate(options, operator);
  const { pace = HUMANE, onError } = options;
  const agents = SPEAKERS.map((speaker) =>
    options.hub.register(talker(speaker, { pace, pause }), {
      conversation,
      displayName: NAMES[speaker],
      // The same principal at every start, so that a character stays one member of its conversation.
      subject: `demo-${speaker}`,
      catchUp: CATCH_UP_EVENTS,
      onError,
    }),
  );
  return { conversation, stop: async () => void (await Promise.all(agents.map((agent) => agent.stop()))) };
}

async function findOrCreate({ directory }: DemoOptions, hub: HubHttp): Promise<string> {
  const file = path.join(directory, 'demo.json');
  const known = await remembered(file);
  if (known !== null && (await isActive(known, hub))) return known;
  const { id } = await hub.createConversation({ title: TITLE, config: CONFIG });
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
