import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import { call, createConversation, dial, greet, openHub, OPERATOR_TOKEN, tokenFor } from './hub.fixture.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await openHub();
});
afterAll(() => hub.stop());

const joining = (displayName: string, kind = 'human') => ({ kind, displayName });

/** Joins over a WebSocket, as a guest of its own. */
async function join(id: string, data: object, token?: string) {
  const peer = await greet(await dial(hub), token);
  return { peer, answer: await peer.ask('conversation.join', id, data) };
}

describe('display names', () => {
  it('[HU-3] one that is too like a member’s is refused with its path, and nothing is appended', async () => {
    const { id } = await createConversation(hub);
    const { peer } = await join(id, joining('Ada'));
    const before = await call(hub, 'GET', `/v1/conversations/${id}`);
    for (const name of ['Ada', 'ada', 'Аdа', 'A\u200Bda', '𝐀𝐝𝐚', 'Ａｄａ']) {
      const { peer: other, answer } = await join(id, joining(name, 'agent'));
      expect(answer, name).toMatchObject({
        ok: false,
        error: {
          code: 'request.invalid',
          details: {
            path: 'data.displayName',
            expected: 'a name that nobody here has (it is too like "Ada")',
          },
        },
      });
      other.close();
    }
    const http = await call(hub, 'POST', `/v1/conversations/${id}/participants`, { body: joining('ADA') });
    // Where the body is the data, the path begins in the body.
    expect(http).toMatchObject({
      status: 400,
      body: {
        detail: 'displayName: expected a name that nobody here has (it is too like "Ada")',
        details: { path: 'displayName' },
      },
    });
    expect((await call(hub, 'GET', `/v1/conversations/${id}`)).body.seq).toBe(before.body.seq);
    const { answer } = await join(id, joining('Adam'));
    expect(answer).toMatchObject({ ok: true });
    peer.close();
  });

  it('[HU-3] who comes back keeps its name, and in another conversation it is free', async () => {
    const ada = await tokenFor(hub, 'ada');
    const first = await createConversation(hub, {}, ada);
    const second = await createConversation(hub, {}, ada);
    const { peer } = await join(first.id, joining('Ada'), ada);
    peer.close();
    await peer.closing();
    const again = await join(first.id, joining('Ada'), ada);
    expect(again.answer).toMatchObject({ ok: true });
    const { answer } = await join(second.id, joining('Ada'));
    expect(answer).toMatchObject({ ok: true });
  });

  it('[HU-3] the hub’s own, and those that nobody sees, are refused at a join and for a bridge', async () => {
    const { id, token } = await createConversation(hub);
    const { peer, answer } = await join(id, joining('Ada'), token);
    expect(answer).toMatchObject({ ok: true });
    for (const name of ['Parley', 'ЅYSTЕM', '\u200B\u2060']) {
      const refused = { code: 'request.invalid', details: { path: 'data.displayName' } };
      const bridge = { kind: 'localAgent', settings: { agent: 'a' }, displayName: name };
      expect((await peer.ask('bridge.add', id, bridge))['error'], name).toMatchObject(refused);
      expect((await join(id, joining(name))).answer['error'], name).toMatchObject(refused);
    }
    const like = { kind: 'localAgent', settings: { agent: 'a' }, displayName: 'АDА' };
    expect((await peer.ask('bridge.add', id, like))['error']).toMatchObject({
      details: { expected: 'a name that nobody here has (it is too like "Ada")' },
    });
  });
});

describe('what is shown of a participant', () => {
  it('[HU-3] model and owner come from the token, and nobody gives them to oneself', async () => {
    const { body } = await call(hub, 'POST', '/v1/tokens', {
      token: OPERATOR_TOKEN,
      body: { subject: 'robot', kinds: ['agent'], ttlSeconds: 60, model: 'qwen3-32b', owner: 'Ada Ltd' },
    });
    const { id } = await createConversation(hub);
    for (const own of [{ model: 'better' }, { owner: 'the Queen' }, { verified: true }]) {
      const { answer } = await join(id, { ...joining('Robot', 'agent'), ...own }, body.token);
      expect(answer['error']).toMatchObject({
        code: 'request.invalid',
        details: { path: `data.${Object.keys(own)[0]}` },
      });
    }
    const { answer } = await join(
      id,
      { ...joining('Robot', 'agent'), metadata: { owner: 'me' } },
      body.token,
    );
    const { participants } = answer['data'].catchUp.state;
    expect(participants).toMatchObject([
      { displayName: 'Robot', kind: 'agent', model: 'qwen3-32b', owner: 'Ada Ltd', verified: false },
    ]);
  });

  it('[HU-1] by what it takes part, over whatever channel it came, and what that can do', async () => {
    const { id } = await createConversation(hub);
    const console = { name: 'console', streaming: true, notifications: false, offline: true };
    await join(id, { ...joining('Ada'), interface: console });
    await call(hub, 'POST', `/v1/conversations/${id}/participants`, {
      body: { ...joining('Bo'), interface: 'curl' },
    });
    const { body } = await call(hub, 'GET', `/v1/conversations/${id}`);
    expect(body.participants).toMatchObject([{ interface: console }, { interface: 'curl' }]);
    const wrong = await join(id, { ...joining('Cy'), interface: { name: 'x', colour: true } });
    expect(wrong.answer['error']).toMatchObject({ details: { path: 'data.interface.colour' } });
  });
});
