import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '@parley/client';
import { describe, expect, it, vi } from 'vitest';
import { begin, delta, finish, openModelServer, refuses, says, writes } from './model-server.fixture.ts';
import type { Stage } from './stage.fixture.ts';
import { stage } from './stage.fixture.ts';

const ended = ({ lines }: Stage) => lines.filter(({ status }) => status === 'ended').map(({ text }) => text);

describe('a model service as a participant', () => {
  it('[AI-1] [AI-2] [AI-3] joins by the name of a service, hears who said what, and speaks', async () => {
    const scene = await stage();
    const { server, ann } = scene;
    server.speak = says('Good ', 'morning, ', 'Ann.');
    await scene.bring({ service: 'house', instructions: 'Be brief.' });
    const sage = ann.view.participants.find(({ displayName }) => displayName === 'Sage');
    expect(sage).toMatchObject({ kind: 'externalAI', model: 'wise-1' });
    await scene.say('Good morning, @Sage.');
    await scene.until(() => ended(scene).length === 1);
    expect(ended(scene)).toEqual(['Good morning, Ann.']);
    const [{ body, headers }] = server.calls as [(typeof server.calls)[0]];
    expect(body).toMatchObject({ model: 'wise-1', stream: true, max_tokens: 1_000 });
    expect(headers.authorization).toBeUndefined();
    const [system, user] = body.messages;
    expect(system).toMatchObject({ role: 'system', content: expect.stringContaining('Be brief.') });
    expect(system!.content).toContain('* Ann (human, moderator)');
    expect(user!.content).toContain('[Ann, human]\n| Good morning, @Sage.');
    await scene.say('And how are you, @Sage?');
    await scene.until(() => ended(scene).length === 2);
    const messages = server.calls[1]!.body.messages.slice(1);
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(messages[1]!.content).toBe('Good morning, Ann.');
    expect(scene.problem).toBeNull();
  });

  it('[AI-1] sends the key to its service, and shows it to nobody', async () => {
    vi.stubEnv('HOUSE_KEY', 'sk-secret');
    const scene = await stage({ service: { apiKeyEnv: 'HOUSE_KEY' } });
    vi.unstubAllEnvs();
    scene.server.speak = refuses(401);
    await scene.bring({ service: 'house' });
    await scene.say('Hello, @Sage?');
    await scene.until(() => Boolean(scene.problem));
    expect(scene.server.calls[0]!.headers.authorization).toBe('Bearer sk-secret');
    expect(scene.problem).toEqual({
      code: 'agent.unreachable',
      message: 'The service refuses the key of this hub.',
    });
    const events = await (await fetch(`${scene.hub.url}/v1/conversations/${scene.ann.id}/events`)).text();
    const offers = await (await fetch(`${scene.hub.url}/v1/services`)).json();
    for (const seen of [...scene.logged, events, JSON.stringify(offers), JSON.stringify(scene.ann.view)]) {
      expect(seen).not.toContain('sk-secret');
    }
    expect(offers).toEqual({
      services: [{ name: 'house', provider: 'openai-compatible', model: 'wise-1' }],
      agents: [],
    });
  });

  it('[AI-1] says at the start which key is missing', async () => {
    await expect(stage({ service: { apiKeyEnv: 'NO_SUCH_KEY' } })).rejects.toMatchObject({
      name: 'SettingsError',
      path: 'services.house.apiKeyEnv',
    });
  });

  it('[AI-1] calls a keyless address of a moderator’s by the guarded way out', async () => {
    const scene = await stage();
    const other = await openModelServer();
    await scene.bring({ baseURL: other.baseURL, model: 'own-1' });
    await scene.say('Hello, @Sage?');
    await scene.until(() => ended(scene).length === 1);
    await other.close();
    expect(other.calls[0]!.body.model).toBe('own-1');
    expect(await scene.metrics()).toContain(
      'parley_egress_calls_total{purpose="model",outcome="answered"} 1',
    );
  });

  it('[AI-1] has bounds of its own within those of the operator', async () => {
    const scene = await stage({ service: { contextTokens: 4_000, maxOutputTokens: 700 } });
    await scene.bring({ service: 'house', maxOutputTokens: 300 });
    const more = { service: 'house', contextTokens: 100_000, maxOutputTokens: 5_000 };
    await scene.bring(more, { displayName: 'Thyme' });
    await scene.say('A long story. '.repeat(2_000));
    await scene.say('Well, @Sage?');
    await scene.until(() => ended(scene).length === 1);
    await scene.say('And you, @Thyme?');
    await scene.until(() => ended(scene).length === 2);
    const asked = scene.server.calls.map(({ body }) => body.max_tokens);
    expect(asked).toEqual([300, 700]);
    // Four thousand tokens are not as many letters as the story has.
    expect(JSON.stringify(scene.server.calls[1]!.body.messages).length).toBeLessThan(20_000);
  });

  it.each([
    ['an unknown service', { service: 'none' }, 'request.invalid'],
    ['another model of a service', { service: 'house', model: 'dear-9' }, 'request.invalid'],
    ['an address without a model', { baseURL: 'http://127.0.0.1:9/v1' }, 'request.invalid'],
    ['a private address', { baseURL: 'https://10.0.0.1/v1', model: 'm' }, 'endpoint.blocked'],
    ['a budget in money without prices', { service: 'house', budget: { cost: 1 } }, 'request.invalid'],
    ['no room for a prompt', { service: 'house', contextTokens: 600 }, 'request.invalid'],
  ])('[AI-1] refuses %s, and says so to moderators', async (_, settings, code) => {
    const scene = await stage();
    await scene.bring(settings);
    expect(scene.problem).toMatchObject({ code });
    expect(scene.server.calls).toHaveLength(0);
  });
});

