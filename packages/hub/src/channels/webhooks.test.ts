import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import { createLogger } from '../operations/logging.ts';
import { Receiver, verified } from '../webhooks/receiver.fixture.ts';
import type { AnyFrame, WebSocketPeer } from './hub.fixture.ts';
import { call, createConversation, dial, greet, OPERATOR_TOKEN, openHub, tokenFor } from './hub.fixture.ts';

const eva = { kind: 'human', displayName: 'Eva', async: true };
const bob = { kind: 'human', displayName: 'Bob' };

let hub: Hub;
let receiver: Receiver;
let lines: string[];
beforeEach(async () => {
  lines = [];
  receiver = await Receiver.start();
  hub = await openHub(
    { publicUrl: 'https://parley.example/' },
    { logger: createLogger('debug', { write: (line) => lines.push(line) }) },
  );
});
afterEach(async () => {
  await hub.stop();
  await receiver.close();
});

async function member(id: string, data: object, token?: string): Promise<[WebSocketPeer, AnyFrame]> {
  const peer = await greet(await dial(hub), token);
  return [peer, await peer.do('conversation.join', id, data)];
}

async function say(peer: WebSocketPeer, id: string, text: string, more: object = {}): Promise<void> {
  const { grant } = await peer.do('floor.request', id);
  await peer.do('speech', id, { grant, text, ...more });
}

