import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpAnswers } from '@parley/protocol';
import type { Hub } from '../app.ts';
import type { AnyFrame } from './hub.fixture.ts';
import { call, createConversation, dial, greet, openHub, OPERATOR_TOKEN } from './hub.fixture.ts';

/** Long enough for a busy machine to get from one call to the next, short enough to wait for its end. */
const LEASE_MS = 1_500;

let hub: Hub;
beforeAll(async () => {
  hub = await openHub({ pollLeaseMs: LEASE_MS });
});
afterAll(() => hub.stop());

const human = { kind: 'human', displayName: 'Ann' };
const agent = { kind: 'agent', displayName: 'Poll' };

const joinByHttp = async (id: string): Promise<{ participant: string; token: string; seq: number }> =>
  (await call(hub, 'POST', `/v1/conversations/${id}/participants`, { body: agent })).body;

const command = (id: string, token: string, op: string, data: unknown = {}, frame = op) =>
  call(hub, 'POST', `/v1/conversations/${id}/commands`, { token, body: { id: frame, op, data } });

describe('conversations', () => {
  it('[CS-5] have an epoch of their own each, so that their numbers cannot be taken for another log’s', async () => {
    const created = await Promise.all(
      [1, 2, 3].map(() => call(hub, 'POST', '/v1/conversations', { body: {} })),
    );
    expect(new Set(created.map(({ body }) => body.epoch as string)).size).toBe(3);
  });

  it('are created with defaults, read as the whole state, configured and listed page by page', async () => {
    const { body } = await call(hub, 'POST', '/v1/conversations', { body: { title: 'Panel' } });
    expect(body).toMatchObject({
      title: 'Panel',
      status: 'active',
      config: { interruption: { kind: 'forbidden' } },
    });
    const path = `/v1/conversations/${body.id}`;
    const state = (await call(hub, 'GET', path)).body;
    expect(state).toMatchObject({ id: body.id, epoch: body.epoch, seq: 1, floor: { phase: 'idle' } });
    for (const patch of [{ participantsMax: 7 }, { config: { participantsMax: 8 } }]) {
      const configured = await call(hub, 'PATCH', `${path}/config`, { token: body.token, body: patch });
      expect(configured.status).toBe(200);
    }
    expect((await call(hub, 'GET', path)).body.config.participantsMax).toBe(8);
    await createConversation(hub);
    const first = (await call(hub, 'GET', '/v1/conversations?limit=1')).body;
    expect(first.conversations).toHaveLength(1);
    const second = (await call(hub, 'GET', `/v1/conversations?limit=1&cursor=${first.cursor}`)).body;
    expect(second.conversations[0].id).not.toBe(first.conversations[0].id);
    expect(await call(hub, 'GET', '/v1/conversations?limit=0')).toMatchObject({
      status: 400,
      body: { details: { path: 'limit' } },
    });
  });

  it('[FL-10] are created once for one Idempotency-Key', async () => {
    const { token } = await createConversation(hub);
    const create = (title: string) =>
      call(hub, 'POST', '/v1/conversations', {
        token,
        body: { title },
        headers: { 'idempotency-key': 'k1' },
      });
    const first = await create('Same');
    expect((await create('Same')).body).toEqual(first.body);
    expect(await create('Other')).toMatchObject({ status: 409, body: { code: 'idempotency.conflict' } });
  });

  it('are not found under an id that nobody gave', async () => {
    for (const id of ['cnv_missing', 'a%2Fb', '__proto__', 'x'.repeat(100)]) {
      expect(await call(hub, 'GET', `/v1/conversations/${id}`)).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
    }
    expect(await call(hub, 'GET', '/v1/nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('participants by HTTP', () => {
  it('[CN-1] join, ask for the floor, speak and leave with plain calls', async () => {
    const { id } = await createConversation(hub);
    const { participant, token } = await joinByHttp(id);
    const granted = await command(id, token, 'floor.request');
    expect(granted).toMatchObject({
      status: 200,
      body: { re: 'floor.request', ok: true, data: { status: 'granted' } },
    });
    const said = await command(id, token, 'speech', { grant: granted.body.data.grant, text: 'Hello' });
    expect(said.body).toMatchObject({ ok: true, data: { utterance: expect.stringMatching(/^utt_/) } });
    const stale = await command(id, token, 'speech', { grant: granted.body.data.grant, text: 'x' }, 'again');
    expect(stale).toMatchObject({ status: 409, body: { code: 'floor.stale_grant', status: 409 } });
    const nobody = await call(hub, 'DELETE', `/v1/conversations/${id}/participants/prt_nobody`, { token });
    expect(nobody).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(nobody.body.detail).toMatch(/participant/);
    const left = await call(hub, 'DELETE', `/v1/conversations/${id}/participants/${participant}`, { token });
    expect(left).toMatchObject({ status: 200, body: {} });
    expect((await command(id, token, 'floor.request')).body.code).toBe('participant.not_joined');
  });

  it('[CN-3] count as present while they poll, and not when they stop', async () => {
    const { id } = await createConversation(hub);
    const watcher = await greet(await dial(hub));
    await watcher.do('conversation.join', id, human);
    const { participant, token } = await joinByHttp(id);
    const poll = () => call(hub, 'GET', `/v1/conversations/${id}/events?after=999&wait=200`, { token });
    for (let turn = 0; turn < 3; turn += 1) await poll();
    const lostSoFar = watcher.events().filter((event) => event['event'] === 'participant.disconnected');
    expect(lostSoFar).toHaveLength(0);
    const lost = await watcher.event('participant.disconnected');
    expect(lost['data'].participant).toBe(participant);
    await poll();
    expect((await watcher.event('participant.returned'))['data'].participant).toBe(participant);
    watcher.close();
  });
});

it('[CN-3] several calls at once of a missed participant are one return', async () => {
  const { id } = await createConversation(hub);
  const watcher = await greet(await dial(hub));
  await watcher.do('conversation.join', id, human);
  const { token } = await joinByHttp(id);
  await watcher.event('participant.disconnected');
  const polls = Array.from({ length: 5 }, () =>
    call(hub, 'GET', `/v1/conversations/${id}/events`, { token }),
  );
  await Promise.all(polls);
  await watcher.do('topic.set', id, { topic: 'after' });
  await watcher.event('topic.changed');
  const returns = watcher.events().filter((event) => event['event'] === 'participant.returned');
  expect(returns).toHaveLength(1);
  watcher.close();
});

describe('long poll', () => {
  it('reads what is there, from after on, as one chain', async () => {
    const { id } = await createConversation(hub);
    const { token } = await joinByHttp(id);
    for (const topic of ['one', 'two', 'three']) await command(id, token, 'topic.set', { topic }, topic);
    const page = (await call(hub, 'GET', `/v1/conversations/${id}/events?after=1&limit=2`, { token })).body;
    expect(page.events.map((event: AnyFrame) => [event['seq'], event['after']])).toEqual([
      [2, 1],
      [3, 2],
    ]);
    expect(page.next).toBe(3);
    const rest = (await call(hub, 'GET', `/v1/conversations/${id}/events?after=${page.next}`, { token }))
      .body;
    expect(rest.events.map((event: AnyFrame) => event['seq'])).toEqual([4, 5]);
    expect(rest.epoch).toBe(page.epoch);
  });

  it('waits for the next event, and answers empty when none comes', async () => {
    const { id } = await createConversation(hub);
    const { token } = await joinByHttp(id);
    const path = `/v1/conversations/${id}/events`;
    const waiting = call(hub, 'GET', `${path}?after=2&wait=5000`, { token });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await command(id, token, 'topic.set', { topic: 'now' });
    const began = performance.now();
    expect((await waiting).body).toMatchObject({
      events: [{ event: 'topic.changed', seq: 3, after: 2 }],
      next: 3,
    });
    expect(performance.now() - began).toBeLessThan(1_000);
    expect((await call(hub, 'GET', `${path}?after=3&wait=50`, { token })).body).toMatchObject({
      events: [],
      next: 3,
    });
    expect((await call(hub, 'GET', `${path}?wait=999999`, { token })).body.details.path).toBe('wait');
  });

  it('is answered when the hub stops', async () => {
    const stopping = await openHub();
    const { id } = await createConversation(stopping);
    const waiting = call(stopping, 'GET', `/v1/conversations/${id}/events?after=1&wait=20000`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await stopping.stop();
    expect((await waiting).body).toMatchObject({ events: [], next: 1 });
  });
});

it('[CN-1] answers every call in the shape that /openapi.json says', async () => {
  const { id } = await createConversation(hub);
  const { token, participant } = await joinByHttp(id);
  const { grant } = (await command(id, token, 'floor.request')).body.data;
  await command(id, token, 'speech', { grant, text: 'Hello' });
  const path = `/v1/conversations/${id}`;
  const newToken = { subject: 'x', kinds: ['human'], ttlSeconds: 60 };
  const calls: readonly [keyof typeof httpAnswers, string, string, object?, string?][] = [
    ['createToken', 'POST', '/v1/tokens', newToken, OPERATOR_TOKEN],
    ['createConversation', 'POST', '/v1/conversations', {}],
    ['listConversations', 'GET', '/v1/conversations'],
    ['getConversation', 'GET', path],
    ['configure', 'PATCH', `${path}/config`, {}, OPERATOR_TOKEN],
    ['join', 'POST', `${path}/participants`, human, OPERATOR_TOKEN],
    ['createInvite', 'POST', `${path}/invites`, {}, OPERATOR_TOKEN],
    ['readEvents', 'GET', `${path}/events`],
    ['catchUp', 'GET', `${path}/catch-up`],
    ['transcript', 'GET', `${path}/transcript`],
    ['fairness', 'GET', `${path}/fairness`],
    ['services', 'GET', '/v1/services'],
    ['health', 'GET', '/healthz'],
    ['readiness', 'GET', '/readyz'],
    ['leave', 'DELETE', `${path}/participants/${participant}`],
  ];
  for (const [name, method, where, body, as = token] of calls) {
    const answer = await call(hub, method, where, { token: as, ...(body && { body }) });
    expect(answer.status, `${name}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    const shape = httpAnswers[name].safeParse(answer.body);
    expect(shape.error, name).toBeUndefined();
  }
});

/** Reads a stream until `enough` says so, then goes away. */
async function stream(
  path: string,
  headers: Record<string, string>,
  enough: (text: string) => boolean,
): Promise<string> {
  const abort = new AbortController();
  const response = await fetch(hub.url + path, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: AbortSignal.any([abort.signal, AbortSignal.timeout(4_000)]),
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (enough(text)) break;
  }
  abort.abort();
  return text;
}

describe('server-sent events', () => {
  it('[CS-5] go on after Last-Event-ID, with the seq as id and the same frames', async () => {
    const { id } = await createConversation(hub);
    const { token } = await joinByHttp(id);
    for (const topic of ['one', 'two', 'three']) await command(id, token, 'topic.set', { topic }, topic);
    const text = await stream(
      `/v1/conversations/${id}/events?after=1`,
      { authorization: `Bearer ${token}`, 'last-event-id': '3' },
      (seen) => seen.includes('"three"'),
    );
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
    expect(ids).toEqual([4, 5]);
    const frames = [...text.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1]!) as AnyFrame);
    expect(frames.map((frame) => frame['after'])).toEqual([3, 4]);
  });

  it('[RT-1] bring live and ephemeral events, and keep the participant present', async () => {
    const { id } = await createConversation(hub);
    const { token, seq } = await joinByHttp(id);
    const speaker = await greet(await dial(hub));
    await speaker.do('conversation.join', id, human);
    const reading = stream(
      `/v1/conversations/${id}/events?after=${seq}`,
      { authorization: `Bearer ${token}` },
      (seen) => seen.includes('"signal"'),
    );
    await new Promise((resolve) => setTimeout(resolve, 1.5 * LEASE_MS));
    await speaker.do('signal', id, { kind: 'hand' });
    const text = await reading;
    expect(text).toContain('"event":"participant.joined"');
    expect(text).not.toMatch(/id: .*\ndata: [^\n]*"event":"signal"/);
    const early = speaker.events().filter((event) => event['event'] === 'participant.disconnected');
    expect(early).toHaveLength(0);
    // The stream has ended: the lease runs out.
    await speaker.event('participant.disconnected');
    speaker.close();
  });
});

describe('exports and figures', () => {
  it('[CU-1] catch-up, transcript and fairness show what was said, escaped', async () => {
    const { id } = await createConversation(hub, { title: 'A <b>' });
    const { token } = await joinByHttp(id);
    const { grant } = (await command(id, token, 'floor.request')).body.data;
    await command(id, token, 'speech', { grant, text: '<script>alert(1)</script> ![x](http://evil)' });
    const path = `/v1/conversations/${id}`;
    const catchUp = (await call(hub, 'GET', `${path}/catch-up?after=2`, { token })).body;
    expect(catchUp).toMatchObject({ state: { id }, missed: 0 });
    expect(catchUp.events.map((event: AnyFrame) => event['event'])).toContain('speech.ended');
    const json = await call(hub, 'GET', `${path}/transcript?format=json`, { token });
    expect(JSON.stringify(json.body)).toContain('<script>alert(1)</script>');
    const markdown = await call(hub, 'GET', `${path}/transcript?format=markdown`, { token });
    expect(markdown.headers.get('content-type')).toContain('text/markdown');
    expect(markdown.body).not.toContain('<script>');
    expect(markdown.body).not.toContain('![x](');
    const fairness = (await call(hub, 'GET', `${path}/fairness`, { token })).body;
    expect(fairness).toMatchObject({
      jain: 1,
      gini: 0,
      evenness: 1,
      participants: [{ utterances: 1, turns: 1 }],
    });
  });
});