describe('the floor of a model', () => {
  it('[AI-3] [IP-6] an interruption ends the call at once; what was said by then stays', async () => {
    const scene = await stage();
    scene.server.speak = (_, response) => {
      begin(response);
      delta(response, 'It is a long story');
    };
    await scene.bring({ service: 'house' });
    await scene.say('Well, @Sage?');
    await scene.until(() => scene.lines.some(({ text }) => text === 'It is a long story'));
    const sage = scene.ann.view.participants.find(({ displayName }) => displayName === 'Sage')!;
    await scene.ann.floor.revoke(sage.id, 'enough');
    await scene.server.calls[0]!.closed;
    await scene.until(() => ended(scene).length === 1);
    expect(scene.lines[0]).toMatchObject({ text: 'It is a long story', interrupted: true });
    await vi.waitFor(async () =>
      expect(await scene.metrics()).toContain('purpose="turn",outcome="aborted"} 1'),
    );
    expect(scene.problem).toBeNull();
  });

  it('[AI-3] passes once its budget is spent, and moderators are told', async () => {
    const scene = await stage();
    await scene.bring({ service: 'house', budget: { tokens: 1_300 }, maxOutputTokens: 50 });
    for (let turn = 1; scene.problem?.code !== 'budget.spent'; turn += 1) {
      await scene.say(`Number ${turn}, @Sage?`);
      await scene.until(() => ended(scene).length === turn || scene.problem?.code === 'budget.spent');
      expect(turn).toBeLessThan(20);
    }
    const calls = scene.server.calls.length;
    expect(calls).toBeGreaterThan(2);
    await scene.say('Are you there, @Sage?');
    await vi.waitFor(async () => expect(await scene.metrics()).toMatch(/spared_total\{.*\} [1-9]/));
    expect(scene.server.calls).toHaveLength(calls);
    expect(scene.ann.view.floor.holders).toEqual([]);
  });

  it('[AI-3] a budget that is spent stays so when the hub starts again', async () => {
    const data = await mkdtemp(path.join(tmpdir(), 'parley-budget-'));
    try {
      const scene = await stage({ settings: { log: 'sqlite', data } });
      await scene.bring({ service: 'house', budget: { tokens: 10 } });
      await scene.say('Well, @Sage?');
      await scene.until(() => scene.problem?.code === 'budget.spent');
      const { id } = scene.ann;
      const again = await scene.restart();
      const connection = await connect(again.connectLocal);
      const room = await connection.join(id, { kind: 'human', displayName: 'Bob', roles: ['moderator'] });
      await vi.waitFor(() =>
        expect(room.view.participants).toContainEqual(
          expect.objectContaining({ displayName: 'Sage', connection: 'connected' }),
        ),
      );
      await room.withFloor(async (turn) => void (await turn.say('And now, @Sage?')));
      await vi.waitFor(async () => {
        const metrics = await (await fetch(`${again.url}/metrics`)).text();
        expect(metrics).toMatch(/calls_spared_total\{.*\} [1-9]/);
      });
      expect(room.view.bridges[0]!.problem).toMatchObject({ code: 'budget.spent' });
      expect(scene.server.calls).toEqual([]);
      await again.stop();
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  });

  it('[AI-3] waits for its limit, says so, and then speaks without having been asked again', async () => {
    const scene = await stage({ service: { rateLimits: { requestsPerMinute: 15 } } });
    await scene.bring({ service: 'house' });
    const away = new Promise((resolve) =>
      scene.ann.on((event) => event.event === 'presence.changed' && resolve(event.data)),
    );
    for (let turn = 1; turn <= 15; turn += 1) {
      await scene.say(`Number ${turn}, @Sage?`);
      await scene.until(() => ended(scene).length === turn);
    }
    const asked = Date.now();
    await scene.say('And again, @Sage?');
    expect(await away).toMatchObject({ status: 'away', expectedReturn: expect.any(String) });
    // Nobody is kept waiting meanwhile.
    expect(scene.ann.view.floor).toMatchObject({ holders: [], queue: [] });
    await scene.until(() => ended(scene).length === 16);
    expect(Date.now() - asked).toBeGreaterThan(1_500);
  });
});

describe('bids of a model', () => {
  const bidding = { floor: { strategy: { kind: 'bidding', bidWindowMs: 5_000 } } };

  it('[AI-3] says in one short call how much it wants the turn, and then has it', async () => {
    const scene = await stage({ config: bidding });
    scene.server.answer = writes(
      'Sure! ```json\n{"urgency": "0.9", "preview": "A doubt", "pass": false}\n```',
    );
    await scene.bring({ service: 'house' }, { engagement: { kind: 'bid' } });
    void scene.ann.floor.request({ urgency: 0.1 });
    await scene.until(() => ended(scene).length === 1);
    const [bid, turn] = scene.server.calls;
    expect(bid!.body.stream).toBeUndefined();
    expect(bid!.body.max_tokens).toBe(200);
    expect(bid!.body.messages.at(-1)!.content).toContain('"urgency"');
    expect(turn!.body.stream).toBe(true);
    const metrics = await scene.metrics();
    expect(metrics).toContain('purpose="bid",outcome="ok"} 1');
    expect(metrics).toContain('parley_bridge_turns_total{kind="externalAI"} 1');
    expect(metrics).toContain('parley_bridge_tokens_total{kind="externalAI",direction="input"} 200');
  });

  it('[AI-3] passes where its answer cannot be read', async () => {
    const scene = await stage({ config: bidding });
    scene.server.answer = writes('I should rather like to speak now.');
    await scene.bring({ service: 'house' }, { engagement: { kind: 'bid' } });
    const closed = new Promise((resolve) =>
      scene.ann.on((event) => event.event === 'bidding.closed' && resolve(event.data.winner)),
    );
    void scene.ann.floor.request({ urgency: 0.1 });
    expect(await closed).toBe(scene.ann.me);
    expect(scene.server.calls.every(({ body }) => body.stream === undefined)).toBe(true);
    expect(scene.problem).toBeNull();
  });

  it('costs are counted by the operator’s prices', async () => {
    const prices = { inputPerMillion: 1_000, outputPerMillion: 10_000, currency: 'EUR' };
    const scene = await stage({ service: { prices } });
    scene.server.speak = (_, response) => {
      begin(response);
      delta(response, 'Expensive.');
      finish(response);
    };
    await scene.bring({ service: 'house', budget: { cost: 5 } });
    await scene.say('How much, @Sage?');
    await scene.until(() => ended(scene).length === 1);
    await vi.waitFor(async () =>
      expect(await scene.metrics()).toContain(
        'parley_bridge_cost_total{kind="externalAI",currency="EUR"} 0.2',
      ),
    );
  });
});
