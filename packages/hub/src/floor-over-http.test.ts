import type { ConversationView } from '@parley/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hub } from './app.ts';
import { startHub } from './app.ts';
import { createLogger } from './operations/logging.ts';
import { settingsOf } from './operations/settings.ts';

let hub: Hub;

beforeAll(async () => {
  hub = await startHub(settingsOf({ port: 0, log: 'memory', open: true }), {
    logger: createLogger('silent'),
  });
});
afterAll(() => hub.stop());

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function call(path: string, token?: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${hub.url}/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

let frames = 0;

/** A member that speaks HTTP. */
class Member {
  readonly id: string;
  readonly #conversation: string;
  readonly #token: string;

  constructor(conversation: string, id: string, token: string) {
    this.#conversation = conversation;
    this.id = id;
    this.#token = token;
  }

  send(op: string, data: Record<string, unknown> = {}): Promise<Answer> {
    const frame = { id: `f${(frames += 1)}`, op, data };
    return call(`/conversations/${this.#conversation}/commands`, this.#token, frame);
  }

  /** The data of the reply to what has to be accepted. */
  async ok(op: string, data: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const { status, body } = await this.send(op, data);
    if (status !== 200) throw new Error(`${op}: ${status} ${JSON.stringify(body)}`);
    return body['data'] as Record<string, unknown>;
  }

  async refusal(op: string, data: Record<string, unknown> = {}): Promise<[number, unknown, unknown]> {
    const { status, body } = await this.send(op, data);
    return [status, body['code'], (body['details'] as Record<string, unknown>)['path']];
  }

  async view(): Promise<ConversationView> {
    return (await call(`/conversations/${this.#conversation}`, this.#token))
      .body as unknown as ConversationView;
  }

  async read(rest: string): Promise<Record<string, unknown>> {
    return (await call(`/conversations/${this.#conversation}${rest}`, this.#token)).body;
  }
}

/** A conversation whose first member is its creator and moderator. */
async function room(config: unknown, ...kinds: ('human' | 'agent')[]): Promise<Member[]> {
  const { body: created } = await call('/conversations', undefined, { config });
  const id = String(created['id']);
  const members: Member[] = [];
  for (const [index, kind] of kinds.entries()) {
    const token = index === 0 ? String(created['token']) : undefined;
    const profile = { kind, displayName: `M${index}`, offers: false };
    const { body } = await call(`/conversations/${id}/participants`, token, profile);
    members.push(new Member(id, String(body['participant']), token ?? String(body['token'])));
  }
  return members;
}

const points = (value: number) => ({ currency: 'priorityPoints', value });

describe('bids over HTTP', () => {
  const config = {
    floor: { strategy: { kind: 'bidding', evaluation: 'highestAmount', payment: 'firstPrice' } },
  };

  test('[TS-5] a wrong type is request.invalid, a number out of range bidding.invalid', async () => {
    const [ann, bob] = (await room(config, 'human', 'human')) as [Member, Member];
    const window = (await ann.ok('floor.request', { amount: points(5) }))['window'];
    const bid = { window, urgency: 0.5, estimatedMs: 1_000 };
    expect(await bob.refusal('bid.place', { ...bid, urgency: '1' })).toEqual([
      400,
      'request.invalid',
      'data.urgency',
    ]);
    expect(await bob.refusal('bid.place', { ...bid, urgency: 1.5 })).toEqual([
      422,
      'bidding.invalid',
      'data.urgency',
    ]);
    expect(await bob.refusal('bid.place', { ...bid, estimatedMs: -1 })).toEqual([
      422,
      'bidding.invalid',
      'data.estimatedMs',
    ]);
    for (const value of [-1, 0.5]) {
      const refused = await bob.refusal('bid.place', { ...bid, amount: points(value) });
      expect(refused).toEqual([422, 'bidding.invalid', 'data.amount.value']);
    }
    expect(await bob.refusal('bid.place', { ...bid, amount: points(101) })).toEqual([
      409,
      'bidding.insufficient_credits',
      'data.amount.value',
    ]);
    expect(await bob.refusal('bid.place', { ...bid, window: 'win_999' })).toEqual([
      409,
      'bidding.window_closed',
      undefined,
    ]);
  });

  test('[TS-4] [TS-8] bids are sealed and accounts private, but not for moderators', async () => {
    const [ann, bob, cy] = (await room(config, 'human', 'human', 'human')) as [Member, Member, Member];
    await bob.ok('floor.request', { amount: points(30), preview: 'A secret' });
    const [mine, theirs, all] = [await bob.view(), await cy.view(), await ann.view()];
    expect(mine.credits).toMatchObject([{ participant: bob.id, balance: 70, escrow: 30 }]);
    expect(theirs.credits).toMatchObject([{ participant: cy.id, balance: 100 }]);
    expect(all.credits).toHaveLength(3);
    expect(JSON.stringify(await cy.read('/transcript'))).not.toMatch(/A secret|bid\.placed/);
    expect(JSON.stringify(theirs)).not.toContain('A secret');
    expect(JSON.stringify(mine)).toContain('A secret');
    const { window } = theirs.floor;
    await cy.ok('bid.place', { window: window?.window, urgency: 0, estimatedMs: 1, amount: points(40) });
    await ann.ok('bid.pass', { window: window?.window });
    expect((await bob.view()).floor.holders).toMatchObject([{ participant: cy.id, cause: 'bid' }]);
    expect((await bob.view()).credits).toMatchObject([{ balance: 120, escrow: 0 }]);
  });

  test('only moderators mint', async () => {
    const [ann, bob] = (await room(config, 'human', 'human')) as [Member, Member];
    const present = { participant: bob.id, value: 7, reason: 'a present' };
    expect(await bob.refusal('credits.mint', present)).toEqual([403, 'auth.forbidden', undefined]);
    expect(await ann.ok('credits.mint', present)).toEqual({ balance: 107, escrow: 0 });
    expect(await ann.refusal('credits.mint', { ...present, value: 0.5 })).toEqual([
      400,
      'request.invalid',
      'data.value',
    ]);
  });
});

test('[TS-16] votes over HTTP: what waits for an elector, and who may not vote', async () => {
  const config = { floor: { strategy: { kind: 'consensus', minVotes: 2 } } };
  const [ann, bob] = (await room(config, 'human', 'human')) as [Member, Member];
  const ballot = (await ann.ok('floor.request'))['ballot'];
  expect((await bob.read('/catch-up'))['waiting']).toMatchObject([{ kind: 'vote', ballot }]);
  expect(await bob.refusal('vote.cast', { ballot, choice: bob.id })).toEqual([
    400,
    'request.invalid',
    'data.choice',
  ]);
  await bob.ok('vote.cast', { ballot, choice: ann.id });
  await ann.ok('vote.cast', { ballot, choice: 'abstain' });
  expect((await bob.view()).floor.holders).toMatchObject([{ participant: ann.id, cause: 'vote' }]);
  expect(await bob.refusal('vote.cast', { ballot, choice: ann.id })).toEqual([409, 'vote.closed', undefined]);
});

test('[IP-4] the holder is asked over HTTP, and answers', async () => {
  const config = { interruption: { kind: 'cooperative' }, floor: { timers: { minSpeakingMs: 0 } } };
  const [ann, bob] = (await room(config, 'human', 'human')) as [Member, Member];
  await ann.ok('floor.request');
  const { outcome, interruption } = await bob.ok('floor.interrupt');
  expect(outcome).toBe('asked');
  expect((await ann.read('/catch-up'))['waiting']).toMatchObject([
    { kind: 'permission', interruption, participant: bob.id },
    { kind: 'floor' },
  ]);
  expect(await bob.refusal('interruption.answer', { interruption, grant: true })).toEqual([
    409,
    'floor.not_holder',
    undefined,
  ]);
  await ann.ok('interruption.answer', { interruption, grant: true });
  expect((await bob.view()).floor.holders).toMatchObject([{ participant: bob.id, cause: 'interruption' }]);
});

test('[FL-14] any human member ends the pause of a loop guard, an agent does not', async () => {
  const config = { floor: { maxConsecutiveAgentTurns: 1 } };
  const [, human, agent] = (await room(config, 'human', 'human', 'agent')) as [Member, Member, Member];
  const { grant } = await agent.ok('floor.request');
  await agent.ok('speech', { grant, text: 'Only me.' });
  expect((await human.view()).paused).toMatchObject({ cause: 'loop_guard' });
  expect(await agent.refusal('conversation.resume')).toEqual([403, 'auth.forbidden', undefined]);
  await human.ok('conversation.resume');
  expect((await human.view()).status).toBe('active');
});

test('fairness over HTTP', async () => {
  const [ann] = (await room({}, 'human')) as [Member];
  const { grant } = await ann.ok('floor.request');
  await ann.ok('speech', { grant, text: 'Two words.' });
  expect(await ann.read('/fairness')).toMatchObject({
    participants: [{ participant: ann.id, turns: 1, words: 2, quality: 0 }],
    jain: 1,
    gini: 0,
    evenness: 1,
  });
});
