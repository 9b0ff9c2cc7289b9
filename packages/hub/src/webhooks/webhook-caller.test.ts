import type { DurableEventData, NotificationFailure } from '@parley/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EgressOptions } from '../egress/egress.ts';
import { Egress } from '../egress/egress.ts';
import { SimulatedClock } from '../host/clock.simulated.ts';
import { FaultyLog, HostWorld } from '../host/host.fixture.ts';
import { Receiver, verified } from './receiver.fixture.ts';
import { WebhookCaller } from './webhook-caller.ts';
import { WebhookSecrets } from './webhook-secrets.ts';

const ID = 'cnv_1';
const NO_MATCH = 'No matching signature found';
const HOUR = 3_600_000;
const secrets = new WebhookSecrets(Buffer.alloc(32, 7));

let receiver: Receiver;
let running: Hub[];
beforeEach(async () => {
  receiver = await Receiver.start();
  running = [];
});
afterEach(async () => {
  for (const hub of running) await hub.stop();
  await receiver.close();
});

/** A host with a caller of webhooks: real sockets, simulated time. */
class Hub {
  readonly world: HostWorld;
  readonly egress: Egress;
  readonly caller: WebhookCaller;
  readonly outcomes: string[] = [];
  readonly warnings: object[] = [];

  constructor(world: HostWorld, policy: Partial<EgressOptions['policy']> = { loopback: true }) {
    this.world = world;
    const { host, clock } = world;
    this.egress = new Egress({ policy: { allow: [], loopback: false, ...policy }, clock });
    this.caller = new WebhookCaller({
      conversations: host,
      egress: this.egress,
      secrets,
      clock,
      logger: { warn: (details) => this.warnings.push(details) },
      metrics: { attempted: (kind, outcome) => this.outcomes.push(`${kind} ${outcome}`) },
      consoleUrl: 'https://parley.example',
    });
    running.push(this);
  }

  /** As after a kill: nothing is told or written any more. */
  async stop(): Promise<void> {
    await Promise.all([this.caller.stop(), this.egress.close()]);
    await this.world.host.stop();
  }

  /** Eva is away, and Bob has something to say to her. */
  async begin(url = receiver.url, config: unknown = {}): Promise<void> {
    await this.world.create(ID, ['bob'], config);
    await this.away('eva', url);
  }

  /** Somebody who joins, and is away. */
  async away(participant: string, url: string): Promise<void> {
    await this.world.ok(ID, null, 'conversation.join', {
      participant,
      principal: `sub_${participant}`,
      kind: 'human',
      displayName: participant.replace(/^./, (letter) => letter.toUpperCase()),
      roles: ['participant'],
      capabilities: [],
      topics: [],
      interests: [],
      metadata: {},
      verified: false,
      async: true,
      webhook: { url },
    });
    await this.world.ok(ID, null, 'connection.lost', { participant });
  }

  /** Lets what is due now happen, up to and with the answers of receivers. */
  async settle(ms = 0): Promise<void> {
    await this.world.clock.advance(ms);
    await until(() => this.caller.size === 0);
  }

  say(text = 'Well, @eva?'): Promise<unknown> {
    return this.world.say(ID, 'bob', text);
  }

  all<T extends keyof DurableEventData>(type: T): DurableEventData[T][] {
    return this.world.commits
      .flatMap(({ events }) => events)
      .filter((event) => event.type === type)
      .map(({ json }) => (JSON.parse(json) as { data: DurableEventData[T] }).data);
  }
}

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('it did not come to an end');
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

// Receivers check that a call is not older than some minutes.
const start = (policy?: Partial<EgressOptions['policy']>): Hub =>
  new Hub(new HostWorld({ clock: new SimulatedClock(Date.now()) }), policy);

