import { expect, test } from 'vitest';
import type { LogRecord } from '../ports/event-log.ts';
import { HostWorld, turns } from './host.fixture.ts';

const task = (text: string) => ({ kind: 'task', text }) as const;

test('[DG-2] while the log cannot be written commands are refused, and nothing of them appears later', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  const before = await world.host.state('cnv_1');
  const published = world.commits.length;
  world.faults.fail('storage.full');
  const refused = await world.submit('cnv_1', 'a', 'item.open', task('lost'), world.key('a', '1'));
  expect(refused).toMatchObject({ ok: false, rejection: { code: 'storage.full', retryAfterMs: 1_000 } });
  world.faults.fail('storage.unavailable');
  const all = await Promise.all(
    [1, 2, 3].map((index) => world.submit('cnv_1', 'a', 'item.open', task(`lost ${index}`))),
  );
  for (const outcome of all) expect(outcome).toMatchObject({ rejection: { code: 'storage.unavailable' } });
  expect(await world.host.state('cnv_1')).toBe(before);
  expect(world.commits).toHaveLength(published);

  world.faults.heal();
  const { seq } = await world.ok('cnv_1', 'a', 'item.open', task('kept'), world.key('a', '1'));
  expect(seq).toBe(before!.seq + 1);
  const state = await world.host.state('cnv_1');
  expect(state?.context.openItems.map(({ text }) => text)).toEqual(['kept']);
});

test('[DG-2] live ephemeral events and reading go on while the log cannot be written', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a', 'b']);
  world.faults.fail();
  const [refused, signal] = await Promise.all([
    world.submit('cnv_1', 'a', 'item.open', task('lost')),
    world.submit('cnv_1', 'b', 'signal', { kind: 'typing' }),
  ]);
  expect(refused.ok).toBe(false);
  expect(signal.ok).toBe(true);
  expect(world.types().at(-1)).toBe('signal');
  expect(await world.host.state('cnv_1')).not.toBeNull();
  const page = await world.host.readEvents('cnv_1', 1, { limit: 10, maxBytes: 1e6 });
  expect(page.events.map(({ seq }) => seq)).toEqual([2, 3]);
});

test('[DG-2] a conversation whose log cannot be read is refused, and wakes when it can', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  const after = world.restarted({ limits: { retryMs: 100 } });
  after.faults.fail();
  expect(await after.submit('cnv_1', 'a', 'item.open', task('x'))).toMatchObject({
    rejection: { code: 'storage.unavailable' },
  });
  await expect(after.host.state('cnv_1')).rejects.toThrow('told to fail');
  after.faults.heal();
  await after.clock.advance(200);
  // Nobody asked again: it tried by itself, and told its members of the restart.
  expect(after.types()).toContain('participant.disconnected');
});

test('[DG-2] an error that is not of the port: what was stored is read back', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  world.faults.before = async () => {
    world.faults.failure = new TypeError('a fault of the adapter');
  };
  const outcome = await world.submit('cnv_1', 'a', 'item.open', task('x'));
  expect(outcome).toMatchObject({ ok: false, rejection: { code: 'internal' } });
  expect(JSON.stringify(outcome)).not.toContain('adapter');
  world.faults.heal();
  expect((await world.ok('cnv_1', 'a', 'item.open', task('y'))).ok).toBe(true);
});

test.each<[string, (records: LogRecord[]) => LogRecord[]]>([
  ['is missing', (records) => records.filter((_, index) => index !== 1)],
  [
    'is sealed behind another',
    (records) => records.map((record, index) => (index === 1 ? { ...record, previousHash: 'x' } : record)),
  ],
])('[RL-5] where a record %s the log is not taken for the truth', async (_, damage) => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a', 'b']);
  const { inner } = world.faults;
  const read = inner.readRecords.bind(inner);
  inner.readRecords = async (...args) => damage(await read(...args));
  const after = world.restarted();
  expect(await after.submit('cnv_1', 'a', 'item.open', task('x'))).toMatchObject({
    rejection: { code: 'storage.unavailable' },
  });
  expect(after.errors).toContain('reading the log failed');
});

test('[RL-1] what was accepted before a restart is all there after it, and nothing else', async () => {
  const world = new HostWorld({ limits: { snapshotEvery: 7 } });
  await world.create('cnv_1', ['a', 'b']);
  for (let turn = 0; turn < 10; turn += 1) await world.say('cnv_1', turn % 2 ? 'a' : 'b', `turn ${turn}`);
  await turns();
  const before = await world.host.state('cnv_1');
  const after = world.restarted();
  const woken = await after.host.state('cnv_1');
  expect(woken).toEqual({ ...before, live: woken?.live });
  // A snapshot and its tail were read, not the whole log (CU-3).
  const snapshot = await world.faults.inner.latestSnapshot('cnv_1');
  expect(snapshot?.seq).toBeGreaterThan(20);
});
