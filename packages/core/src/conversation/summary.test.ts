import { expect, it } from 'vitest';
import { foldLog } from './evolve.ts';
import type { DurableEvent } from './events.ts';
import { isDurable } from './events.ts';
import { HUB } from './commands.ts';
import { TestRoom } from './room.fixture.ts';

/** Cy hears what is whispered to bob neither by routing nor by role. */
function room(): TestRoom {
  return new TestRoom({ routing: { kind: 'broadcast', whisper: true }, history: { summaryEvery: 2 } })
    .join('ann')
    .join('bob')
    .join('cy');
}

const say = (r: TestRoom, who: string, more: { to?: string[] } = {}): void => {
  r.as(who).ok('floor.request', {});
  r.as(who).ok('speech', { grant: r.grant, text: 'Well.', ...more });
};

it('[CU-1] the state keeps the newest summary, and counts the utterances for everybody since', () => {
  const r = room();
  say(r, 'ann');
  say(r, 'ann', { to: ['bob'] });
  expect(r.state.context).toMatchObject({ summary: null, unsummarised: 1 });
  say(r, 'bob');
  expect(r.state.context.unsummarised).toBe(2);
  const first = { text: 'Well. [#6]', upTo: r.state.seq, cites: [6] };
  r.hub('summary.record', first);
  expect(r.state.context).toMatchObject({ summary: first, unsummarised: 0 });
  expect(r.last('summary.recorded')).toMatchObject({ data: first, audience: 'all' });
  expect(r.last('summary.recorded')).not.toHaveProperty('by');
  say(r, 'ann');
  const second = { text: 'Well again. [#6]', upTo: r.state.seq, cites: [6] };
  r.hub('summary.record', second);
  expect(r.state.context.summary).toEqual(second);
  expect(foldLog(null, r.events.filter(isDurable)).context).toEqual(r.state.context);
});

it('[CU-1] a summary that rests on what is not there, or on less than the last one, is refused', () => {
  const r = room();
  say(r, 'ann');
  const { seq } = r.state;
  const refused = (data: { text?: string; upTo?: number; cites?: number[] }) =>
    r.as(HUB).refused('summary.record', { text: 'Well.', upTo: seq, cites: [], ...data });
  expect(refused({ text: '' }).details).toMatchObject({ path: 'data.text' });
  expect(refused({ text: 'x'.repeat(4_001) }).details).toMatchObject({ path: 'data.text' });
  expect(refused({ upTo: 0 }).details).toMatchObject({ path: 'data.upTo' });
  expect(refused({ upTo: seq + 1 }).details).toMatchObject({ path: 'data.upTo' });
  expect(refused({ upTo: 3, cites: [4] }).details).toMatchObject({ path: 'data.cites' });
  expect(refused({ cites: [0] }).details).toMatchObject({ path: 'data.cites' });
  expect(refused({ cites: Array.from({ length: 201 }, () => 1) }).details).toMatchObject({
    path: 'data.cites',
  });
  r.hub('summary.record', { text: 'Well.', upTo: seq, cites: [] });
  expect(refused({}).code).toBe('context.conflict');
});

it('[CU-1] a log from before there were summaries folds into a state without one, and goes on', () => {
  const r = room();
  say(r, 'ann');
  const log = JSON.stringify(r.events.filter(isDurable));
  expect(log).toContain(',"summaryEvery":2');
  r.state = foldLog(null, JSON.parse(log.replace(',"summaryEvery":2', '')) as DurableEvent[]);
  expect(r.state.context).toMatchObject({ summary: null, unsummarised: 1 });
  r.hub('summary.record', { text: 'Well.', upTo: r.state.seq, cites: [] });
  expect(r.state.context.unsummarised).toBe(0);
});
