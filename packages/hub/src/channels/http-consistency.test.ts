import { withEarly } from '@parley/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import { eventOf } from './http/sse.ts';
import type { AnyFrame, WebSocketPeer } from './hub.fixture.ts';
import { call, createConversation, dial, greet, openHub, rememberCauses } from './hub.fixture.ts';

let hub: Hub;
const causes = rememberCauses();
beforeAll(async () => {
  hub = await openHub({}, causes);
});
afterAll(() => hub.stop());

/** Ann by WebSocket, and an agent that calls, in a conversation with views of this level. */
async function scene(consistency: object) {
  const { id } = await createConversation(hub, { config: { consistency } });
  const ann: WebSocketPeer = await greet(await dial(hub));
  await ann.do('conversation.join', id, { kind: 'human', displayName: 'Ann' });
  const path = `/v1/conversations/${id}`;
  const { body } = await call(hub, 'POST', `${path}/participants`, {
    body: { kind: 'agent', displayName: 'Poll' },
  });
  const { token, participant, seq } = body as { token: string; participant: string; seq: number };
  const events = (query: string, headers: Record<string, string> = {}) =>
    call(hub, 'GET', `${path}/events?${query}`, { token, headers });
  const command = (frame: object) => call(hub, 'POST', `${path}/commands`, { token, body: frame });
  const say = async (): Promise<number> => {
    const { grant } = await ann.do('floor.request', id);
    const { utterance } = await ann.do('speech', id, { grant, text: 'Hear me.' });
    const ended = await ann.event('speech.ended', (frame) => frame['data'].utterance === utterance);
    ann.ack(id, ended['seq']);
    return ended['seq'] as number;
  };
  const granted = (after: number) => ann.event('floor.granted', (frame) => frame['seq'] > after);
  return { id, path, ann, token, participant, seq, events, command, say, granted };
}

it('[CS-1][CN-3] a poll after N acknowledges N', async () => {
  const { id, ann, seq, events, say, granted } = await scene({ kind: 'strong', barrierTimeoutMs: 60_000 });
  const said = await say();
  expect(await ann.do('floor.request', id)).toMatchObject({ status: 'accepted' });
  const { body } = await events(`after=${seq}`);
  expect(body.events.map((event: AnyFrame) => event['event'])).toContain('speech.ended');
  await events(`after=${said - 1}`);
  expect(ann.events().some((event) => event['event'] === 'floor.granted' && event['seq'] > said)).toBe(false);
  await events(`after=${body.next}`);
  await granted(said);
  ann.close();
});

it('[CS-1] a stream acknowledges what it begins after, and the rest by the command', async () => {
  const { id, ann, token, path, command, say, granted } = await scene({
    ...{ kind: 'strong', barrierTimeoutMs: 60_000 },
  });
  const said = await say();
  await ann.do('floor.request', id);
  const abort = new AbortController();
  await fetch(`${hub.url}${path}/events`, {
    headers: {
      ...{ accept: 'text/event-stream', authorization: `Bearer ${token}`, 'last-event-id': `${said}` },
    },
    signal: abort.signal,
  });
  const { data } = await granted(said);
  await ann.do('speech', id, { grant: data.grant, text: 'Again.' });
  const again = await ann.event('speech.ended', (frame) => frame['seq'] > said);
  ann.ack(id, again['seq']);
  await ann.do('floor.request', id);
  const refused = await command({ id: 'a1', op: 'ack', data: { seq: 9_999 } });
  expect([refused.status, refused.body.details]).toMatchObject([400, { path: 'data.seq' }]);
  expect((await command({ id: 'a2', op: 'ack', data: { seq: again['seq'] } })).body).toMatchObject({
    ok: true,
  });
  await granted(again['seq']);
  abort.abort();
  ann.close();
});

it('[CS-3] what somebody does by HTTP rests on the seq after which it last asked', async () => {
  const { id, ann, seq, events, command } = await scene({ kind: 'causal' });
  const cause = async (frame: object): Promise<number | undefined> => {
    const { body } = await command({ op: 'topic.set', data: { topic: 'Tea' }, ...frame });
    return causes.of(id, body.seq);
  };
  expect(await cause({ id: 'c1' })).toBe(seq);
  await events(`after=${seq + 1}`);
  expect(await cause({ id: 'c2' })).toBe(seq + 1);
  expect(await cause({ id: 'c3', basedOn: seq + 2 })).toBe(seq + 2);
  ann.close();
});

it('[CS-4] a stream begins at the head, and tells first how much it leaves out', async () => {
  const { id, ann, token, path, seq, participant } = await scene({ kind: 'bestEffort' });
  for (const topic of ['one', 'two', 'three']) await ann.do('topic.set', id, { topic });
  const abort = new AbortController();
  const response = await fetch(`${hub.url}${path}/events?after=${seq}`, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` },
    signal: abort.signal,
  });
  let text = '';
  const decoder = new TextDecoder();
  let asked = false;
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (!asked && text.includes('delivery.dropped')) {
      asked = true;
      void ann.do('topic.set', id, { topic: 'now' });
    }
    if (text.includes('"now"')) break;
  }
  abort.abort();
  const frames = [...text.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1]!) as AnyFrame);
  expect(frames).toMatchObject([
    { event: 'delivery.dropped', data: { participant, count: 3 } },
    { event: 'topic.changed', after: seq + 3, seq: seq + 4 },
  ]);
  // Reading page by page is asking for what is old, and gets it.
  const { body } = await call(hub, 'GET', `${path}/events?after=${seq}`, { token });
  expect(body.events).toHaveLength(4);
  ann.close();
});

it('[CS-3] an event that is sent early is no place to resume from: its stream event has no id', () => {
  const json = '{"event":"topic.changed","conversation":"cnv_1","seq":9,"data":{}}';
  expect(Buffer.from(eventOf(`{"after":8,${json.slice(1)}`)).toString()).toContain('id: 9\n');
  expect(Buffer.from(eventOf(withEarly(json, 8))).toString()).toBe(`data: ${withEarly(json, 8)}\n\n`);
});

it('[CS-1] a participant that joins by HTTP chooses its level too', async () => {
  const { id } = await createConversation(hub);
  const join = (consistency: object) =>
    call(hub, 'POST', `/v1/conversations/${id}/participants`, {
      body: { kind: 'agent', displayName: 'Poll', consistency },
    });
  expect((await join({ kind: 'none' })).body).toMatchObject({
    code: 'request.invalid',
    details: { path: 'consistency.kind' },
  });
  const { body } = await join({ kind: 'causal' });
  expect(body.catchUp.state.participants).toMatchObject([{ consistency: { kind: 'causal' } }]);
});
