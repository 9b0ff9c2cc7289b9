import { describe, expect, it } from 'vitest';
import { TestRoom } from '../conversation/room.fixture.ts';

const people = ['ann', 'bob', 'cy', 'dan'];

/** Ann streams an utterance. By default neither pauses nor ends of sentences count, so that nothing happens by itself. */
function room(policy: object = {}, timers: object = {}, floor: object = {}): TestRoom {
  const r = new TestRoom({
    floor: { timers: { minSpeakingMs: 0, silenceMs: 60_000, ...timers }, ...floor },
    interruption: { kind: 'conversational', yieldSignals: ['explicit'], ...policy },
  });
  for (const id of people) r.join(id, id === 'dan' ? { roles: ['moderator'] } : {});
  r.as('ann').ok('floor.request', {});
  begin(r, 'ann');
  return r;
}

const grantOf = (r: TestRoom, who: string): number =>
  r.state.floor.holders.find(({ participant }) => participant === who)?.grant ?? 0;

const begin = (r: TestRoom, who: string): unknown =>
  r.as(who).ok('speech.start', { grant: grantOf(r, who) })['utterance'];

/** Says a piece of the utterance that `who` is streaming. */
function say(r: TestRoom, who: string, text: string): void {
  const held = r.state.floor.holders.find(({ participant }) => participant === who);
  r.as(who).ok('speech.delta', { utterance: held?.utterance?.id ?? '', text });
}

const overlap = (r: TestRoom, who = 'bob') => r.as(who).ok('floor.interrupt', {});
const holders = (r: TestRoom) => r.state.floor.holders.map(({ participant }) => participant);

