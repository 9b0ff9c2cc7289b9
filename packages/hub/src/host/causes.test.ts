import { expect, test } from 'vitest';
import type { Submission } from './submission.ts';
import { HostWorld } from './host.fixture.ts';

/** Ann holds the floor; each thing she does gives its event's type and cause. */
async function scene() {
  const world = new HostWorld();
  await world.create('cnv_1', ['ann', 'bob']);
  const { data } = await world.ok('cnv_1', 'ann', 'floor.request', {});
  const caused = async (command: Pick<Submission, 'op' | 'data'>, more: Partial<Submission> = {}) => {
    await world.ok('cnv_1', 'ann', command.op, command.data as never, more as never);
    return world.commits.at(-1)!.events.map(({ type, cause }) => [type, cause]);
  };
  return { world, grant: Number(data['grant']), caused };
}

const topic = { op: 'topic.set', data: { topic: 'Tea' } } as const;

test('[CS-3] an event rests on what its author said or acknowledged to have seen', async () => {
  const { caused } = await scene();
  expect(await caused(topic)).toEqual([['topic.changed', 0]]);
  expect(await caused(topic, { basedOn: 4 })).toEqual([['topic.changed', 4]]);
  expect(await caused(topic, { acknowledged: 3 })).toEqual([['topic.changed', 3]]);
  expect(await caused(topic, { basedOn: 2, acknowledged: 3 })).toEqual([['topic.changed', 3]]);
});

test('[CS-3] an utterance rests on the whole of the one that it answers, and so does a rating', async () => {
  const { world, grant, caused } = await scene();
  const say = (data: object) => ({
    op: 'speech' as const,
    data: { grant, text: 'Indeed.', final: false, ...data },
  });
  await caused(say({}));
  const first = world.commits.at(-1)!.events[0]!.seq!;
  expect(await caused(say({ inReplyTo: first }))).toEqual([['speech.ended', first]]);
  const streamed = await world.ok('cnv_1', 'ann', 'speech.start', { grant });
  const utterance = String(streamed.data['utterance']);
  await world.ok('cnv_1', 'ann', 'topic.set', { topic: 'meanwhile' });
  await world.ok('cnv_1', 'ann', 'speech.end', { utterance, final: false });
  const end = world.commits.at(-1)!.events.find(({ type }) => type === 'speech.ended')!.seq!;
  expect(end).toBeGreaterThan(streamed.seq);
  expect(await caused(say({ inReplyTo: utterance }))).toEqual([['speech.ended', end]]);
  expect(await caused({ op: 'reaction.add', data: { to: utterance, kind: 'like' } })).toEqual([
    ['reaction.added', end],
  ]);
});

test('[CS-3] what another process wrote rests on all that comes before it', async () => {
  const { world } = await scene();
  const other = world.restarted();
  await other.host.state('cnv_1');
  await world.ok('cnv_1', 'bob', 'topic.set', { topic: 'mine' });
  await other.ok('cnv_1', 'bob', 'topic.set', { topic: 'yours' });
  const foreign = other.commits.flatMap(({ events }) => events).find(({ json }) => json.includes('"mine"'))!;
  expect(foreign.cause).toBe(foreign.seq! - 1);
});
