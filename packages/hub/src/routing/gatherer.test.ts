import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { turns } from '../host/host.fixture.ts';
import { ScorerError } from '../ports/scorer.ts';
import { GatheredWorld } from './gatherer.fixture.ts';

const INTELLIGENT = { kind: 'intelligent', threshold: 0.5 };
let given: GatheredWorld;

beforeEach(async () => {
  given = new GatheredWorld();
  await given.create('cnv_a', ['ann', 'bob', 'cy'], INTELLIGENT);
});
afterEach(async () => {
  given.unwatch();
  await given.world.host.stop();
});

/** `ann` says something in her own turn. */
async function says(text: string, more: object = {}, id = 'cnv_a') {
  return given.submit(id, 'ann', 'speech', { grant: await given.take(id, 'ann'), text, ...more });
}

describe('facts', () => {
  it('[RT-4] are gathered before an utterance is decided, and decide who hears it', async () => {
    given.scorer.scores = { bob: 0.5, cy: 0.4 };
    await says('first');
    expect(await given.audienceOf('cnv_a', 'first')).toEqual(['ann', 'bob']);
    expect(given.scorer.asked[0]?.utterance).toEqual({ conversation: 'cnv_a', text: 'first' });
    expect(given.outcomes).toEqual(['lexical scored']);
  });

  it('[RT-4] are not gathered for other commands, for other routings, nor for who has no turn', async () => {
    await given.create('cnv_b', ['ann', 'bob'], { kind: 'broadcast' });
    for (const text of ['one', 'two']) {
      await says(text, {}, 'cnv_b');
      expect(await given.audienceOf('cnv_b', text)).toBe('all');
    }
    await given.submit('cnv_a', 'ann', 'topic.set', { topic: 'tea' });
    const refused = await given.submit('cnv_a', 'bob', 'speech', { grant: 1, text: 'not my turn' });
    expect(refused).toMatchObject({ ok: false, rejection: { code: 'floor.not_holder' } });
    expect(await given.submit('cnv_none', 'bob', 'speech', { grant: 1, text: 'nowhere' })).toMatchObject({
      rejection: { code: 'not_found' },
    });
    expect([given.scorer.asked, given.outcomes]).toEqual([[], []]);
  });

  it('[RT-4] [RT-6] are not gathered for whispers, nor from them: whoever is named hears', async () => {
    await given.create('cnv_w', ['ann', 'bob', 'cy'], { ...INTELLIGENT, whisper: true });
    given.scorer.scores = { ann: 1, bob: 0, cy: 1 };
    await says('between us', { to: ['bob'] }, 'cnv_w');
    expect(await given.audienceOf('cnv_w', 'between us')).toEqual(['ann', 'bob']);
    expect([given.scorer.asked, given.outcomes]).toEqual([[], []]);
    await says('aloud', {}, 'cnv_w');
    expect(await given.audienceOf('cnv_w', 'aloud')).toEqual(['ann', 'cy']);
    expect(JSON.stringify(given.scorer.asked)).not.toContain('between us');
  });

  it('[RT-4] follow a change of the routing', async () => {
    const configure = (routing: object) =>
      given.submit('cnv_a', null, 'conversation.configure', { config: { routing } });
    await configure({ kind: 'broadcast' });
    await says('to all');
    await configure(INTELLIGENT);
    await says('to some');
    expect(await given.audienceOf('cnv_a', 'to all')).toBe('all');
    expect(await given.audienceOf('cnv_a', 'to some')).toEqual(['ann']);
  });

  it('[RT-4] are about who told what it cares for; who did not, and who joins meanwhile, hears', async () => {
    await given.join('cnv_a', 'dan', []);
    // What it can do tells what it cares for, too.
    await given.join('cnv_a', 'fay', [], ['brewing']);
    const release = given.scorer.hold();
    const saying = says('meanwhile');
    await turns();
    await given.join('cnv_a', 'eve', ['all about eve']);
    release();
    await saying;
    expect(given.scorer.asked[0]?.listeners.map(({ id }) => id)).toEqual(['ann', 'bob', 'cy', 'fay']);
    expect(await given.audienceOf('cnv_a', 'meanwhile')).toEqual(['ann', 'dan', 'eve']);
  });

  it('[RT-4] a streamed utterance is scored by topics, what its request announced, and what it replies to', async () => {
    const first = await says('what about the garden?');
    const grant = await given.take('cnv_a', 'bob', 'An answer on tea');
    given.scorer.scores = { cy: 1 };
    if (!first.ok) throw new Error(first.rejection.code);
    const inReplyTo = String(first.data['utterance']);
    await given.submit('cnv_a', 'bob', 'speech.start', { grant, inReplyTo, topics: ['a.b'] });
    expect(given.scorer.asked.at(-1)?.utterance.text).toBe('a.b\nAn answer on tea\nwhat about the garden?');
    const state = await given.gatherer.state('cnv_a');
    expect(state?.floor.holders[0]?.utterance?.audience).toEqual(['bob', 'cy']);
  });

  it('[RT-4] a streamed utterance of which nothing is known is for all', async () => {
    const grant = await given.take('cnv_a', 'ann');
    await given.submit('cnv_a', 'ann', 'speech.start', { grant });
    const state = await given.gatherer.state('cnv_a');
    expect(state?.floor.holders[0]?.utterance?.audience).toBe('all');
    expect([given.scorer.asked, given.outcomes]).toEqual([[], ['lexical nothing']]);
  });
});