describe('an overlap', () => {
  it('[IP-5] [FL-1] gives both the floor, each under its own grant', () => {
    const r = room();
    const reply = overlap(r);
    expect(reply).toMatchObject({ outcome: 'overlap', grant: grantOf(r, 'bob') });
    expect(holders(r)).toEqual(['ann', 'bob']);
    expect(r.last('overlap.started').data).toMatchObject({
      participants: ['ann', 'bob'],
      deadline: new Date(r.at + 2_000).toISOString(),
    });
    begin(r, 'bob');
    say(r, 'bob', 'But');
    say(r, 'ann', 'As I was saying');
    expect(holders(r)).toEqual(['ann', 'bob']);
  });

  it('[IP-5] [IP-6] leaves the floor to the first starter when nobody has given way by the tolerance', () => {
    const r = room({ overlapToleranceMs: 1_500 });
    r.as('cy').ok('floor.request', {});
    overlap(r);
    begin(r, 'bob');
    say(r, 'bob', 'But I');
    r.wait(1_499);
    expect(holders(r)).toEqual(['ann', 'bob']);
    r.wait(1);
    expect(r.last('overlap.ended').data).toMatchObject({ keeps: 'ann', cause: 'time' });
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'bob', cause: 'overlap' });
    expect(r.last('speech.ended').data).toMatchObject({
      participant: 'bob',
      text: 'But I',
      interrupted: true,
      interruptedBy: 'ann',
    });
    expect(holders(r)).toEqual(['ann']);
    expect(r.queue).toEqual(['bob', 'cy']);
  });

  it('[IP-5] [FL-11] is cut hard at maxOverlapMs, whatever the tolerance', () => {
    const r = room({ overlapToleranceMs: 60_000 }, { maxOverlapMs: 3_000 });
    overlap(r);
    begin(r, 'bob');
    r.wait(2_999);
    expect(holders(r)).toEqual(['ann', 'bob']);
    r.wait(1);
    expect(holders(r)).toEqual(['ann']);
    expect(() => say(r, 'bob', 'late')).toThrow('floor.stale_grant');
  });

  it('[IP-5] [FL-1] has no third voice, and a denied one is queued if it asked', () => {
    const r = room();
    overlap(r);
    expect(r.as('cy').ok('floor.interrupt', {})).toMatchObject({
      outcome: 'denied',
      code: 'interruption.too_many',
    });
    expect(r.as('dan').ok('floor.interrupt', { queueIfDenied: true })).toMatchObject({ outcome: 'queued' });
    expect(holders(r)).toEqual(['ann', 'bob']);
    expect(r.queue).toEqual(['dan']);
  });

  it('[IP-5] has no third voice either where two speak in slots of their own', () => {
    const r = room({}, {}, { strategy: { kind: 'concurrent', maxSimultaneous: 2 } });
    r.as('cy').ok('floor.request', {});
    expect(r.as('bob').ok('floor.interrupt', {})).toMatchObject({
      outcome: 'denied',
      code: 'interruption.too_many',
    });
    expect(holders(r)).toEqual(['ann', 'cy']);
  });

  it('[IP-5] ends with whoever ends its turn, leaves or loses it; the other one goes on', () => {
    const ends: [string, (r: TestRoom) => void][] = [
      ['bob', (r) => r.as('ann').ok('floor.release', {})],
      ['bob', (r) => r.as('ann').ok('conversation.leave', {})],
      ['bob', (r) => r.as('dan').ok('floor.revoke', { participant: 'ann' })],
      ['ann', (r) => r.as('bob').ok('floor.release', {})],
      ['ann', (r) => r.as('bob').ok('conversation.leave', {})],
      ['ann', (r) => r.as('dan').ok('role.set', { participant: 'bob', roles: ['observer'] })],
    ];
    for (const [keeps, end] of ends) {
      const r = room();
      r.as('cy').ok('floor.request', {});
      overlap(r);
      begin(r, 'bob');
      end(r);
      expect(r.last('overlap.ended').data).toMatchObject({ keeps, cause: 'turn_ended' });
      expect(holders(r)).toEqual([keeps]);
      expect(r.queue).toEqual(['cy']);
      r.wait(10_000);
      expect(holders(r)).toEqual([keeps]);
    }
  });

  it('[IP-5] starts only when the holder has had its least time', () => {
    const r = room({}, { minSpeakingMs: 1_000 });
    const { interruption } = r.as('bob').ok('floor.interrupt', {});
    expect(holders(r)).toEqual(['ann']);
    r.wait(1_000);
    expect(r.last('overlap.started').data).toMatchObject({ interruption });
    expect(r.state.floor.interruption).toMatchObject({ stage: 'overlap', deadline: r.at + 2_000 });
  });

  it('[IP-5] denies a third voice that was put off with the second', () => {
    const r = room({}, { minSpeakingMs: 1_000 });
    overlap(r, 'bob');
    overlap(r, 'cy');
    r.wait(1_000);
    expect(holders(r)).toEqual(['ann', 'bob']);
    expect(r.last('interruption.denied').data).toMatchObject({
      participant: 'cy',
      code: 'interruption.too_many',
    });
  });

  it('[IP-5] stands still while the conversation is paused', () => {
    const r = room({ yieldSignals: ['pause'], pauseMs: 600, overlapToleranceMs: 2_000 });
    say(r, 'ann', 'Well');
    overlap(r);
    r.wait(500).as('dan').ok('conversation.pause', {});
    r.wait(60_000).as('dan').ok('conversation.resume', {});
    r.wait(99);
    expect(holders(r)).toEqual(['ann', 'bob']);
    r.wait(1);
    expect(r.last('overlap.ended').data).toMatchObject({ keeps: 'bob', cause: 'pause' });
  });
});