describe('[PR-3] an absent human is called', () => {
  it('with what was said to it, signed as Standard Webhooks want it', async () => {
    const hub = start();
    await hub.begin();
    await hub.say('Well, @eva, what\nabout tea?');
    await hub.settle();
    const [call] = receiver.calls;
    const secret = secrets.secretFor({ conversation: ID, participant: 'eva', url: receiver.url });
    expect(verified(secret, call!)).toEqual({
      type: 'notification.mention',
      timestamp: new Date(hub.world.clock.now()).toISOString(),
      data: {
        conversation: ID,
        title: `About ${ID}`,
        participant: 'eva',
        kind: 'mention',
        seq: hub.all('notification.queued')[0]!.about,
        excerpt: 'Well, @eva, what about tea?',
        url: `https://parley.example/c/${ID}`,
      },
    });
    expect(call!.headers['content-type']).toBe('application/json');
    expect(hub.all('notification.delivered')).toHaveLength(1);
    expect(hub.outcomes).toEqual(['mention delivered']);
    expect(() => verified(secret, { ...call!, body: call!.body.replace('tea', 'gin') })).toThrow(NO_MATCH);
    const others = secrets.secretFor({ conversation: ID, participant: 'bob', url: receiver.url });
    expect(() => verified(others, call!)).toThrow(NO_MATCH);
    await hub.settle(HOUR);
    expect(receiver.calls).toHaveLength(1);
  });

  it('for its turn with the last words within its hearing, and not with others', async () => {
    const hub = start();
    await hub.begin(receiver.url, { routing: { kind: 'broadcast', whisper: true } });
    await hub.say('You are next, all.');
    await hub.world.ok(ID, null, 'connection.restored', { participant: 'eva' });
    const { data } = await hub.world.ok(ID, 'bob', 'floor.request', {});
    await hub.world.ok(ID, 'eva', 'floor.request', {});
    await hub.world.ok(ID, null, 'connection.lost', { participant: 'eva' });
    const grant = data['grant'] as number;
    await hub.world.ok(ID, 'bob', 'speech', { grant, text: 'between us', to: ['bob'] });
    await hub.settle();
    const notice = JSON.parse(receiver.calls[0]!.body) as { data: unknown };
    expect(notice.data).toMatchObject({ kind: 'turn', excerpt: 'You are next, all.' });
  });

  it('with an excerpt that is cut at a character', async () => {
    const hub = start();
    await hub.begin();
    await hub.say(`@eva ${'😀'.repeat(400)}`);
    await hub.settle();
    const { data } = JSON.parse(receiver.calls[0]!.body) as { data: { excerpt: string } };
    expect([...data.excerpt]).toHaveLength(280);
    expect(data.excerpt.endsWith('😀…')).toBe(true);
  });

  it('again under the same id and signed anew, as long as it answers otherwise', async () => {
    const hub = start();
    await hub.begin();
    const statuses = [500, 404, 200];
    receiver.answer = (response) => void response.writeHead(statuses[receiver.calls.length - 1] ?? 200).end();
    await hub.say();
    await hub.settle();
    await hub.settle(4_999);
    expect(receiver.calls).toHaveLength(1);
    await hub.settle(1);
    await hub.settle(30_000);
    const ids = receiver.calls.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([ids[0], ids[0], ids[0]]);
    const signatures = receiver.calls.map(({ headers }) => headers['webhook-signature']);
    expect(new Set(signatures).size).toBe(3);
    expect(hub.outcomes).toEqual([
      'mention endpoint.refused',
      'mention endpoint.refused',
      'mention delivered',
    ]);
    expect(hub.all('notification.delivered')).toMatchObject([{ attempt: 3 }]);
  });

  it('again when it does not answer in time, and never twice at once', async () => {
    const hub = start();
    await hub.begin();
    receiver.answer = (response) => void (receiver.calls.length > 1 && response.end());
    await hub.say();
    await hub.world.clock.advance(0);
    await receiver.until(1);
    expect(hub.caller.size).toBe(1);
    await hub.settle(4_500);
    expect(hub.outcomes).toEqual(['mention endpoint.unreachable']);
    await hub.settle(500);
    expect(hub.all('notification.delivered')).toMatchObject([{ attempt: 2 }]);
  });

  it('until it is given up, which its human is told with the last cause', async () => {
    const hub = start();
    await hub.begin();
    receiver.answer = (response) => void response.writeHead(500).end();
    await hub.say();
    for (const ms of [0, 5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000, 86_400_000]) {
      expect(hub.all('notification.failed')).toEqual([]);
      await hub.settle(ms);
    }
    expect(receiver.calls).toHaveLength(8);
    expect(hub.all('notification.failed')).toMatchObject([
      { participant: 'eva', attempt: 8, cause: 'endpoint.refused', status: 500 },
    ]);
  });

  it('by connections that are kept and used again, also after answers that are none of our business', async () => {
    const hub = start();
    await hub.begin();
    receiver.answer = (response) => void response.writeHead(200).end('x'.repeat(8_000));
    for (let i = 0; i < 5; i++) {
      await hub.say(`@eva ${i}`);
      await hub.settle();
    }
    expect([receiver.calls.length, receiver.sockets.length]).toEqual([5, 1]);
    receiver.answer = (response) => void response.writeHead(200).end('x'.repeat(80_000));
    await hub.say();
    await hub.settle();
    expect(hub.all('notification.delivered')).toHaveLength(6);
  });

  it('while nobody waits for it: the conversation goes on', async () => {
    const hub = start();
    await hub.begin();
    receiver.answer = () => undefined;
    await hub.say();
    await hub.world.clock.advance(0);
    await receiver.until(1);
    for (let i = 0; i < 20; i++) await hub.say(`on we go ${i}`);
    expect(hub.all('speech.ended')).toHaveLength(21);
    await hub.settle(4_500);
  });
});