describe('[PR-3] a human who is called back', () => {
  it('gets the secret with its join, the call while it is away, and a catch-up on its return', async () => {
    const { id } = await createConversation(hub, { title: 'Tea' });
    const token = await tokenFor(hub, 'eva');
    const [first, joined] = await member(id, { ...eva, webhook: { url: receiver.url } }, token);
    const [speaker, { participant }] = await member(id, bob);
    expect(joined['webhookSecret']).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    first.close();
    await speaker.event('participant.disconnected');
    await say(speaker, id, 'Milk, @Eva?');
    const [got] = await receiver.until(1);
    expect(verified(joined['webhookSecret'] as string, got!)).toMatchObject({
      type: 'notification.mention',
      data: {
        conversation: id,
        title: 'Tea',
        participant: joined['participant'],
        excerpt: 'Milk, @Eva?',
        url: `https://parley.example/c/${id}`,
      },
    });

    // The same principal is the same member, with the same secret, and sees what it was told.
    const [, back] = await member(id, { kind: 'human', displayName: 'Eva' }, token);
    expect(back).toMatchObject({
      participant: joined['participant'],
      webhookSecret: joined['webhookSecret'],
    });
    const events = (back['catchUp'] as AnyFrame)['events'] as AnyFrame[];
    expect(events.map(({ event }) => event as string)).toEqual(
      expect.arrayContaining(['speech.ended', 'notification.queued', 'notification.attempted']),
    );
    expect(participant).not.toBe(joined['participant']);
  });

  it('can set and take back its webhook later, on every channel', async () => {
    const { id } = await createConversation(hub);
    const [peer] = await member(id, eva);
    const { webhookSecret } = await peer.do('webhook.set', id, { url: receiver.url });
    expect(webhookSecret).toMatch(/^whsec_/);
    const again = await peer.ask('webhook.set', id, { url: receiver.url }, 'same');
    const repeated = await peer.ask('webhook.set', id, { url: receiver.url }, 'same');
    expect([again['data'], repeated['data']]).toEqual([{ webhookSecret }, { webhookSecret }]);
    expect(await peer.do('webhook.set', id, { url: `${receiver.url}/other` })).not.toEqual({ webhookSecret });
    expect(await peer.do('webhook.set', id, { url: null })).toEqual({});

    const joined = await call(hub, 'POST', `/v1/conversations/${id}/participants`, {
      body: { ...eva, displayName: 'Eve', webhook: { url: receiver.url } },
    });
    expect(joined.body.webhookSecret).toMatch(/^whsec_/);
    const set = await call(hub, 'POST', `/v1/conversations/${id}/commands`, {
      token: joined.body.token,
      body: { id: '1', op: 'webhook.set', data: { url: `${receiver.url}/http` } },
    });
    expect(set.body).toMatchObject({ ok: true, data: { webhookSecret: expect.stringMatching(/^whsec_/) } });
    expect(set.body.data.webhookSecret).not.toBe(joined.body.webhookSecret);
  });

  it('is told of its turn, and offered it again', async () => {
    const config = { floor: { timers: { firstContentMs: 200 } } };
    const { id } = await createConversation(hub, { config });
    const token = await tokenFor(hub, 'eva');
    const [first, joined] = await member(id, { ...eva, webhook: { url: receiver.url } }, token);
    const [speaker] = await member(id, bob);
    await first.do('floor.request', id);
    await first.do('presence.set', id, { status: 'away' });
    first.close();
    const lost = await speaker.event('floor.revoked');
    expect(lost['data']).toMatchObject({
      participant: joined['participant'],
      missed: { remainingMs: 120_000 },
    });
    const [got] = await receiver.until(1);
    expect(verified(joined['webhookSecret'] as string, got!).data).toMatchObject({ kind: 'turn' });
    await member(id, { kind: 'human', displayName: 'Eva' }, token);
    await speaker.event('floor.granted', ({ data }) => data.cause === 'queue' && data.grant > lost['seq']);
  });

  it('is told why its webhook cannot be called, and nobody else is', async () => {
    const { id } = await createConversation(hub);
    const token = await tokenFor(hub, 'eva');
    const url = `http://127.0.0.1:${receiver.port}/gone`;
    receiver.answer = (response) => void response.writeHead(410).end();
    const [first, joined] = await member(id, { ...eva, webhook: { url } }, token);
    const [speaker] = await member(id, bob);
    first.close();
    await speaker.event('participant.disconnected');
    await say(speaker, id, '@Eva?');
    await receiver.until(1);
    const [second] = await member(
      id,
      {
        ...eva,
        resume: {
          participant: joined['participant'],
          token: joined['resumeToken'],
          epoch: joined['epoch'],
          seq: joined['seq'],
        },
      },
      token,
    );
    const failed = await second.event('notification.failed');
    expect(failed['data']).toMatchObject({ cause: 'endpoint.gone', status: 410, attempt: 1 });
    const others = speaker.events().map(({ event }) => event as string);
    expect(others.filter((event) => /^(notification|webhook)\./.test(event))).toEqual([]);
  });

  it('keeps its address to itself: it is in no view, event, export or log line', async () => {
    const { id, token } = await createConversation(hub);
    const secret = 'do-not-tell';
    const [peer, joined] = await member(id, { ...eva, webhook: { url: `${receiver.url}/${secret}` } });
    await peer.do('webhook.set', id, { url: `${receiver.url}/${secret}/2` });
    const [speaker, { catchUp }] = await member(id, bob);
    peer.close();
    await speaker.event('participant.disconnected');
    await say(speaker, id, '@Eva?');
    const [got] = await receiver.until(1);
    expect(got!.path).toContain(secret);
    const views = await Promise.all(
      [
        '',
        '/events?after=0&wait=0',
        '/catch-up',
        '/transcript?format=json',
        '/transcript?format=markdown',
      ].map((path) => call(hub, 'GET', `/v1/conversations/${id}${path}`, { token })),
    );
    const metrics = async () =>
      (await call(hub, 'GET', '/metrics', { token: OPERATOR_TOKEN })).body as string;
    await expect
      .poll(metrics)
      .toContain('parley_notification_attempts_total{kind="mention",outcome="delivered"} 1');
    const text = await metrics();
    expect(text).toContain('parley_egress_calls_total{purpose="webhook",outcome="answered"} 1');
    const seen = JSON.stringify([
      joined,
      catchUp,
      speaker.frames,
      views.map(({ body }) => body),
      text,
      lines,
    ]);
    expect(seen).not.toContain(secret);
    expect(lines.join('\n')).not.toContain('whsec_');
  });
});

