import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import { call, createConversation, dial, greet, openHub, OPERATOR_TOKEN, tokenFor } from './hub.fixture.ts';

let hub: Hub;
let ann: string;
let bob: string;
let eve: string;
beforeAll(async () => {
  hub = await openHub({ open: false });
  ann = await tokenFor(hub, 'ann');
  bob = await tokenFor(hub, 'bob', { kinds: ['agent'] });
  eve = await tokenFor(hub, 'eve', { scopes: [] });
});
afterAll(() => hub.stop());

const human = { kind: 'human', displayName: 'Ann' };
const agent = { kind: 'agent', displayName: 'Bob' };

describe('tokens', () => {
  it('are asked for on every call', async () => {
    expect(await call(hub, 'GET', '/v1/conversations')).toMatchObject({
      status: 401,
      body: { code: 'auth.required' },
    });
    expect(await call(hub, 'POST', '/v1/conversations', { body: {} })).toMatchObject({ status: 401 });
    expect(await call(hub, 'GET', '/v1/services')).toMatchObject({ status: 401 });
    const peer = await dial(hub);
    expect(await peer.ask('hello')).toMatchObject({ error: { code: 'auth.required' } });
    expect(await peer.closing()).toMatchObject({ code: 4401 });
  });

  it.each(['nonsense', 'a.b.c', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.'])('refuses %s', async (token) => {
    const { status, body } = await call(hub, 'GET', '/v1/conversations', { token });
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'auth.invalid' });
    const peer = await dial(hub);
    expect(await peer.ask('hello', undefined, { token })).toMatchObject({ error: { code: 'auth.invalid' } });
    expect(await peer.closing()).toMatchObject({ code: 4401 });
  });

  it('are issued by the operator alone, and never for the names of guests or the operator', async () => {
    const body = { subject: 'mallory', kinds: ['human'], ttlSeconds: 60 };
    expect(await call(hub, 'POST', '/v1/tokens', { token: ann, body })).toMatchObject({
      status: 403,
      body: { code: 'auth.forbidden' },
    });
    for (const subject of ['operator', 'gst_abc']) {
      const answer = await call(hub, 'POST', '/v1/tokens', {
        token: OPERATOR_TOKEN,
        body: { ...body, subject },
      });
      expect(answer.body).toMatchObject({ code: 'request.invalid', details: { path: 'subject' } });
    }
    const scopes = await call(hub, 'POST', '/v1/tokens', {
      token: OPERATOR_TOKEN,
      body: { ...body, scopes: ['join', 'all'] },
    });
    expect(scopes.body).toMatchObject({ details: { path: 'scopes.1' } });
  });

  it('end a live connection when they expire, with 4401', async () => {
    const short = await tokenFor(hub, 'brief', { ttlSeconds: 1 });
    const peer = await greet(await dial(hub), short);
    expect(await peer.closing()).toMatchObject({ code: 4401 });
  });

  it('end a stream when they expire', async () => {
    const short = await tokenFor(hub, 'brief-reader', { ttlSeconds: 1 });
    const { id } = await createConversation(hub, {}, short);
    const response = await fetch(`${hub.url}/v1/conversations/${id}/events`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${short}` },
      signal: AbortSignal.timeout(4_000),
    });
    expect(await response.text()).toContain(': epoch');
  });

  it('can be renewed on the same connection, by the same principal only', async () => {
    const peer = await greet(await dial(hub), await tokenFor(hub, 'renewer', { ttlSeconds: 2 }));
    expect(await peer.ask('hello', undefined, { token: ann })).toMatchObject({
      error: { code: 'auth.forbidden' },
    });
    await peer.do('hello', undefined, { token: await tokenFor(hub, 'renewer') });
    await new Promise((resolve) => setTimeout(resolve, 2_200));
    expect(peer.closedWith).toBeNull();
    peer.close();
  });
});

describe('who may do what', () => {
  it('[HU-3] an agent cannot join as a human', async () => {
    const { id } = await createConversation(hub, {}, ann);
    const answer = await call(hub, 'POST', `/v1/conversations/${id}/participants`, {
      token: bob,
      body: human,
    });
    expect(answer).toMatchObject({
      status: 403,
      body: { code: 'auth.forbidden', details: { path: 'kind' } },
    });
  });

  it('a stranger cannot tell a hidden conversation from a missing one', async () => {
    const { id } = await createConversation(hub, {}, ann);
    const calls: readonly [string, string, unknown?][] = [
      ['GET', ''],
      ['GET', '/events'],
      ['GET', '/catch-up'],
      ['GET', '/transcript'],
      ['GET', '/fairness'],
      ['PATCH', '/config', {}],
      ['POST', '/participants', human],
      ['POST', '/invites', {}],
      ['POST', '/commands', { id: '1', op: 'floor.request' }],
      ['POST', '/commands', { id: '1', op: 'conversation.end' }],
      ['DELETE', '/participants/prt_x'],
    ];
    for (const [method, path, body] of calls) {
      const hidden = await call(hub, method, `/v1/conversations/${id}${path}`, { token: eve, body });
      const missing = await call(hub, method, `/v1/conversations/cnv_missing${path}`, { token: eve, body });
      expect(hidden.body, `${method} ${path}`).toEqual(missing.body);
      expect(hidden).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
    const peer = await greet(await dial(hub), eve);
    for (const op of ['floor.request', 'conversation.end', 'topic.set']) {
      const data = op === 'topic.set' ? { topic: 'x' } : {};
      const { error: hidden } = await peer.ask(op, id, data);
      expect(hidden).toEqual((await peer.ask(op, 'cnv_missing', data))['error']);
      expect(hidden.code).toBe('not_found');
    }
    peer.close();
  });

  it('lists only the conversations that the caller is or was in, or created', async () => {
    const { id } = await createConversation(hub, { title: 'Listed' }, ann);
    const ids = async (token: string): Promise<string[]> =>
      (await call(hub, 'GET', '/v1/conversations?limit=100', { token })).body.conversations.map(
        (summary: { id: string }) => summary.id,
      );
    expect(await ids(ann)).toContain(id);
    expect(await ids(eve)).toEqual([]);
    expect(await ids(OPERATOR_TOKEN)).toContain(id);
    await call(hub, 'POST', `/v1/conversations/${id}/participants`, { token: bob, body: agent });
    expect(await ids(bob)).toContain(id);
  });

  it('only moderators configure, pause, revoke, remove and invite; the refused change nothing', async () => {
    const { id } = await createConversation(hub, {}, ann);
    const path = `/v1/conversations/${id}`;
    const creator = await call(hub, 'POST', `${path}/participants`, { token: ann, body: human });
    const state = await call(hub, 'GET', path, { token: ann });
    expect(state.body.participants[0].roles).toContain('moderator');
    await call(hub, 'POST', `${path}/participants`, { token: bob, body: agent });
    const head = (await call(hub, 'GET', path, { token: bob })).body.seq;
    const commands: readonly [string, unknown][] = [
      ['conversation.configure', { config: {} }],
      ['conversation.pause', {}],
      ['conversation.end', {}],
      ['floor.revoke', { participant: creator.body.participant }],
      ['floor.extend', { ms: 10 }],
      ['floor.reorder', { participant: creator.body.participant, position: 1 }],
      ['role.set', { participant: creator.body.participant, roles: [] }],
      ['participant.remove', { participant: creator.body.participant }],
    ];
    for (const [op, data] of commands) {
      const answer = await call(hub, 'POST', `${path}/commands`, { token: bob, body: { id: op, op, data } });
      expect(answer, op).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    }
    const calls: readonly [string, string, unknown?][] = [
      ['POST', '/invites', {}],
      ['PATCH', '/config', {}],
      ['DELETE', `/participants/${creator.body.participant}`],
    ];
    for (const [method, rest, body] of calls) {
      const answer = await call(hub, method, path + rest, { token: bob, body });
      expect(answer, rest).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    }
    expect((await call(hub, 'GET', path, { token: bob })).body.seq).toBe(head);
  });

  it('a creator that has not joined reads and configures, but does not speak', async () => {
    const { id } = await createConversation(hub, {}, ann);
    const path = `/v1/conversations/${id}`;
    const configured = await call(hub, 'PATCH', `${path}/config`, {
      token: ann,
      body: { floor: { timers: { silenceMs: 20_000 } } },
    });
    expect(configured.body.config.floor.timers.silenceMs).toBe(20_000);
    const speech = await call(hub, 'POST', `${path}/commands`, {
      token: ann,
      body: { id: '1', op: 'floor.request' },
    });
    expect(speech).toMatchObject({ status: 403, body: { code: 'participant.not_joined' } });
    const peer = await greet(await dial(hub), ann);
    await peer.do('conversation.pause', id);
    expect((await call(hub, 'GET', path, { token: ann })).body.status).toBe('paused');
    peer.close();
  });

  it("[FL-12] its creator and an operator may give a moderator's commands without having joined, no other may", async () => {
    const { id } = await createConversation(hub, {}, ann);
    const path = `/v1/conversations/${id}`;
    const joined = await call(hub, 'POST', `${path}/participants`, { token: bob, body: agent });
    const { participant } = joined.body;
    let frames = 0;
    const give = async (token: string, op: string, data: object = {}) => {
      const frame = { id: `f${(frames += 1)}`, op, data };
      const { status, body } = await call(hub, 'POST', `${path}/commands`, { token, body: frame });
      return status === 200 ? 'given' : body.code;
    };
    expect(await give(bob, 'floor.request')).toBe('given');
    const stranger = await tokenFor(hub, 'mallory');
    for (const [op, data] of [
      ['floor.extend', { ms: 1_000 }],
      ['floor.revoke', { participant }],
      ['conversation.pause', {}],
      ['conversation.resume', {}],
    ] as const) {
      expect(await give(bob, op, data)).toBe('auth.forbidden');
      expect(await give(stranger, op, data)).toBe('not_found');
    }
    expect(await give(ann, 'floor.extend', { ms: 1_000 })).toBe('given');
    expect(await give(OPERATOR_TOKEN, 'floor.revoke', { participant })).toBe('given');
    expect(await give(OPERATOR_TOKEN, 'conversation.pause')).toBe('given');
    expect(await give(ann, 'conversation.resume')).toBe('given');
    expect(await give(ann, 'participant.remove', { participant })).toBe('given');
  });

  it('an agent that created a conversation lets nobody in by asking from outside', async () => {
    const { id } = await createConversation(hub, {}, bob);
    const atlas = {
      kind: 'externalAI',
      displayName: 'Atlas',
      settings: { baseURL: 'https://models.example/v1', model: 'm' },
      engagement: { kind: 'onOffer' },
    };
    const peer = await greet(await dial(hub), bob);
    const { bridge, status } = await peer.do('bridge.add', id, atlas);
    expect(status).toBe('pending');
    const approve = { id: '1', op: 'bridge.approve', data: { bridge } };
    for (const reply of [
      await peer.ask('bridge.approve', id, { bridge }),
      (await call(hub, 'POST', `/v1/conversations/${id}/commands`, { token: bob, body: approve })).body,
    ]) {
      expect(reply.error ?? reply).toMatchObject({ code: 'auth.forbidden' });
    }
    const operator = { token: OPERATOR_TOKEN, body: approve };
    expect((await call(hub, 'POST', `/v1/conversations/${id}/commands`, operator)).status).toBe(200);
    peer.close();
  });

  it('the moderator role is not for the asking', async () => {
    const { id } = await createConversation(hub, {}, ann);
    const path = `/v1/conversations/${id}/participants`;
    const asking = await call(hub, 'POST', path, { token: bob, body: { ...agent, roles: ['moderator'] } });
    expect(asking).toMatchObject({
      status: 403,
      body: { code: 'auth.forbidden', details: { path: 'roles' } },
    });
  });
});

describe('invites', () => {
  it('let a stranger in with their roles and kinds, as often as they say', async () => {
    const { id } = await createConversation(hub, {}, ann);
    const path = `/v1/conversations/${id}`;
    const { body: invite } = await call(hub, 'POST', `${path}/invites`, {
      token: ann,
      body: { roles: ['moderator'], kinds: ['human'], maxUses: 1 },
    });
    expect(invite.url).toBe(`${hub.url}/c/${id}#invite=${invite.code}`);
    const join = (token: string, body: object) => call(hub, 'POST', `${path}/participants`, { token, body });
    expect(await join(eve, { ...agent, invite: invite.code })).toMatchObject({
      body: { code: 'invite.invalid' },
    });
    const joined = await join(eve, { ...human, displayName: 'Eve', invite: invite.code });
    expect(joined.status).toBe(201);
    const { body: state } = await call(hub, 'GET', path, { token: eve });
    expect(state.participants[0].roles).toContain('moderator');
    const late = await tokenFor(hub, 'late', { scopes: [] });
    expect(await join(late, { ...human, displayName: 'Late', invite: invite.code })).toMatchObject({
      status: 403,
      body: { code: 'invite.invalid' },
    });
  });

  it('are refused when changed, expired, or for another conversation', async () => {
    const { id } = await createConversation(hub, {}, ann);
    const other = await createConversation(hub, {}, ann);
    const make = async (body: object): Promise<string> =>
      (await call(hub, 'POST', `/v1/conversations/${id}/invites`, { token: ann, body })).body.code;
    const code = await make({ maxUses: 5 });
    const brief = await make({ expiresAt: new Date(Date.now() + 60).toISOString() });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const attempts: readonly [string, string][] = [
      [id, `${code.slice(0, -2)}xx`],
      [id, brief],
      [id, 'inv_nothing'],
      [other.id, code],
    ];
    for (const [conversation, invite] of attempts) {
      const answer = await call(hub, 'POST', `/v1/conversations/${conversation}/participants`, {
        token: eve,
        body: { ...human, invite },
      });
      expect(answer, invite).toMatchObject({ status: 403, body: { code: 'invite.invalid' } });
    }
  });
});

it('under --open tokens work too, a guest becomes nobody else, and a given token is not given again', async () => {
  const open = await openHub();
  try {
    const { id, token } = await createConversation(open);
    expect(token).toMatch(/^eyJ/);
    const known = await tokenFor(open, 'known');
    const joined = await call(open, 'POST', `/v1/conversations/${id}/participants`, {
      token: known,
      body: human,
    });
    expect(joined.body.token).toBeUndefined();
    const guest = await call(open, 'POST', `/v1/conversations/${id}/participants`, {
      body: { ...agent, roles: ['moderator'] },
    });
    expect(guest.body.token).toMatch(/^eyJ/);
    const { body: state } = await call(open, 'GET', `/v1/conversations/${id}`);
    expect(state.participants.map((member: { roles: string[] }) => member.roles)).toEqual([
      ['participant'],
      ['moderator'],
    ]);
    expect((await call(open, 'POST', '/v1/tokens', { body: {} })).body.code).toBe('auth.required');
  } finally {
    await open.stop();
  }
});
