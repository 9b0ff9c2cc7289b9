import { expect, test } from 'vitest';
import { coreDecider } from './decider.ts';
import { HostWorld, turns } from './host.fixture.ts';
import type { Outcome } from './submission.ts';

test('commands are decided in the order in which they came, and published without holes', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a', 'b', 'c']);
  const positions = await Promise.all(
    ['a', 'b', 'c'].map((who) => world.ok('cnv_1', who, 'floor.request', {})),
  );
  expect(positions.map(({ data }) => data['status'])).toEqual(['granted', 'accepted', 'accepted']);
  expect(positions.map(({ data }) => data['queuePosition'])).toEqual([undefined, 1, 2]);
  const seqs = world.published().filter((seq) => seq !== null);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
});

test('nothing is answered or published before it is durable, and the answer comes before the events', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  const release = world.faults.hold();
  const order: string[] = [];
  world.host.subscribe(({ events }) => order.push(...events.map(({ type }) => type)));
  const settled = (outcome: Outcome) => order.push(`settled ${outcome.ok}`);
  const done = world.submit('cnv_1', 'a', 'floor.request', {}, { onSettled: settled });
  await turns();
  expect(order).toEqual([]);
  expect((await world.host.state('cnv_1'))?.floor.holders).toEqual([]);
  release();
  await done;
  expect(order).toEqual(['settled true', 'floor.requested', 'floor.granted']);
});

test('onSettled sees the state as of its own command', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a', 'b']);
  const seen: (number | undefined)[] = [];
  const look = { onSettled: (_: Outcome, state: { seq: number } | null) => void seen.push(state?.seq) };
  const outcomes = await Promise.all([
    world.ok('cnv_1', 'a', 'floor.request', {}, look),
    world.ok('cnv_1', 'b', 'floor.request', {}, look),
  ]);
  expect(seen).toEqual(outcomes.map(({ seq }) => seq));
});

test('what waits goes to the log together, each record naming the one before it', async () => {
  const batches: number[] = [];
  const world = new HostWorld({ metrics: { appended: (records) => batches.push(records) } });
  await world.create('cnv_1', ['a']);
  const { data } = await world.ok('cnv_1', 'a', 'floor.request', {});
  const grant = data['grant'] as number;
  batches.length = 0;
  await Promise.all(
    Array.from({ length: 9 }, (_, index) =>
      world.ok('cnv_1', 'a', 'speech', { grant, text: `line ${index}`, final: false }),
    ),
  );
  expect(batches).toEqual([9]);
  const records = await world.faults.inner.read('cnv_1', 0, { limit: 100, maxBytes: 1e6 });
  for (const [index, record] of records.entries()) {
    expect(record.previousHash).toBe(records[index - 1]?.hash ?? '');
    expect(record.firstSeq).toBe((records[index - 1]?.lastSeq ?? 0) + 1);
  }
});

test('[CN-2] a full queue refuses with hub.overloaded and the queue goes on', async () => {
  const world = new HostWorld({ limits: { queueMax: 2, batchMax: 1 } });
  await world.create('cnv_1', ['a']);
  const release = world.faults.hold();
  const all = Array.from({ length: 5 }, (_, index) =>
    world.submit('cnv_1', 'a', 'item.open', { kind: 'task', text: `t${index}` }),
  );
  release();
  const outcomes = await Promise.all(all);
  const codes = outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.rejection.code));
  expect(codes.filter((code) => code === 'hub.overloaded').length).toBeGreaterThanOrEqual(2);
  expect(codes.filter((code) => code === 'ok').length).toBe(
    codes.length - codes.filter((code) => code === 'hub.overloaded').length,
  );
  expect((await world.ok('cnv_1', 'a', 'item.open', { kind: 'task', text: 'after' })).ok).toBe(true);
});

test('a conversation that is not there is not_found and takes no place in memory', async () => {
  const world = new HostWorld();
  const outcome = await world.submit('cnv_none', 'a', 'floor.request', {});
  expect(outcome).toMatchObject({ ok: false, rejection: { code: 'not_found' } });
  expect(await world.host.state('cnv_none')).toBeNull();
  await turns();
  expect(world.host.awake).toBe(0);
});

test('ephemeral events are published without a record', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  const appends = world.faults.calls['append'];
  const { seq } = await world.ok('cnv_1', 'a', 'signal', { kind: 'typing' });
  expect(seq).toBe((await world.host.state('cnv_1'))?.seq);
  expect(world.faults.calls['append']).toBe(appends);
  expect(world.types().at(-1)).toBe('signal');
  expect(world.published().at(-1)).toBeNull();
});

test('a rule that throws is an internal refusal and changes nothing', async () => {
  let broken = false;
  const decider = {
    ...coreDecider,
    decide: (...args: Parameters<typeof coreDecider.decide>) => {
      if (broken) throw new Error('broken rule');
      return coreDecider.decide(...args);
    },
  };
  const world = new HostWorld({ decider });
  await world.create('cnv_1', ['a']);
  broken = true;
  const outcome = await world.submit('cnv_1', 'a', 'floor.request', {});
  expect(outcome).toMatchObject({ ok: false, rejection: { code: 'internal' } });
  expect(JSON.stringify(outcome)).not.toContain('broken rule');
  broken = false;
  expect((await world.ok('cnv_1', 'a', 'floor.request', {})).data['status']).toBe('granted');
  expect(world.errors).toContain('deciding failed');
});

test('[RL-2] when somebody else wrote first, the command is decided anew and nothing is missing', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a', 'b']);
  const other = world.restarted();
  await other.host.state('cnv_1');
  world.commits.length = 0;
  world.faults.before = async () => {
    await other.ok('cnv_1', 'b', 'item.open', { kind: 'task', text: 'first' });
  };
  const outcomes = await Promise.all([
    world.ok('cnv_1', 'a', 'item.open', { kind: 'task', text: 'second' }),
    world.ok('cnv_1', 'a', 'item.open', { kind: 'task', text: 'third' }),
  ]);
  const state = await world.host.state('cnv_1');
  expect(state?.context.openItems.map(({ text }) => text)).toEqual(['first', 'second', 'third']);
  expect(outcomes.map(({ seq }) => seq)).toEqual([state!.seq - 1, state!.seq]);
  const seqs = world.published().filter((seq) => seq !== null);
  expect(seqs.slice(-3)).toEqual([state!.seq - 2, state!.seq - 1, state!.seq]);
  expect(new Set(seqs).size).toBe(seqs.length);
});

test('who is always written past is refused after a bounded number of tries', async () => {
  const world = new HostWorld({ limits: { conflictsMax: 2 } });
  await world.create('cnv_1', ['a', 'b']);
  const other = world.restarted();
  const writeFirst = async (): Promise<void> => {
    await other.ok('cnv_1', 'b', 'item.open', { kind: 'task', text: 'again' });
    world.faults.before = writeFirst;
  };
  world.faults.before = writeFirst;
  const outcome = await world.submit('cnv_1', 'a', 'item.open', { kind: 'task', text: 'never' });
  expect(outcome).toMatchObject({ ok: false, rejection: { code: 'hub.overloaded' } });
});
