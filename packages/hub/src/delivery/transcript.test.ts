import { expect, test } from 'vitest';
import { HostWorld } from '../host/host.fixture.ts';
import { FakeConversations } from './delivery.fixture.ts';
import { escapeMarkdown } from './markdown.ts';
import { transcript } from './transcript.ts';

const as = (participant: string | null) => ({ participant, moderator: false });

async function text(pieces: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const piece of pieces) all += piece;
  return all;
}

test('[RT-7] the JSON transcript is the stored events of the reader, all of them, in order', async () => {
  const log = new FakeConversations();
  for (let index = 0; index < 1_200; index += 1) log.store(index % 3 === 0 ? ['b'] : 'all', `line ${index}`);
  const world = new HostWorld();
  await world.create('cnv_1', ['a']);
  const state = { ...(await world.host.state('cnv_1'))!, seq: 1_200 };
  const parsed = JSON.parse(await text(transcript(log, state, as('a'), 'json'))) as {
    conversation: string;
    events: { seq: number }[];
  };
  expect(parsed.conversation).toBe('cnv_1');
  const mine = log.stored.filter(({ audience }) => audience === 'all');
  expect(parsed.events).toEqual(mine.map(({ json }) => JSON.parse(json) as object));
  // What is appended while an export runs is not part of it.
  log.store();
  expect(await text(transcript(log, state, as('a'), 'json'))).not.toContain('"seq":1201');
});

test('the Markdown transcript reads as a conversation', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['ann', 'bob']);
  await world.say('cnv_1', 'ann', 'Good morning.\nShall we begin?');
  await world.ok('cnv_1', 'bob', 'topic.set', { topic: 'Plans' });
  await world.ok('cnv_1', 'bob', 'conversation.leave', {});
  const state = (await world.host.state('cnv_1'))!;
  expect(await text(transcript(world.host, state, as('ann'), 'markdown'))).toBe(
    [
      '# About cnv\\_1',
      '*2026-01-01T00:00:00.000Z* — ann (human) joined',
      '*2026-01-01T00:00:00.000Z* — bob (human) joined',
      '**ann (human)**, 2026-01-01T00:00:00.000Z:',
      '> Good morning.\\\n> Shall we begin?',
      '*2026-01-01T00:00:00.000Z* — Topic: Plans',
      '*2026-01-01T00:00:00.000Z* — bob (human) left',
      '',
    ].join('\n\n'),
  );
});

test('[RT-6] the Markdown transcript says to whom something was whispered, to whoever heard it', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['ann', 'bob', 'cy'], { routing: { kind: 'broadcast', whisper: true } });
  const { data } = await world.ok('cnv_1', 'bob', 'floor.request', {});
  await world.ok('cnv_1', 'bob', 'speech', { grant: data['grant'] as number, text: 'Ours.', to: ['cy'] });
  const state = (await world.host.state('cnv_1'))!;
  const readBy = (reader: string) => text(transcript(world.host, state, as(reader), 'markdown'));
  expect(await readBy('cy')).toContain(
    '**bob (human)** whispers to cy (human), 2026-01-01T00:00:00.000Z:\n\n> Ours.',
  );
  expect(await readBy('ann')).not.toContain('Ours');
});

test('[HU-2] the Markdown transcript says which answers came late', async () => {
  const world = new HostWorld();
  await world.create('cnv_1', ['ann', 'bob']);
  const { data, seq } = await world.ok('cnv_1', 'ann', 'item.open', { kind: 'question', text: 'Tea?' });
  const item = data['item'] as string;
  await world.ok('cnv_1', 'ann', 'item.resolve', { item, resolution: 'Coffee.' });
  const { data: turn } = await world.ok('cnv_1', 'bob', 'floor.request', {});
  await world.ok('cnv_1', 'bob', 'speech', { grant: turn['grant'] as number, text: 'Tea!', inReplyTo: seq });
  await world.ok('cnv_1', 'bob', 'item.resolve', { item, resolution: 'Tea.' });
  const state = (await world.host.state('cnv_1'))!;
  const lines = (await text(transcript(world.host, state, as('ann'), 'markdown'))).split('\n\n').slice(3, -1);
  expect(lines).toEqual([
    '*2026-01-01T00:00:00.000Z* — Open question: Tea?',
    '*2026-01-01T00:00:00.000Z* — Resolved: Coffee.',
    '**bob (human)** (late answer), 2026-01-01T00:00:00.000Z:',
    '> Tea\\!',
    '*2026-01-01T00:00:00.000Z* — Answered late: Tea.',
  ]);
});

test.each([
  '# A heading',
  '- a list',
  '1. a list',
  '2) a list',
  '+ a list',
  '===',
  '---',
  '> a quote',
  '<script>alert(1)</script>',
  '![image](https://example.org/x.png)',
  '[link](javascript:alert(1))',
  '**ann (human)**, 2026',
  '`code`',
  '| a | table |',
  '&lt;b&gt;',
  'a\u202eb\u0000c',
])('text that looks like Markdown or like the hub stays text: %s', (said) => {
  const escaped = escapeMarkdown(said);
  expect(escaped).not.toMatch(/^\s*([-+=#>|]|\d+[.)])/);
  expect(escaped).not.toMatch(/(^|[^\\])[*_`[\]!|]/);
  expect(escaped).not.toMatch(/[<>]|&(?!(lt|gt|amp);)/);
  expect(escaped).not.toMatch(/[\u0000-\u001f\u202a-\u202e]/);
  // Nothing is lost: unescaped it is what was said.
  const back = escaped
    .replaceAll(/\\([^\w\s])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  expect(back).toBe(said.replaceAll(/[\u202e\u0000]/g, ''));
});
