import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import { call, createConversation, dial, greet, openHub } from './hub.fixture.ts';

let folder: string;
let hub: Hub;
const start = async (): Promise<void> => {
  hub = await openHub({ log: 'sqlite', data: join(folder, 'data') });
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-restored-'));
  await start();
});
afterEach(async () => {
  await hub.stop();
  await rm(folder, { recursive: true });
});

interface Place {
  readonly participant: string;
  readonly resumeToken: string;
  readonly epoch: string;
  readonly seq: number;
}

const ann = { kind: 'human', displayName: 'Ann', catchUp: { last: 0 } };

/** Comes back, or comes for the first time, and leaves the connection. */
async function visit(id: string, before?: Place): Promise<Place & { resumed: boolean }> {
  const peer = await greet(await dial(hub));
  const resume = before && {
    participant: before.participant,
    token: before.resumeToken,
    epoch: before.epoch,
    seq: before.seq,
  };
  const place = await peer.do('conversation.join', id, { ...ann, ...(resume && { resume }) });
  peer.close();
  return place;
}

let others = 0;
/** Somebody else comes and says so many things. */
async function setTopics({ id }: { id: string }, many: number): Promise<void> {
  const peer = await greet(await dial(hub));
  await peer.do('conversation.join', id, { kind: 'human', displayName: `Other ${(others += 1)}` });
  for (let index = 0; index < many; index += 1) await peer.do('topic.set', id, { topic: `topic ${index}` });
  peer.close();
}

const epochOf = async ({ id, token }: { id: string; token: string }): Promise<string> =>
  (await call(hub, 'GET', `/v1/conversations/${id}`, { token })).body.epoch;

describe('[CS-5] whoever comes back', () => {
  it('is told what it missed over a restart of the hub', async () => {
    const conversation = await createConversation(hub);
    const place = await visit(conversation.id);
    await hub.stop();
    await start();
    await setTopics(conversation, 3);
    expect(await visit(conversation.id, place)).toMatchObject({ resumed: true, epoch: place.epoch });
  });

  it('to a log that was put back gets the state, though the log has grown past what it knows', async () => {
    const conversation = await createConversation(hub);
    const before = await visit(conversation.id);
    await hub.stop();
    await cp(join(folder, 'data'), join(folder, 'backup'), { recursive: true });
    await start();
    await setTopics(conversation, 5);
    const place = await visit(conversation.id, before);
    await hub.stop();
    await rm(join(folder, 'data'), { recursive: true });
    await cp(join(folder, 'backup'), join(folder, 'data'), { recursive: true });
    await start();
    await setTopics(conversation, 20);
    const epoch = await epochOf(conversation);
    expect(epoch).not.toBe(before.epoch);
    // With the token of that time: a later one is refused, as this log has never given it.
    const back = await visit(conversation.id, { ...before, seq: place.seq });
    expect(back).toMatchObject({ resumed: false, epoch });
    // From there on it is one line: neither a restart nor sleep gives it another name.
    await hub.stop();
    await start();
    expect(await visit(conversation.id, back)).toMatchObject({ resumed: true, epoch });
  });

  it('to a conversation that was created after that has one epoch all along', async () => {
    await createConversation(hub);
    await hub.stop();
    await cp(join(folder, 'data'), join(folder, 'backup'), { recursive: true });
    await rm(join(folder, 'data'), { recursive: true });
    await cp(join(folder, 'backup'), join(folder, 'data'), { recursive: true });
    await start();
    const later = await createConversation(hub);
    const place = await visit(later.id);
    expect(place.epoch).toBe(await epochOf(later));
    await hub.stop();
    await start();
    expect(await visit(later.id, place)).toMatchObject({ resumed: true, epoch: place.epoch });
  });
});
