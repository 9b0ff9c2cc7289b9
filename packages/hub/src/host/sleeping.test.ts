import { expect, test } from 'vitest';
import { HostWorld, turns } from './host.fixture.ts';

const task = (text: string) => ({ kind: 'task', text }) as const;

/** `id` with nobody connected and nothing due. */
async function leave(world: HostWorld, id: string): Promise<void> {
  await world.create(id, ['a']);
  await world.ok(id, 'a', 'conversation.leave', {});
}

test('[PR-4] an unattended conversation goes from memory and wakes on the next command', async () => {
  const world = new HostWorld({ limits: { sleepAfterMs: 1_000 } });
  await world.host.start();
  await leave(world, 'cnv_1');
  await world.create('cnv_2', ['a']);
  await world.clock.advance(3_000);
  // Somebody is connected to cnv_2.
  expect(world.host.awake).toBe(1);
  const [first, second] = await Promise.all([world.join('cnv_1', 'b'), world.join('cnv_1', 'c')]);
  expect([first.seq, second.seq]).toEqual([4, 5]);
  expect(world.host.awake).toBe(2);
  expect(world.types()).not.toContain('participant.disconnected');
});

test('[CU-3] going to sleep keeps a snapshot, and waking reads no more than what follows it', async () => {
  const world = new HostWorld({ limits: { sleepAfterMs: 1_000 } });
  await world.host.start();
  await world.create('cnv_1', ['a']);
  for (let turn = 0; turn < 30; turn += 1) await world.say('cnv_1', 'a', `turn ${turn}`);
  await world.ok('cnv_1', 'a', 'conversation.leave', {});
  const { seq } = (await world.host.state('cnv_1'))!;
  await world.clock.advance(3_000);
  expect(world.host.awake).toBe(0);
  expect((await world.faults.inner.latestSnapshot('cnv_1'))?.seq).toBe(seq);
  expect((await world.host.state('cnv_1'))?.seq).toBe(seq);
  const { summary } = (await world.faults.inner.list({}, { limit: 1 })).conversations[0]!;
  await world.join('cnv_1', 'b');
  const woken = (await world.faults.inner.list({}, { limit: 1 })).conversations[0]!.summary;
  expect(JSON.parse(woken).lastLine).toEqual(JSON.parse(summary).lastLine);
});

test('a snapshot of another version is passed over', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  const head = (await world.faults.inner.head('cnv_1'))!;
  await world.faults.inner.saveSnapshot('cnv_1', { ...head, state: '{"version":0,"state":{}}' });
  const state = await world.restarted().host.state('cnv_1');
  expect(state?.seq).toBe(head.seq);
  expect(Object.keys(state?.participants ?? {})).toEqual(['a']);
});

test('concurrent wakes share one reading of the log', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  const after = world.restarted();
  await Promise.all([
    after.host.state('cnv_1'),
    after.ok('cnv_1', 'a', 'item.open', task('x')),
    after.host.state('cnv_1'),
  ]);
  expect(after.faults.calls['latestSnapshot']).toBe(1);
});

test('[CN-2] at most so many are awake: idle ones go first, and the deadline of who went is kept', async () => {
  const world = new HostWorld({ limits: { awakeMax: 3 } });
  await world.host.start();
  for (const id of ['cnv_1', 'cnv_2', 'cnv_3', 'cnv_4', 'cnv_5']) await leave(world, id);
  expect(world.host.awake).toBe(3);
  await world.create('cnv_6', ['a']);
  await world.ok('cnv_6', null, 'connection.lost', { participant: 'a' });
  for (const id of ['cnv_1', 'cnv_2', 'cnv_3']) await world.host.state(id);
  expect(world.host.awake).toBe(3);
  await world.clock.advance(31_000);
  await turns();
  // Its grace ended while it was out of memory.
  const left = world.commits.find(
    ({ conversation, events }) => conversation === 'cnv_6' && events[0]?.type === 'participant.left',
  );
  expect(left).toBeDefined();
});