describe('giving way in an overlap', () => {
  it('[IP-5] explicitly, by either, gives the floor to the other', () => {
    for (const [who, keeps] of [
      ['ann', 'bob'],
      ['bob', 'ann'],
    ] as const) {
      const r = room();
      overlap(r);
      begin(r, 'bob');
      r.as(who).ok('signal', { kind: 'yield' });
      expect(r.last('overlap.ended').data).toMatchObject({ keeps, cause: 'explicit' });
      expect(r.last('floor.revoked').data).toMatchObject({ participant: who, cause: 'overlap' });
      expect(holders(r)).toEqual([keeps]);
      expect(r.queue).toEqual([]);
    }
  });

  it('[IP-5] by a pause: so long without a piece, counted from the last one', () => {
    const r = room({ yieldSignals: ['pause'], pauseMs: 600 });
    say(r, 'ann', 'Well');
    overlap(r);
    begin(r, 'bob');
    r.wait(400);
    say(r, 'ann', ' then');
    r.wait(199);
    say(r, 'bob', 'But');
    r.wait(400);
    expect(holders(r)).toEqual(['ann', 'bob']);
    r.wait(1);
    expect(r.last('overlap.ended').data).toMatchObject({ keeps: 'bob', cause: 'pause' });
    expect(holders(r)).toEqual(['bob']);
  });

  it('[IP-5] by a pause of the interrupter; before its first word it does not pause', () => {
    const r = room({ yieldSignals: ['pause'], pauseMs: 600, overlapToleranceMs: 3_000 });
    overlap(r);
    for (let i = 0; i < 3; i++) {
      say(r, 'ann', 'on ');
      r.wait(400);
    }
    expect(holders(r)).toEqual(['ann', 'bob']);
    begin(r, 'bob');
    for (let i = 0; i < 2; i++) {
      say(r, 'ann', 'and on ');
      r.wait(300);
    }
    expect(r.last('overlap.ended').data).toMatchObject({ keeps: 'ann', cause: 'pause' });
  });

  it('[IP-5] by the end of a sentence', () => {
    for (const end of ['That is it.', 'Is it? ', 'Ja!»'.replace('»', '”'), 'そうです。']) {
      const r = room({ yieldSignals: ['sentenceEnd'] });
      overlap(r);
      begin(r, 'bob');
      say(r, 'ann', 'That is 3.5 or');
      expect(holders(r)).toEqual(['ann', 'bob']);
      say(r, 'ann', end);
      expect(r.last('overlap.ended').data).toMatchObject({ keeps: 'bob', cause: 'sentenceEnd' });
    }
  });

  it('[IP-5] by addressing the other, and nobody else', () => {
    const r = room({ yieldSignals: ['addressed'] });
    overlap(r);
    r.as('bob').ok('speech', { grant: grantOf(r, 'bob'), text: 'Cy!', addressedTo: ['cy'], final: false });
    expect(holders(r)).toEqual(['ann', 'bob']);
    r.as('bob').ok('speech', { grant: grantOf(r, 'bob'), text: 'Ann?', addressedTo: ['ann'], final: false });
    expect(r.last('overlap.ended').data).toMatchObject({ keeps: 'ann', cause: 'addressed' });
    expect(holders(r)).toEqual(['ann']);
    const streamed = room({ yieldSignals: ['addressed'] });
    overlap(streamed);
    streamed.as('bob').ok('speech.start', { grant: grantOf(streamed, 'bob'), addressedTo: ['ann'] });
    expect(streamed.last('overlap.ended').data).toMatchObject({ keeps: 'ann', cause: 'addressed' });
  });

  it('[IP-7] [IP-5] a backchannel is no way of giving way', () => {
    const r = room({ yieldSignals: ['explicit', 'addressed'] });
    overlap(r);
    for (const who of ['ann', 'bob']) r.as(who).ok('signal', { kind: 'backchannel', text: 'mhm' });
    expect(holders(r)).toEqual(['ann', 'bob']);
  });

  it('[IP-5] only in the ways that the configuration names', () => {
    const r = room({ yieldSignals: [], overlapToleranceMs: 2_000 });
    overlap(r);
    begin(r, 'bob');
    r.as('ann').ok('signal', { kind: 'yield' });
    say(r, 'ann', 'That is it.');
    r.wait(1_000);
    r.as('dan').ok('signal', { kind: 'yield' });
    expect(holders(r)).toEqual(['ann', 'bob']);
  });

  it('[IP-5] means nothing outside an overlap', () => {
    const r = room({ yieldSignals: ['explicit', 'pause', 'sentenceEnd'] });
    r.as('bob').ok('floor.request', {});
    r.as('ann').ok('signal', { kind: 'yield' });
    say(r, 'ann', 'That is it.');
    r.wait(5_000);
    expect(holders(r)).toEqual(['ann']);
  });

  it('[IP-6] a holder that gave way has the floor again when the other then says nothing', () => {
    const r = room({}, { firstContentMs: 5_000, maxTurnMs: 60_000 });
    r.as('cy').ok('floor.request', {});
    r.wait(10_000);
    overlap(r);
    r.as('ann').ok('signal', { kind: 'yield' });
    expect(r.state.floor.holders[0]?.interrupted).toEqual({ participant: 'ann', remainingMs: 50_000 });
    r.wait(5_000);
    expect(r.last('floor.granted').data).toMatchObject({ participant: 'ann', cause: 'returned' });
    expect(r.state.floor.holders).toMatchObject([{ participant: 'ann', turnMs: 50_000 }]);
  });
});
