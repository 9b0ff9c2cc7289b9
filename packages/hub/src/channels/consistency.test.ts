import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import type { AnyFrame, TestPeer } from './hub.fixture.ts';
import { createConversation, DUPLEX, greet, openHub, rememberCauses } from './hub.fixture.ts';

let hub: Hub;
const causes = rememberCauses();
beforeAll(async () => {
  hub = await openHub({ limits: { commandsPerSecond: 20_000, commandsBurst: 20_000 } }, causes);
});
afterAll(() => hub.stop());

const human = { kind: 'human', displayName: 'Ann' };
const agent = { kind: 'agent', displayName: 'Bot' };
const room = async (consistency: object): Promise<string> =>
  (await createConversation(hub, { config: { consistency } })).id;

interface Member {
  readonly peer: TestPeer;
  readonly id: string;
  readonly resume: { participant: string; token: string; epoch: string; seq: number };
  readonly resumed: boolean;
  readonly seq: number;
}

const member = (peer: TestPeer, data: AnyFrame): Member => ({
  ...{ peer, id: data['participant'], resumed: data['resumed'], seq: data['seq'] },
  resume: {
    participant: data['participant'],
    token: data['resumeToken'],
    epoch: data['epoch'],
    seq: data['seq'],
  },
});

describe.each(Object.entries(DUPLEX))('over %s', (_name, connect) => {
  const join = async (conversation: string, data: object = human): Promise<Member> => {
    const peer = await greet(await connect(hub));
    return member(peer, await peer.do('conversation.join', conversation, data));
  };
  const say = async ({ peer }: Member, conversation: string): Promise<number> => {
    const { grant } = await peer.do('floor.request', conversation);
    const { utterance } = await peer.do('speech', conversation, { grant, text: 'Hear me.' });
    return (await peer.event('speech.ended', (frame) => frame['data'].utterance === utterance))['seq'];
  };
  const close = (...members: readonly Member[]): void => {
    for (const { peer } of members) peer.close();
  };

  it('[CS-1] a command based on what was before the last utterance is refused', async () => {
    const id = await room({ kind: 'strong' });
    const ann = await join(id);
    const seq = await say(ann, id);
    const based = (basedOn: number) =>
      ann.peer.ask('topic.set', id, { topic: 'Tea' }, undefined, { basedOn });
    expect(await based(seq - 1)).toMatchObject({
      error: { code: 'context.conflict', details: { lastUtterance: seq } },
    });
    expect(await based(seq)).toMatchObject({ ok: true });
    close(ann);
  });

  it('[CS-1] who resumes has what it says, and who is given the state has all', async () => {
    const id = await room({ kind: 'strong', barrierTimeoutMs: 60_000 });
    const [ann, bot] = [await join(id), await join(id, agent)];
    bot.peer.close();
    await ann.peer.event('participant.disconnected');
    const seq = await say(ann, id);
    ann.peer.ack(id, seq);
    const back = await join(id, { ...agent, resume: bot.resume });
    expect(back.resumed).toBe(true);
    expect(await ann.peer.do('floor.request', id)).toMatchObject({ status: 'accepted' });
    // What it acknowledges from then on counts, though it is older than its return.
    back.peer.ack(id, seq);
    const { data } = await ann.peer.event('floor.granted', (frame) => frame['seq'] > seq);
    await ann.peer.do('speech', id, { grant: data.grant, text: 'And this?' });
    const { seq: later } = await ann.peer.event('speech.ended', (frame) => frame['seq'] > seq);
    ann.peer.ack(id, later);
    expect(await ann.peer.do('floor.request', id)).toMatchObject({ status: 'accepted' });
    const again = await join(id, { ...agent, resume: { ...back.resume, epoch: 'epc_other' } });
    expect(again.resumed).toBe(false);
    await ann.peer.event('floor.granted', (frame) => frame['seq'] > later);
    close(ann, again);
  });

  it('[CS-1] an acknowledgement is answered only where it cannot be true', async () => {
    const id = await room({ kind: 'eventual' });
    const ann = await join(id);
    ann.peer.ack(id, ann.seq);
    expect(await ann.peer.ask('ack', id, { seq: 9_999 })).toMatchObject({
      error: { code: 'request.invalid', details: { path: 'data.seq' } },
    });
    expect(await ann.peer.ask('ack', 'cnv_elsewhere', { seq: 1 })).toMatchObject({
      error: { code: 'participant.not_joined' },
    });
    expect(ann.peer.frames.filter((frame) => frame['re'] !== undefined && frame['ok'] === true)).toHaveLength(
      2,
    );
    close(ann);
  });

  it('[CS-1] a participant chooses how its own view is kept, and everybody sees it', async () => {
    const id = await room({ kind: 'eventual' });
    const ann = await join(id);
    const bot = await join(id, { ...agent, consistency: { kind: 'strong' } });
    const joined = await ann.peer.event('participant.joined');
    const chosen = { kind: 'strong', barrierTimeoutMs: 5_000 };
    expect(joined['data'].participant).toMatchObject({ id: bot.id, consistency: chosen });
    const wrong = { ...agent, consistency: { kind: 'strong', barrierTimeoutMs: 0 } };
    const peer = await greet(await connect(hub));
    expect(await peer.ask('conversation.join', id, wrong)).toMatchObject({
      error: { code: 'request.invalid', details: { path: 'data.consistency.barrierTimeoutMs' } },
    });
    peer.close();
    close(ann, bot);
  });

  it('[CS-2] what happens within holdMs comes together', async () => {
    const id = await room({ kind: 'eventual', holdMs: 150, maxLagMs: 200 });
    const [ann, bot] = [await join(id), await join(id, agent)];
    await bot.peer.do('topic.set', id, { topic: 'one' });
    await bot.peer.do('topic.set', id, { topic: 'two' });
    expect(ann.peer.events().some((event) => event['event'] === 'topic.changed')).toBe(false);
    await ann.peer.event('topic.changed');
    const topics = ann.peer.events().filter((event) => event['event'] === 'topic.changed');
    expect(topics.map((event) => event['data'].topic)).toEqual(['one', 'two']);
    close(ann, bot);
  });

  it('[CS-2] who missed as much as snapshotBeyond gets the events, who missed one more the state', async () => {
    const id = await room({ kind: 'eventual', snapshotBeyond: 3 });
    const [ann, bot] = [await join(id), await join(id, agent)];
    const missing = async (count: number, from: Member): Promise<Member> => {
      from.peer.close();
      await bot.peer.event('participant.disconnected', (frame) => frame['seq'] > from.seq);
      const { seq } = await bot.peer.ask('topic.set', id, { topic: `${count}` });
      return join(id, { ...human, resume: { ...from.resume, seq: seq - count } });
    };
    const far = await missing(4, ann);
    const near = await missing(3, far);
    expect([far.resumed, near.resumed]).toEqual([false, true]);
    close(bot, near);
  });

  it('[CS-3] what somebody does rests on what it acknowledged, or says to have seen', async () => {
    const id = await room({ kind: 'causal' });
    const ann = await join(id);
    const cause = async (more: Readonly<Record<string, unknown>> = {}): Promise<number | undefined> => {
      const { seq } = await ann.peer.ask('topic.set', id, { topic: 'Tea' }, undefined, more);
      return causes.of(id, seq);
    };
    expect(await cause()).toBe(ann.seq);
    ann.peer.ack(id, ann.seq + 1);
    expect(await cause()).toBe(ann.seq + 1);
    expect(await cause({ basedOn: ann.seq + 2 })).toBe(ann.seq + 2);
    close(ann);
  });

  it('[CS-3] what is new comes before the backlog of who resumes, and the chain closes', async () => {
    const id = await room({ kind: 'causal' });
    const [ann, bot] = [await join(id), await join(id, agent)];
    ann.peer.close();
    await bot.peer.event('participant.disconnected');
    const { grant } = await bot.peer.do('floor.request', id);
    const text = 'x'.repeat(32_000);
    for (let index = 0; index < 60; index += 1) {
      await bot.peer.do('speech', id, { grant, text, final: false });
    }
    // Two megabytes are read in many turns of the event loop: what is said when Ann is back is early, or
    // the machine was busy with something else, and she comes back once more.
    let back = await join(id, { ...human, resume: ann.resume });
    for (let attempt = 0; ; attempt += 1) {
      await bot.peer.event('participant.returned', (frame) => frame['seq'] === back.seq);
      const { seq: end } = await bot.peer.ask('topic.set', id, { topic: 'now' });
      const durable = () => back.peer.events().filter((event) => event['seq'] !== undefined);
      await back.peer.until('everything', () => durable().length === end - ann.seq);
      const inOrder = durable().toSorted((a, b) => a['seq'] - b['seq']);
      expect(inOrder.map((event) => [event['after'], event['seq']])).toEqual(
        Array.from({ length: end - ann.seq }, (_, index) => [ann.seq + index, ann.seq + index + 1]),
      );
      const early = durable().filter((event) => event['early'] === true);
      if (early.length > 0) {
        expect(early).toMatchObject([{ event: 'topic.changed', after: end - 1 }]);
        expect(durable().at(-1)).not.toBe(early[0]);
        break;
      }
      expect(attempt).toBeLessThan(10);
      back = await join(id, { ...human, resume: { ...back.resume, seq: ann.seq } });
    }
    close(bot, back);
  }, 20_000);
});