it('[PR-3] a receiver that never answers holds up its own calls and nobody else’s', async () => {
  const hub = start();
  const slow = await Receiver.start();
  slow.answer = () => undefined;
  await hub.begin();
  const many = Array.from({ length: 80 }, (_, index) => `p${index}`);
  for (const each of many) await hub.away(each, slow.url);
  await hub.say(many.map((each) => `@${each}`).join(' '));
  await hub.world.clock.advance(0);
  await slow.until(8);
  await hub.say('And you, @eva?');
  await hub.world.clock.advance(0);
  await receiver.until(1);
  // By then none of the others has come to an end.
  expect(hub.outcomes.filter((outcome) => !outcome.endsWith('delivered'))).toEqual([]);
  await hub.egress.close();
  await slow.close();
});

describe('[PR-3] a call ends at once', () => {
  const only = async (hub: Hub, url?: string): Promise<NotificationFailure[]> => {
    await hub.begin(url);
    await hub.say();
    await hub.settle();
    await hub.settle(HOUR);
    expect(hub.outcomes).toHaveLength(1);
    return hub.all('notification.failed').map(({ cause }) => cause);
  };

  it('where the receiver is gone for good, which takes the webhook away', async () => {
    const hub = start();
    receiver.answer = (response) => void response.writeHead(410).end();
    expect(await only(hub)).toEqual(['endpoint.gone']);
    expect(hub.all('webhook.changed')).toMatchObject([{ active: false }]);
    await hub.say();
    await hub.settle();
    expect(receiver.calls).toHaveLength(1);
  });

  it('[attack: private address] where the name leads to this machine or into its network', async () => {
    const hub = start({ loopback: false });
    expect(await only(hub, `https://localhost:${receiver.port}/`)).toEqual(['endpoint.blocked']);
    expect(receiver.sockets).toEqual([]);
  });

  it('[attack: redirect] where the receiver sends us elsewhere', async () => {
    const hub = start();
    const inner = await Receiver.start();
    receiver.answer = (response) => void response.writeHead(307, { location: inner.url }).end();
    expect(await only(hub)).toEqual(['endpoint.blocked']);
    expect(inner.sockets).toEqual([]);
    await inner.close();
  });

  it('when its human is back before it was tried again', async () => {
    const hub = start();
    await hub.begin();
    receiver.answer = (response) => void response.writeHead(500).end();
    await hub.say();
    await hub.settle();
    await hub.world.ok(ID, null, 'connection.restored', { participant: 'eva' });
    await hub.settle(HOUR);
    expect(receiver.calls).toHaveLength(1);
    expect(hub.all('notification.cancelled')).toMatchObject([{ cause: 'returned' }]);
  });
});

describe('[PR-3] a hub that ends', () => {
  it('between attempt and answer is followed by one that tries again under the same id', async () => {
    const first = start();
    await first.begin();
    receiver.answer = () => undefined;
    await first.say();
    await first.world.clock.advance(0);
    await receiver.until(1);
    await first.stop();
    expect(first.outcomes).toEqual([]);

    receiver.answer = (response) => void response.end();
    const second = new Hub(first.world.restarted());
    await second.world.host.start();
    await second.settle(10_000);
    expect(second.all('notification.delivered')).toMatchObject([{ attempt: 2 }]);
    const ids = receiver.calls.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([ids[0], ids[0]]);
  });

  it('before anything was tried loses nothing, and what was delivered is not told again', async () => {
    const first = start();
    await first.begin();
    await first.say('@eva one');
    await first.settle();
    await first.say('@eva two');
    await first.stop();
    expect(receiver.calls).toHaveLength(1);

    const second = new Hub(first.world.restarted());
    await second.world.host.start();
    await second.settle(10_000);
    const texts = receiver.calls.map(
      ({ body }) => (JSON.parse(body) as { data: { excerpt: string } }).data.excerpt,
    );
    expect(texts).toEqual(['@eva one', '@eva two']);
    await second.settle(HOUR);
    expect(receiver.calls).toHaveLength(2);
  });
});

it('[PR-3] a log that cannot be read or written costs an attempt and nothing else', async () => {
  const faults = new FaultyLog();
  const hub = new Hub(new HostWorld({ clock: new SimulatedClock(Date.now()), faults }));
  await hub.begin();
  receiver.answer = (response) => {
    faults.fail();
    response.end();
  };
  await hub.say();
  await hub.settle();
  expect(hub.warnings).toEqual([{ conversation: ID, code: 'storage.unavailable' }]);
  expect(hub.all('notification.delivered')).toEqual([]);
  faults.heal();
  receiver.answer = (response) => void response.end();
  await hub.settle(10_000);
  expect(hub.all('notification.delivered')).toHaveLength(1);
  expect(JSON.stringify(hub.warnings)).not.toContain('127.0.0.1');
});