test('[CN-2] who comes when every place is held by speakers is refused, and nobody loses a word', async () => {
  const world = new HostWorld({ limits: { awakeMax: 2 } });
  for (const id of ['cnv_1', 'cnv_2']) {
    await world.create(id, ['a']);
    await world.ok(id, 'a', 'floor.request', {});
  }
  const data = { id: 'cnv_3', epoch: 'e', title: '', createdBy: 's', config: {} };
  const outcome = await world.submit('cnv_3', null, 'conversation.create', data);
  expect(outcome).toMatchObject({ ok: false, rejection: { code: 'hub.overloaded' } });
  await expect(world.host.state('cnv_4')).rejects.toThrow('too many conversations are awake');
  await world.ok('cnv_1', 'a', 'floor.release', {});
  await turns();
  expect((await world.submit('cnv_3', null, 'conversation.create', data)).ok).toBe(true);
  // cnv_1 was dropped although somebody is connected: it wakes without being told of a restart.
  await world.ok('cnv_2', 'a', 'floor.release', {});
  await turns();
  await world.ok('cnv_1', 'a', 'item.open', task('still here'));
  expect(world.types()).not.toContain('participant.disconnected');
});

test('a restart is told to every attended conversation, and grace starts then', async () => {
  const world = new HostWorld();
  for (let index = 0; index < 50; index += 1) await world.create(`cnv_${index}`, ['a', 'b']);
  await leave(world, 'cnv_unattended');
  await world.clock.advance(3_600_000);
  const after = world.restarted({ limits: { wakesAtOnce: 3 } });
  await after.host.start();
  await after.host.restarted;
  const told = after.commits.filter(({ events }) => events[0]?.type === 'participant.disconnected');
  expect(new Set(told.map(({ conversation }) => conversation)).size).toBe(50);
  expect(told.every(({ at }) => at === after.clock.now())).toBe(true);
  await after.clock.advance(29_000);
  expect(after.types()).not.toContain('participant.left');
  await after.clock.advance(2_000);
  expect(after.types().filter((type) => type === 'participant.left')).toHaveLength(100);
});

test('who comes back before a conversation was told of the restart is told first', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a', 'b']);
  const after = world.restarted();
  await after.ok('cnv_1', 'a', 'connection.restored', { participant: 'a' });
  const types = after.types();
  expect(types.filter((type) => type === 'participant.disconnected')).toHaveLength(2);
  expect(types.at(-1)).toBe('participant.returned');
  expect((await after.host.state('cnv_1'))?.participants['a']?.disconnectedAt).toBeNull();
  await after.host.start();
  await after.host.restarted;
  // b is still away, a is here: nobody is told a second time.
  expect(after.types().filter((type) => type === 'participant.disconnected')).toHaveLength(2);
});

test('stop refuses new commands, lets those in flight end, and leaves no timer', async () => {
  const world = new HostWorld();
  await world.host.start();
  await world.create('cnv_1', ['a']);
  await world.ok('cnv_1', 'a', 'floor.request', {});
  const release = world.faults.hold();
  const inFlight = world.submit('cnv_1', 'a', 'item.open', task('in flight'));
  await turns();
  const stopped = world.host.stop();
  expect(await world.submit('cnv_1', 'a', 'item.open', task('late'))).toMatchObject({
    rejection: { code: 'hub.overloaded' },
  });
  release();
  expect((await inFlight).ok).toBe(true);
  await stopped;
  expect(world.clock.armed).toBe(0);
  expect((await world.faults.inner.latestSnapshot('cnv_1'))?.seq).toBe(
    (await world.faults.inner.head('cnv_1'))?.seq,
  );
});

test('stop ends in bounded time although the log hangs', async () => {
  const world = new HostWorld({ limits: { stopMs: 1_000 } });
  await world.host.start();
  await world.create('cnv_1', ['a']);
  world.faults.hold();
  void world.submit('cnv_1', 'a', 'item.open', task('hangs'));
  await turns();
  let stopped = false;
  void world.host.stop().then(() => (stopped = true));
  await world.clock.advance(999);
  expect(stopped).toBe(false);
  await world.clock.advance(1_001);
  expect(stopped).toBe(true);
});