describe('[PR-3] a webhook is refused', () => {
  it('[attack: private address] where the address is not a public one', async () => {
    const { id } = await createConversation(hub);
    const [peer] = await member(id, eva);
    for (const url of ['http://example.org/', 'https://10.0.0.1/', 'https://169.254.169.254/latest']) {
      const reply = await peer.ask('webhook.set', id, { url });
      expect(reply['error']).toMatchObject({ code: 'endpoint.blocked', details: { path: 'data.url' } });
    }
    const named = await peer.ask('webhook.set', id, { url: 'https://user:secret@example.org/' });
    expect(named['error']).toMatchObject({ code: 'request.invalid', details: { path: 'data.url' } });
    expect(JSON.stringify(named)).not.toContain('secret');
    const joining = await (
      await greet(await dial(hub))
    ).ask('conversation.join', id, {
      ...eva,
      webhook: { url: 'https://[::ffff:10.0.0.1]/' },
    });
    expect(joining['error']).toMatchObject({
      code: 'endpoint.blocked',
      details: { path: 'data.webhook.url' },
    });
    const http = await call(hub, 'POST', `/v1/conversations/${id}/participants`, {
      body: { ...bob, webhook: { url: 'https://192.168.0.1/' } },
    });
    expect([http.status, http.body.code]).toEqual([403, 'endpoint.blocked']);
  });

  it('[attack: this machine] where the hub is not open, whatever the form', async () => {
    const closed = await openHub({ open: false, egress: { allow: ['hooks.internal:8443'] } });
    const token = await tokenFor(closed, 'eva');
    const { id } = await createConversation(closed, {}, token);
    const peer = await greet(await dial(closed), token);
    await peer.do('conversation.join', id, eva);
    for (const url of [receiver.url, `https://127.0.0.1:${receiver.port}/`, 'http://hooks.internal:8444/']) {
      expect((await peer.ask('webhook.set', id, { url }))['error']).toMatchObject({
        code: 'endpoint.blocked',
      });
    }
    expect((await peer.ask('webhook.set', id, { url: 'http://hooks.internal:8443/' }))['ok']).toBe(true);
    await closed.stop();
    expect(receiver.sockets).toEqual([]);
  });

  it('with the exact path, where it is no address or not a human’s', async () => {
    const { id } = await createConversation(hub);
    const [agent] = await member(id, { kind: 'agent', displayName: 'Bot' });
    const set = await agent.ask('webhook.set', id, { url: 'https://example.org/' });
    expect(set['error']).toMatchObject({ code: 'request.invalid', details: { path: 'data.url' } });
    for (const [more, path] of [
      [{ webhook: { url: 'https://example.org/' } }, 'data.webhook'],
      [{ async: true }, 'data.async'],
    ] as const) {
      const peer = await greet(await dial(hub));
      const reply = await peer.ask('conversation.join', id, { kind: 'agent', displayName: 'Two', ...more });
      expect(reply['error']).toMatchObject({ code: 'request.invalid', details: { path } });
    }
    const [peer] = await member(id, eva);
    for (const url of ['ftp://example.org', 'https://', 'https://exa mple.org/', 'https://256.1.1.1/', 7]) {
      const reply = await peer.ask('webhook.set', id, { url });
      expect(reply['error']).toMatchObject({ code: 'request.invalid', details: { path: 'data.url' } });
    }
  });
});

it('[PR-2] an async human is offline after the grace, stays a member, and comes back to what it missed', async () => {
  const { id } = await createConversation(hub, { config: { presence: { reconnectGraceMs: 100 } } });
  const token = await tokenFor(hub, 'eva');
  const [peer, { participant }] = await member(id, eva, token);
  const [speaker] = await member(id, bob);
  const [other] = await member(id, { kind: 'human', displayName: 'Cy' });
  peer.close();
  other.close();
  const left = await speaker.event('participant.left');
  expect(left['data']).toMatchObject({ cause: 'timeout' });
  expect(left['data'].participant).not.toBe(participant);
  const view = await call(hub, 'GET', `/v1/conversations/${id}`, { token });
  const self = (view.body.participants as AnyFrame[]).find((each) => each['id'] === participant);
  expect(self).toMatchObject({ presence: { status: 'offline' }, connection: 'disconnected', async: true });
  await say(speaker, id, 'You were not here.');
  const [, back] = await member(id, { kind: 'human', displayName: 'Eva' }, token);
  expect(back['participant']).toBe(participant);
  expect(JSON.stringify(back['catchUp'])).toContain('You were not here.');
});
