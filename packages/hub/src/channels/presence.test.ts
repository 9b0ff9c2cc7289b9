import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import type { AnyFrame, WebSocketPeer } from './hub.fixture.ts';
import { call, createConversation, dial, greet, openHub } from './hub.fixture.ts';

/** Short, so that tests can see them pass; each wait is for an event. */
const HEARTBEAT_MS = 100;
const LEASE_MS = 400;
const GRACE_MS = 150;

let hub: Hub;
beforeAll(async () => {
  hub = await openHub({ heartbeatMs: HEARTBEAT_MS, pollLeaseMs: LEASE_MS });
});
afterAll(() => hub.stop());

const patient = { timeout: 5_000 };

const human = { kind: 'human', displayName: 'Ann' };
const agent = { kind: 'agent', displayName: 'Poll' };
const grace = { presence: { reconnectGraceMs: GRACE_MS } };

async function join(id: string, data: object = human) {
  const peer = await greet(await dial(hub));
  const { participant, resumeToken, epoch, seq } = await peer.do('conversation.join', id, data);
  return {
    peer,
    participant: participant as string,
    resume: { participant, token: resumeToken, epoch, seq } as AnyFrame,
  };
}

const memberOf = async (id: string, participant: string): Promise<AnyFrame | undefined> => {
  const { body } = await call(hub, 'GET', `/v1/conversations/${id}`);
  return body.participants.find((member: AnyFrame) => member['id'] === participant);
};

const about = (participant: string) => (frame: AnyFrame) => frame['data'].participant === participant;

describe('who is there', () => {
  it('[PR-1] [PR-2] a client that answers no ping is missed after two, keeps its place, and is resumed', async () => {
    const { id } = await createConversation(hub);
    const watcher = await join(id);
    const dead = await join(id, { ...human, displayName: 'Dot' });
    await watcher.peer.do('floor.request', id);
    await dead.peer.do('floor.request', id);
    // A half-open connection: its bytes arrive, and nobody is there to answer them.
    dead.peer.ws.pause();
    const lost = await watcher.peer.event('participant.disconnected', about(dead.participant));
    expect(lost['data']).toMatchObject({ cause: 'connection', graceMs: 30_000 });
    expect(await memberOf(id, dead.participant)).toMatchObject({
      connection: 'disconnected',
      presence: { status: 'offline', since: lost['at'] },
    });
    expect(await memberOf(id, watcher.participant)).toMatchObject({ presence: { status: 'active' } });
    const back = await greet(await dial(hub));
    const answer = await back.do('conversation.join', id, { ...human, resume: dead.resume });
    expect(answer).toMatchObject({ participant: dead.participant, resumed: true });
    await watcher.peer.event('participant.returned', about(dead.participant));
    await watcher.peer.do('floor.release', id);
    await back.event('floor.granted', about(dead.participant));
    dead.peer.ws.terminate();
    for (const peer of [watcher.peer, back]) peer.close();
  });

  it('[PR-1] is idle after idleAfterMs without doing anything, and active with the next thing it does', async () => {
    const { id } = await createConversation(hub, { config: { presence: { idleAfterMs: 1_000 } } });
    const { peer, participant } = await join(id);
    const idle = await peer.event('presence.changed', about(participant));
    expect(idle['data'].status).toBe('idle');
    expect(await memberOf(id, participant)).toMatchObject({ presence: { status: 'idle' } });
    // Pings were answered all the time: to be connected is not to be active.
    await peer.do('topic.set', id, { topic: 'Tea' });
    await peer.event('presence.changed', ({ data }) => data['status'] === 'active');
    peer.close();
  });

  it('[PR-1] is away until it is expected back, and idle when it is not', async () => {
    const { id } = await createConversation(hub);
    const { peer, participant } = await join(id);
    const expectedReturn = new Date(Date.now() + 400).toISOString();
    await peer.do('presence.set', id, { status: 'away', expectedReturn });
    const { data } = await peer.event('presence.changed', ({ data: told }) => told['status'] === 'away');
    expect(data).toEqual({ participant, status: 'away', expectedReturn });
    await peer.event('presence.changed', ({ data: told }) => told['status'] === 'idle');
    peer.close();
  });

  it('[PR-2] an async human who is gone for longer than the grace is offline, a member, and comes back', async () => {
    const { id } = await createConversation(hub, { config: grace });
    const witness = await join(id, agent);
    const eva = await join(id, { ...human, displayName: 'Eva', async: true });
    const ben = await join(id, { ...human, displayName: 'Ben' });
    await eva.peer.do('item.open', id, { kind: 'question', text: 'When?' });
    const seen = (await eva.peer.event('item.opened'))['seq'] as number;
    eva.peer.close();
    await witness.peer.event('participant.disconnected', about(eva.participant));
    ben.peer.close();
    // He had the same grace, and went after her.
    const left = await witness.peer.event('participant.left');
    expect(left['data']).toMatchObject({ participant: ben.participant, cause: 'timeout' });
    expect(await memberOf(id, eva.participant)).toMatchObject({ presence: { status: 'offline' } });
    await witness.peer.do('topic.set', id, { topic: 'Meanwhile' });

    const back = await greet(await dial(hub));
    const answer = await back.do('conversation.join', id, { ...human, resume: { ...eva.resume, seq: seen } });
    expect(answer).toMatchObject({ participant: eva.participant, resumed: true });
    await back.event('participant.returned', about(eva.participant));
    const types = back.events().map((frame) => frame['event']);
    expect(types).toEqual([
      'participant.disconnected',
      'participant.disconnected',
      'participant.left',
      'topic.changed',
      'participant.returned',
    ]);
    expect(await memberOf(id, eva.participant)).toMatchObject({
      connection: 'connected',
      presence: { status: 'active' },
    });
    for (const peer of [witness.peer, back]) peer.close();
  });
});