describe('own words', () => {
  const wordsOf = (id: string): string | undefined =>
    given.scorer.asked.at(-1)?.listeners.find((listener) => listener.id === id)?.ownWords;

  it('[RT-4] are those that were said lately, and the same after a restart', async () => {
    for (const text of ['one', 'two', 'x'.repeat(995)]) await says(text);
    await says('the last');
    const before = wordsOf('ann');
    expect(before).toBe(`\ntwo\n${'x'.repeat(995)}`);
    expect(wordsOf('bob')).toBe('');
    await given.world.host.stop();
    given.unwatch();
    given = new GatheredWorld(given.world.restarted());
    await given.submit('cnv_a', 'ann', 'connection.restored', { participant: 'ann' });
    await says('after the restart');
    expect(wordsOf('ann')?.endsWith('the last')).toBe(true);
    expect(wordsOf('ann')).toHaveLength(1_000);
  });
});

describe('order', () => {
  it('[RT-4] what a participant does next waits behind its utterance, and nothing else does', async () => {
    const grant = await given.take('cnv_a', 'ann');
    const release = given.scorer.hold();
    const done: string[] = [];
    const noted = (name: string, outcome: Promise<{ ok: boolean }>) =>
      outcome.then(({ ok }) => done.push(`${name} ${ok ? 'ok' : 'refused'}`));
    const own = [
      noted('utterance', given.submit('cnv_a', 'ann', 'speech', { grant, text: 'first', final: false })),
      noted('topic', given.submit('cnv_a', 'ann', 'topic.set', { topic: 'tea' })),
      noted('second', given.submit('cnv_a', 'ann', 'speech', { grant, text: 'second' })),
      noted('lost', given.submit('cnv_a', null, 'connection.lost', { participant: 'ann' })),
    ];
    await noted('another', given.submit('cnv_a', 'bob', 'topic.set', { topic: 'coffee' }));
    await given.create('cnv_b', ['ann'], INTELLIGENT);
    await noted('elsewhere', given.submit('cnv_b', 'ann', 'topic.set', { topic: 'milk' }));
    expect(done).toEqual(['another ok', 'elsewhere ok']);
    release();
    await Promise.all(own);
    expect(done.slice(2)).toEqual(['utterance ok', 'topic ok', 'second ok', 'lost ok']);
    expect(given.world.types().filter((type) => /^(speech|topic|participant.dis)/.test(type))).toEqual([
      'topic.changed',
      'topic.changed',
      'speech.ended',
      'topic.changed',
      'speech.ended',
      'participant.disconnected',
    ]);
  });

  it('[RT-4] a repeated utterance gets the first answer: while it waits, and when it was said', async () => {
    const grant = await given.take('cnv_a', 'ann');
    const key = given.world.key('ann');
    const say = () => given.submit('cnv_a', 'ann', 'speech', { grant, text: 'once' }, key);
    const release = given.scorer.hold();
    const both = [say(), say()];
    await turns();
    release();
    const [first, second] = await Promise.all(both);
    expect(first).toMatchObject({ ok: true, duplicate: false });
    expect(second).toEqual({ ...first, duplicate: true });
    const asked = given.scorer.asked.length;
    expect(await say()).toEqual({ ...first, duplicate: true });
    expect(given.scorer.asked).toHaveLength(asked);
    expect(given.world.types().filter((type) => type === 'speech.ended')).toHaveLength(1);
    const settled: unknown[] = [];
    const onSettled = (outcome: unknown): unknown => settled.push(outcome);
    const other = { ...key, key: { ...key.key, digest: 'other' }, onSettled };
    await given.submit('cnv_a', 'ann', 'speech', { grant, text: 'other' }, other);
    expect(settled).toMatchObject([{ ok: false, rejection: { code: 'idempotency.conflict' } }]);
  });

  it('bounds what waits behind an utterance', async () => {
    const grant = await given.take('cnv_a', 'ann');
    const release = given.scorer.hold();
    const settled: unknown[] = [];
    const onSettled = (outcome: unknown): unknown => settled.push(outcome);
    const waiting = Array.from({ length: 1_000 }, () =>
      given.submit('cnv_a', 'ann', 'speech', { grant, text: 'more', final: false }),
    );
    const refused = await given.submit('cnv_a', 'ann', 'topic.set', { topic: 'tea' }, { onSettled });
    expect(refused).toMatchObject({ ok: false, rejection: { code: 'hub.overloaded' } });
    expect(settled).toEqual([refused]);
    release();
    expect((await Promise.all(waiting)).every(({ ok }) => ok)).toBe(true);
    expect(await given.submit('cnv_a', 'ann', 'topic.set', { topic: 'tea' })).toMatchObject({ ok: true });
  });
});

