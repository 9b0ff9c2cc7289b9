import { afterEach, describe, expect, it } from 'vitest';
import type { Hub } from './app.ts';
import { openModelServer, says } from './catch-up/model.fixture.ts';
import type { TestPeer } from './channels/hub.fixture.ts';
import { call, createConversation, dial, DUPLEX, greet, openHub } from './channels/hub.fixture.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function hubWith(values: Readonly<Record<string, unknown>> = {}): Promise<Hub> {
  const hub = await openHub(values);
  closing.push(() => hub.stop());
  return hub;
}

const human = (displayName: string) => ({ kind: 'human', displayName });

async function say(peer: TestPeer, id: string, text: string, more: object = {}): Promise<number> {
  const { grant } = await peer.do('floor.request', id);
  const reply = await peer.ask('speech', id, { grant, text, ...more });
  expect(reply).toMatchObject({ ok: true });
  return (grant as number) + 1;
}

/** Ann is away while bob speaks: 40 utterances, more than a hundred events. */
async function missed(hub: Hub, connect: (hub: Hub) => Promise<TestPeer> = dial, config: object = {}) {
  const { id, token } = await createConversation(hub, { config });
  const bob = await greet(await connect(hub));
  await bob.do('conversation.join', id, human('Bob'));
  const ann = await greet(await connect(hub), token);
  const joined = await ann.do('conversation.join', id, human('Ann'));
  const { participant, resumeToken, epoch, seq } = joined;
  ann.close();
  await bob.event('participant.disconnected');
  const { decision } = await bob.do('decision.record', id, { text: 'Two lanes.', basedOn: seq });
  for (let turn = 0; turn < 40; turn += 1) await say(bob, id, `turn ${turn}`);
  const asked = await say(bob, id, 'Steel, Ann?', { addressedTo: [participant], expectsReply: true });
  const resume = { participant, token: resumeToken, epoch, seq };
  return { id, token, bob, resume, asked, decided: Number(decision.slice(4)) };
}

describe.each(Object.entries(DUPLEX))('over %s', (_, connect) => {
  it('[CU-2] who comes back gets a summary with what it was asked, whose seqs are in the log', async () => {
    const hub = await hubWith();
    const { id, token, resume, asked, decided } = await missed(hub, connect);
    const back = await greet(await connect(hub), token);
    const { resumed, catchUp } = await back.do('conversation.join', id, { ...human('Ann'), resume });
    expect(resumed).toBe(true);
    expect(catchUp.events).toHaveLength(20);
    expect(catchUp.summary.text).toContain(`Bob asked you: “Steel, Ann?” [#${asked}]`);
    expect(catchUp.summary.text).toContain(`Decided: “Two lanes.” (Bob) [#${decided}]`);
    expect(catchUp.waiting).toContainEqual(expect.objectContaining({ kind: 'question', seq: asked }));
    const all = await call(hub, 'GET', `/v1/conversations/${id}/events?after=${resume.seq}&limit=500`, {
      token,
    });
    const seqs = all.body.events.map((event: { seq: number }) => event.seq) as number[];
    expect(catchUp.summary.cites.every((seq: number) => seqs.includes(seq))).toBe(true);
    const asIs = await call(hub, 'GET', `/v1/conversations/${id}/catch-up?after=${resume.seq}`, { token });
    expect(asIs.body.summary.text).toContain('“Steel, Ann?”');
  });
});

describe('with a model', () => {
  it('[CU-2] its words are the summary; where it fails, there is one all the same, and it is counted', async () => {
    const server = await openModelServer();
    closing.push(() => server.close());
    process.env['SUMMARIES_TEST_KEY'] = 'k3y';
    const model = { baseURL: server.baseURL, model: 'small', apiKeyEnv: 'SUMMARIES_TEST_KEY' };
    const hub = await hubWith({ summaries: { model } });
    delete process.env['SUMMARIES_TEST_KEY'];
    const { id, token, resume, asked } = await missed(hub);
    const read = async () =>
      (await call(hub, 'GET', `/v1/conversations/${id}/catch-up?after=${resume.seq}`, { token })).body
        .summary;
    server.behave = says(`Bob wants to know about steel. [#${asked}]`);
    expect(await read()).toMatchObject({
      text: `Bob wants to know about steel. [#${asked}]`,
      cites: [asked],
    });
    expect(server.requests[0]?.authorization).toBe('Bearer k3y');
    server.behave = (_, response) => response.writeHead(500).end();
    expect((await read()).text).toContain('Bob asked you');
    const metrics = (await call(hub, 'GET', '/metrics')).body as string;
    expect(metrics).toContain('parley_summary_model_total{outcome="ok"} 1');
    expect(metrics).toContain('parley_summary_model_total{outcome="failed"} 1');
  });

  it('says at the start that the key is missing that the settings name', async () => {
    const model = { baseURL: 'http://127.0.0.1:9/v1', model: 'small', apiKeyEnv: 'SUMMARIES_TEST_NO_KEY' };
    await expect(hubWith({ summaries: { model } })).rejects.toMatchObject({
      path: 'summaries.model.apiKeyEnv',
      expected: 'a value in SUMMARIES_TEST_NO_KEY',
    });
  });
});

it('[CU-1] a summary is recorded after so many utterances, everybody hears it, newcomers are given it', async () => {
  const hub = await hubWith();
  const { id, bob } = await missed(hub, dial, { history: { summaryEvery: 41 } });
  const recorded = await bob.event('summary.recorded');
  expect(recorded['by']).toBeUndefined();
  const cy = await greet(await dial(hub));
  const { catchUp } = await cy.do('conversation.join', id, { ...human('Cy'), catchUp: { last: 0 } });
  expect(catchUp.summary).toEqual(recorded['data']);
  expect(await cy.ask('summary.record', id, recorded['data'])).toMatchObject({ ok: false });
});