describe('whoever polls', () => {
  const joinByHttp = async (id: string, data: object = agent) =>
    (await call(hub, 'POST', `/v1/conversations/${id}/participants`, { body: data })).body;
  const lostSoFar = (watcher: WebSocketPeer) =>
    watcher.events().filter((frame) => frame['event'] === 'participant.disconnected');

  it('[CN-3] is there while a long poll of its own is open, however much longer than its lease', async () => {
    const { id } = await createConversation(hub, { config: grace });
    const watcher = await join(id);
    const { participant, token, seq } = await joinByHttp(id);
    const path = `/v1/conversations/${id}/events`;
    const page = await call(hub, 'GET', `${path}?after=${seq}&wait=${3 * LEASE_MS}`, { token });
    // Its cursor is where it was: nothing happened.
    expect(page.body).toMatchObject({ events: [], next: seq });
    expect(lostSoFar(watcher.peer)).toEqual([]);
    // It stops polling: first its lease runs out, and then its grace.
    const lost = await watcher.peer.event('participant.disconnected', about(participant));
    const left = await watcher.peer.event('participant.left', about(participant));
    expect(Date.parse(left['at']) - Date.parse(lost['at'])).toBeGreaterThanOrEqual(GRACE_MS);
    expect((await call(hub, 'GET', `${path}?after=${seq}`, { token })).status).toBe(200);
    await watcher.peer.do('topic.set', id, { topic: 'after' });
    const returns = watcher.peer.events().filter((frame) => frame['event'] === 'participant.returned');
    expect(returns).toEqual([]);
    watcher.peer.close();
  });

  it('[CN-3] [PR-2] goes on at its cursor when it polls again after its lease', async () => {
    const { id } = await createConversation(hub);
    const watcher = await join(id);
    const { participant, token, seq } = await joinByHttp(id);
    await watcher.peer.event('participant.disconnected', about(participant));
    await watcher.peer.do('topic.set', id, { topic: 'Missed' });
    const { body } = await call(hub, 'GET', `/v1/conversations/${id}/events?after=${seq}`, { token });
    const chain = body.events.map((frame: AnyFrame) => [frame['event'], frame['after']]);
    expect(chain.slice(0, 3)).toEqual([
      ['participant.disconnected', seq],
      ['topic.changed', seq + 1],
      ['participant.returned', seq + 2],
    ]);
    await watcher.peer.event('participant.returned', about(participant));
    watcher.peer.close();
  });

  it('[CN-3] is there while it reads a stream, and not when the stream has ended', async () => {
    const { id } = await createConversation(hub);
    const watcher = await join(id);
    const { participant, token, seq } = await joinByHttp(id);
    const open = new AbortController();
    const response = await fetch(`${hub.url}/v1/conversations/${id}/events?after=${seq}`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` },
      signal: open.signal,
    });
    const reader = response.body!.getReader();
    let text = '';
    // Beats come once per heartbeat: several leases pass.
    for (const until = performance.now() + 3 * LEASE_MS; performance.now() < until;) {
      text += Buffer.from((await reader.read()).value ?? []).toString();
    }
    expect(text).toContain(': beat');
    expect(lostSoFar(watcher.peer)).toEqual([]);
    expect(await memberOf(id, participant)).toMatchObject({ connection: 'connected' });
    open.abort();
    await watcher.peer.event('participant.disconnected', about(participant));
    watcher.peer.close();
  });
});

it('[DG-1] a conversation that loses too many connections is paused, and goes on when they are back', async () => {
  const { id } = await createConversation(hub, { config: { minParticipants: 2 } });
  const stays = await join(id);
  const goes = await join(id, agent);
  await stays.peer.event('conversation.resumed');
  const { grant } = await stays.peer.do('floor.request', id);
  goes.peer.ws.terminate();
  const paused = await stays.peer.event('conversation.paused');
  expect(paused['data'].cause).toBe('min_participants');
  const refused = await stays.peer.ask('speech', id, { grant, text: 'Alone?' });
  expect(refused['error'].code).toBe('conversation.paused');
  const back = await greet(await dial(hub));
  await back.do('conversation.join', id, { ...agent, resume: goes.resume });
  await stays.peer.event('conversation.resumed', ({ seq }) => seq > paused['seq']);
  await stays.peer.do('speech', id, { grant, text: 'No.' });
  for (const peer of [stays.peer, back]) peer.close();
});

describe('a conversation that everybody has left', () => {
  /** All leave; answers its id. */
  async function emptied(whenEmpty: object): Promise<string> {
    const { id } = await createConversation(hub, { config: { whenEmpty } });
    const first = await join(id);
    const second = await join(id, agent);
    await second.peer.do('conversation.leave', id);
    expect((await call(hub, 'GET', `/v1/conversations/${id}`)).body.status).toBe('active');
    await first.peer.do('conversation.leave', id);
    for (const peer of [first.peer, second.peer]) peer.close();
    return id;
  }
  const statusOf = async (id: string): Promise<string> =>
    (await call(hub, 'GET', `/v1/conversations/${id}`)).body.status;

  it('[PR-4] ends, or is archived, after the delay', async () => {
    const [ends, archived] = await Promise.all(
      ['end', 'archive'].map((kind) => emptied({ kind, delayMs: 600 })),
    );
    expect([await statusOf(ends!), await statusOf(archived!)]).toEqual(['active', 'active']);
    await expect.poll(() => statusOf(ends!), patient).toBe('ended');
    await expect.poll(() => statusOf(archived!), patient).toBe('archived');
    const late = await greet(await dial(hub));
    expect(await late.ask('conversation.join', ends, human)).toMatchObject({
      error: { code: 'conversation.ended' },
    });
    late.close();
  });

  it('[PR-4] is kept by somebody who joins before', async () => {
    const id = await emptied({ kind: 'end', delayMs: 800 });
    const { peer } = await join(id);
    const next = await emptied({ kind: 'end', delayMs: 800 });
    // The other one, emptied later, has ended: so this one would have.
    await expect.poll(() => statusOf(next), patient).toBe('ended');
    expect(await statusOf(id)).toBe('active');
    peer.close();
  });

  it('[PR-4] lingers where it is to, and takes the next one in', async () => {
    const id = await emptied({ kind: 'linger' });
    const { peer, participant } = await join(id, { ...human, displayName: 'Late' });
    expect((await peer.do('floor.request', id))['status']).toBe('granted');
    expect(await memberOf(id, participant)).toMatchObject({ displayName: 'Late' });
    peer.close();
  });
});