describe('without scores', () => {
  it('[RT-4] a scorer that is slower than its limit leaves the utterance to all', async () => {
    given.scorer.hold();
    const saying = says('slow');
    await given.world.clock.advance(499);
    expect(await given.audienceOf('cnv_a', 'slow')).toBeUndefined();
    await given.world.clock.advance(1);
    expect(await saying).toMatchObject({ ok: true });
    expect(await given.audienceOf('cnv_a', 'slow')).toBe('all');
    expect(given.outcomes).toEqual(['lexical timeout']);
  });

  it('[RT-4] a scorer that throws, or gives no proper scores, does too', async () => {
    given.scorer.failure = new Error('about secrets');
    await says('thrown');
    given.scorer.failure = null;
    for (const [position, score] of [Number.NaN, 1.1, -0.1].entries()) {
      given.scorer.scores = { bob: score };
      await says(`rubbish ${position}`);
      expect(await given.audienceOf('cnv_a', `rubbish ${position}`)).toBe('all');
    }
    expect(await given.audienceOf('cnv_a', 'thrown')).toBe('all');
    expect(new Set(given.outcomes)).toEqual(new Set(['lexical failed']));
  });

  it('[RT-4] a scorer that this hub has no longer does too', async () => {
    await given.world.create('cnv_b', [], { routing: { kind: 'intelligent', scorer: 'embedding' } });
    await given.join('cnv_b', 'ann', ['tea']);
    await given.join('cnv_b', 'bob', ['coffee']);
    await says('anybody?', {}, 'cnv_b');
    expect(await given.audienceOf('cnv_b', 'anybody?')).toBe('all');
    expect(given.outcomes).toEqual(['other unavailable']);
  });

  it('[RT-4] is logged once in a while, with nothing of what was said', async () => {
    given.scorer.failure = new ScorerError('the provider answered 500');
    for (let turn = 0; turn < 3; turn += 1) await says('secret');
    expect(given.warnings).toEqual([
      { scorer: 'lexical', outcome: 'failed', reason: 'the provider answered 500', times: 1 },
    ]);
    given.scorer.failure = new TypeError('secret');
    await given.world.clock.advance(60_000);
    await given.submit('cnv_a', 'ann', 'connection.restored', { participant: 'ann' });
    await says('secret');
    expect(given.warnings[1]).toEqual({
      scorer: 'lexical',
      outcome: 'failed',
      reason: 'TypeError',
      times: 3,
    });
  });

  it('[RT-4] an utterance that waits when the hub stops is refused, not told to all', async () => {
    given.scorer.hold();
    const saying = says('too late');
    await turns();
    const stopped = given.world.host.stop();
    given.gatherer.stop();
    expect(await saying).toMatchObject({ ok: false, rejection: { code: 'hub.overloaded' } });
    await stopped;
    expect([given.outcomes, given.warnings]).toEqual([[], []]);
    expect(await given.audienceOf('cnv_a', 'too late')).toBeUndefined();
  });

  it('[RT-4] a log that cannot be read is the host’s to tell', async () => {
    await given.world.create('cnv_b', ['ann', 'bob'], { routing: INTELLIGENT });
    const other = new GatheredWorld(given.world.restarted());
    other.world.faults.fail();
    const outcome = await other.submit('cnv_b', 'ann', 'speech', { grant: 1, text: 'x' });
    expect(outcome).toMatchObject({ ok: false, rejection: { code: 'storage.unavailable' } });
    expect(other.outcomes).toEqual([]);
    await other.world.host.stop();
  });
});

it('[RT-4] a configuration that names a scorer which this hub does not have is refused', async () => {
  const config = { routing: { kind: 'intelligent', scorer: 'embedding' } };
  const data = { id: 'cnv_c', epoch: 'e', title: '', createdBy: 'x', config };
  const refused = {
    ok: false,
    rejection: { code: 'request.invalid', details: { path: 'config.routing.scorer' } },
  };
  expect(await given.submit('cnv_c', null, 'conversation.create', data)).toMatchObject(refused);
  expect(await given.submit('cnv_a', null, 'conversation.configure', { config })).toMatchObject(refused);
  const own = { routing: { kind: 'intelligent', scorer: 'lexical' } };
  const lexical = { ...data, config: own };
  expect(await given.submit('cnv_c', null, 'conversation.create', lexical)).toMatchObject({ ok: true });
});
