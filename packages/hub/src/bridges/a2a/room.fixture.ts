import type { Room, UtteranceLine } from '@parley/client';
import type { Variant } from '@parley/core';
import type { Hub } from '../../app.ts';
import { startHub } from '../../app.ts';
import type { BoundCredentials } from '../../egress/egress.ts';
import { Egress } from '../../egress/egress.ts';
import { SystemClock } from '../../host/clock.system.ts';
import { settingsOf } from '../../operations/settings.ts';
import { moderated, say, until } from '../moderated.fixture.ts';
import type { A2aParts } from './a2a.ts';
import { A2aBridge } from './a2a.ts';

export { say, until } from '../moderated.fixture.ts';

/** What a test has opened and not closed, the latest last. */
export const closing: (() => Promise<unknown>)[] = [];
export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

/** Opened for this test. */
export async function open<T extends { close(): Promise<unknown> }>(opening: Promise<T>): Promise<T> {
  const opened = await opening;
  closing.push(() => opened.close());
  return opened;
}

export interface RoomOptions {
  readonly card: string;
  readonly config?: object;
  readonly engagement?: Variant;
  readonly limits?: A2aParts['limits'];
  readonly credential?: string;
  readonly credentials?: ReadonlyMap<string, BoundCredentials>;
  readonly keyOrigins?: readonly string[];
}

export interface TestRoom {
  readonly hub: Hub;
  readonly ann: Room;
  /** What the hub told everybody about Atlas when he joined. */
  readonly metadata: () => unknown;
}

/** A hub whose calls do not take long to fail, a conversation, Ann as its moderator, and Atlas by his card. */
export async function openRoom(options: RoomOptions): Promise<TestRoom> {
  const { card, config = {}, engagement = { kind: 'everyTurn' }, limits, credential } = options;
  const egress = new Egress({ policy: { allow: [], loopback: true }, clock: new SystemClock() });
  closing.push(() => egress.close());
  const a2aAgent = new A2aBridge({
    egress,
    credentials: options.credentials ?? new Map(),
    keyOrigins: options.keyOrigins ?? [],
    limits: { lookMs: 10, lookMaxMs: 40, againMs: 10, ...limits },
  });
  const settings = settingsOf({ port: 0, open: true, log: 'memory', logLevel: 'silent' });
  const hub = await startHub(settings, { bridges: { a2aAgent } });
  closing.push(() => hub.stop());
  const ann = await moderated(hub, { title: 'Travel', config });
  let metadata: unknown;
  ann.on((event) => {
    if (event.event === 'participant.joined') metadata = event.data.metadata;
  });
  await ann.send('bridge.add', {
    kind: 'a2aAgent',
    displayName: 'Atlas',
    settings: { card, ...(credential === undefined ? {} : { credential }) },
    engagement,
  });
  return { hub, ann, metadata: () => metadata };
}

export const atlas = (room: Room) =>
  room.view.participants.find(({ displayName }) => displayName === 'Atlas');

export const here = (room: Room) => until(room, () => atlas(room) !== undefined);

export const problem = (room: Room) => room.view.bridges[0]?.problem ?? null;

export const ended = (room: Room, who = 'Atlas'): readonly UtteranceLine[] =>
  room.transcript.filter(
    (line): line is UtteranceLine =>
      line.kind === 'utterance' && line.displayName === who && line.status === 'ended',
  );

export const words = (room: Room): readonly string[] => ended(room).map(({ text }) => text);

/** Asks Atlas and waits for what he says. */
export async function ask(room: Room, text: string): Promise<string> {
  const before = ended(room).length;
  await say(room, text);
  await until(room, () => ended(room).length > before);
  return ended(room)[before]!.text;
}
