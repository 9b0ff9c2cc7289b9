import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import { EmbeddingServer } from '../routing/embedding-server.fixture.ts';
import type { Behaviour } from '../routing/embedding-server.fixture.ts';
import type { TestPeer } from './hub.fixture.ts';
import { call, createConversation, DUPLEX, greet, openHub } from './hub.fixture.ts';

let hub: Hub;
let server: EmbeddingServer;
const peers: TestPeer[] = [];

beforeEach(async () => {
  server = await new EmbeddingServer().start();
  const embedding = { baseURL: server.baseURL, model: 'counting' };
  hub = await openHub({ relevance: { timeoutMs: 250, embedding } });
});
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close();
  await hub.stop();
  await server.stop();
});

interface Member {
  readonly name: string;
  readonly peer: TestPeer;
  readonly token: string;
}

/** Ann asks; bob is after tea, cy after robots, dan has told nothing. */
async function room(scorer: string, dial: (hub: Hub) => Promise<TestPeer>) {
  const config = { routing: { kind: 'intelligent', scorer, threshold: 0.3 } };
  const { id } = await createConversation(hub, { config });
  const enter = async (name: string, interests: string[]): Promise<Member> => {
    const peer = await dial(hub);
    peers.push(peer);
    const { token } = await peer.do('hello');
    await peer.do('conversation.join', id, { kind: 'human', displayName: name, interests });
    return { name, peer, token };
  };
  const members = [
    await enter('ann', ['people']),
    await enter('bob', ['green tea']),
    await enter('cy', ['robots']),
    await enter('dan', []),
  ];
  return { id, ann: members[0]!, members };
}

type Room = Awaited<ReturnType<typeof room>>;

/** Ann says it; who is told of it, by every way of reading. */
async function heardBy({ id, ann, members }: Room, text: string): Promise<string[]> {
  const { grant } = await ann.peer.do('floor.request', id);
  await ann.peer.do('speech', id, { grant, text });
  const heard: string[] = [];
  for (const { name, peer, token } of members) {
    await peer.event('floor.released', ({ data }) => data.grant === grant);
    const pushed = peer.events().some(({ data }) => data.text === text);
    for (const path of ['/events?after=0', '/transcript?format=json', '/catch-up?after=0']) {
      const answer = await call(hub, 'GET', `/v1/conversations/${id}${path}`, { token });
      expect([name, path, JSON.stringify(answer.body).includes(text)]).toEqual([name, path, pushed]);
    }
    if (pushed) heard.push(name);
  }
  return heard;
}

async function outcomes(): Promise<string[]> {
  const { body } = await call(hub, 'GET', '/metrics');
  return (body as string).split('\n').filter((line) => line.startsWith('parley_relevance_scorings_total{'));
}

describe.each(Object.entries(DUPLEX))('over %s', (_, dial) => {
  it.each(['lexical', 'embedding'])(
    '[RT-4] [RT-7] what is said reaches whom it concerns, and nobody else by any way of reading (%s)',
    async (scorer) => {
      const given = await room(scorer, dial);
      expect(await heardBy(given, 'some green tea')).toEqual(['ann', 'bob', 'dan']);
      expect(await heardBy(given, 'new robots')).toEqual(['ann', 'cy', 'dan']);
      expect(await outcomes()).toEqual([
        `parley_relevance_scorings_total{scorer="${scorer}",outcome="scored"} 2`,
      ]);
    },
  );
});

describe('a provider that does not serve', () => {
  it.each<[Behaviour | 'away', string]>([
    ['error', 'failed'],
    ['rateLimited', 'failed'],
    ['garbage', 'failed'],
    ['stalled', 'timeout'],
    ['away', 'failed'],
  ])('[RT-4] (%s) leaves every utterance to all', async (behaviour, outcome) => {
    const given = await room('embedding', DUPLEX['websocket']!);
    if (behaviour === 'away') await server.stop();
    else server.behaviour = behaviour;
    expect(await heardBy(given, 'some green tea')).toEqual(['ann', 'bob', 'cy', 'dan']);
    expect(await outcomes()).toEqual([
      `parley_relevance_scorings_total{scorer="embedding",outcome="${outcome}"} 1`,
    ]);
  });
});

describe('commands over HTTP', () => {
  it('[RT-4] are scored too, and a repetition gets the first answer', async () => {
    const given = await room('embedding', DUPLEX['websocket']!);
    const { id, ann, members } = given;
    const { grant } = await ann.peer.do('floor.request', id);
    const send = (frame: object) =>
      call(hub, 'POST', `/v1/conversations/${id}/commands`, { token: ann.token, body: frame });
    const said = await send({ id: 'h1', op: 'speech', data: { grant, text: 'some green tea' } });
    expect(said.status).toBe(200);
    await members[1]!.peer.event('speech.ended');
    await members[2]!.peer.event('floor.released');
    expect(members[2]!.peer.events().some(({ event }) => event === 'speech.ended')).toBe(false);
    const again = await send({ id: 'h1', op: 'speech', data: { grant, text: 'some green tea' } });
    expect(again.body).toEqual(said.body);
  });
});

describe('a hub without a provider', () => {
  it('[RT-4] refuses a configuration that wants one, with the path, on creating and configuring', async () => {
    const plain = await openHub();
    try {
      const routing = { kind: 'intelligent', scorer: 'embedding' };
      const refused = await call(plain, 'POST', '/v1/conversations', { body: { config: { routing } } });
      expect([refused.status, refused.body.code, refused.body.details.path]).toEqual([
        400,
        'request.invalid',
        'config.routing.scorer',
      ]);
      const { id, token } = await createConversation(plain, { config: { routing: { kind: 'intelligent' } } });
      const peer = await greet(await DUPLEX['websocket']!(plain), token);
      peers.push(peer);
      await peer.do('conversation.join', id, { kind: 'human', displayName: 'Ann' });
      const answer = await peer.ask('conversation.configure', id, { config: { routing } });
      expect(answer['error'].details.path).toBe('config.routing.scorer');
      const patched = await call(plain, 'PATCH', `/v1/conversations/${id}/config`, {
        token,
        body: { routing },
      });
      expect(patched.body.details.path).toBe('config.routing.scorer');
    } finally {
      await plain.stop();
    }
  });
});
