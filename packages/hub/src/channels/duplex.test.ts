import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import { createConversation, DUPLEX, greet, openHub } from './hub.fixture.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await openHub();
});
afterAll(() => hub.stop());

const human = { kind: 'human', displayName: 'Ann' };

describe.each(Object.entries(DUPLEX))('over %s', (_name, connect) => {
  it('[CN-1] greets with principal, protocol, heartbeat and time, and gives a guest its token', async () => {
    const peer = await connect(hub);
    const data = await peer.do('hello', undefined, { client: 'test' });
    expect(data).toMatchObject({ protocol: '1.0.0', heartbeatMs: 15_000 });
    expect(data.principal).toMatch(/^gst_/);
    expect(data.token.split('.')).toHaveLength(3);
    expect(Math.abs(Date.parse(data.serverTime) - Date.now())).toBeLessThan(5_000);
    peer.close();
  });

  it('lets frames be sent without waiting for the answers to hello and join', async () => {
    const { id } = await createConversation(hub);
    const peer = await connect(hub);
    const frames = [
      { id: '1', op: 'hello', data: {} },
      { id: '2', op: 'conversation.join', conversation: id, data: human },
      { id: '3', op: 'floor.request', conversation: id, data: {} },
    ];
    for (const frame of frames) peer.sendText(JSON.stringify(frame));
    await peer.until('all replies', () => peer.frames.filter((frame) => frame['ok'] === true).length === 3);
    expect(peer.frames.slice(0, 3).map((frame) => frame['re'])).toEqual(['1', '2', '3']);
    peer.close();
  });

  it('asks for hello first, and answers whoever has not joined the same whether it is there or not', async () => {
    const { id } = await createConversation(hub);
    const peer = await connect(hub);
    expect(await peer.ask('floor.request', id)).toMatchObject({
      ok: false,
      error: { code: 'auth.required' },
    });
    await greet(peer);
    expect(await peer.ask('floor.request', id)).toMatchObject({ error: { code: 'participant.not_joined' } });
    expect(await peer.ask('floor.request', 'cnv_missing')).toMatchObject({ error: { code: 'not_found' } });
    expect(await peer.ask('conversation.join', 'cnv_missing', human)).toMatchObject({
      error: { code: 'not_found' },
    });
    peer.close();
  });
});
