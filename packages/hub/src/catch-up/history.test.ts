import { afterEach, expect, test } from 'vitest';
import { Summaries } from '../delivery/summaries.ts';
import { HostWorld, turns } from '../host/host.fixture.ts';
import { marksIn } from '../ports/summariser.contract.ts';
import { History } from './history.ts';
import { ExtractiveSummariser } from './summariser.extractive.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function watch(world: HostWorld): string[] {
  const warnings: string[] = [];
  const warn = (_: object, message: string) => warnings.push(message);
  const summaries = new Summaries(world.host, new ExtractiveSummariser());
  const history = new History(world.host, summaries, { warn, error: warn });
  stops.push(() => history.stop());
  return warnings;
}

const config = { history: { summaryEvery: 3 }, routing: { kind: 'broadcast', whisper: true } };
const recorded = (world: HostWorld): number =>
  world.types().filter((type) => type === 'summary.recorded').length;
const contextOf = async (world: HostWorld) => (await world.host.state('cnv_1'))!.context;

test('[CU-1] after so many utterances for everybody a summary is recorded, of what everybody may read', async () => {
  const world = new HostWorld();
  watch(world);
  await world.create('cnv_1', ['a', 'b', 'c'], config);
  await world.say('cnv_1', 'a', 'One.');
  await world.say('cnv_1', 'b', 'Two.');
  const { data } = await world.ok('cnv_1', 'a', 'floor.request', {});
  await world.ok('cnv_1', 'a', 'speech', { grant: data['grant'] as number, text: 'Vault.', to: ['b'] });
  await turns();
  expect(recorded(world)).toBe(0);
  const { seq } = await world.say('cnv_1', 'b', 'Three.');
  await turns(20);
  const { summary, unsummarised } = await contextOf(world);
  expect([recorded(world), unsummarised]).toEqual([1, 0]);
  expect(summary?.text).toMatch(/^Spoke: b 2 ×, last \[#\d+\]; a 1 ×, last \[#\d+\]$/);
  expect(summary?.upTo).toBe(seq);
  expect(marksIn(summary!.text).toSorted((a, b) => a - b)).toEqual(summary!.cites);
});

test('[CU-1] one that was due when the hub ended is made after the next thing that happens', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['a', 'b'], config);
  for (let turn = 0; turn < 4; turn += 1) await world.say('cnv_1', 'a', `turn ${turn}`);
  await world.host.stop();
  const after = world.restarted();
  watch(after);
  await after.ok('cnv_1', 'b', 'topic.set', { topic: 'Bridges' });
  await turns(20);
  expect((await contextOf(after)).summary?.text).toContain('a 4 ×');
  expect(recorded(after)).toBe(1);
});

test('[CU-1] where none is asked for, none is made', async () => {
  const world = new HostWorld();
  watch(world);
  await world.create('cnv_1', ['a'], {});
  for (let turn = 0; turn < 10; turn += 1) await world.say('cnv_1', 'a', `turn ${turn}`);
  await turns(20);
  expect(recorded(world)).toBe(0);
});

test('[CU-1] what cannot be written is said, and made when something is written again', async () => {
  const world = new HostWorld();
  const warnings = watch(world);
  await world.create('cnv_1', ['a'], config);
  await world.say('cnv_1', 'a', 'One.');
  await world.say('cnv_1', 'a', 'Two.');
  const { data } = await world.ok('cnv_1', 'a', 'floor.request', {});
  const spoken = world.ok('cnv_1', 'a', 'speech', { grant: data['grant'] as number, text: 'Three.' });
  await spoken;
  world.faults.fail();
  await turns(20);
  expect(warnings).toEqual(['a summary was not recorded']);
  world.faults.heal();
  await world.ok('cnv_1', 'a', 'topic.set', { topic: 'Bridges' });
  await turns(20);
  expect(recorded(world)).toBe(1);
});
