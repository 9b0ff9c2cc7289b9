import { describe, expect, it } from 'vitest';
import { TestRoom } from '../conversation/room.fixture.ts';

/** Ann holds the floor and is asked whether bob may cut in. */
function room(policy: object = {}): TestRoom {
  const r = new TestRoom({
    floor: { timers: { minSpeakingMs: 0 } },
    interruption: { kind: 'cooperative', requestTimeoutMs: 5_000, ...policy },
  });
  for (const id of ['ann', 'bob', 'cy', 'dan']) r.join(id, id === 'dan' ? { roles: ['moderator'] } : {});
  r.as('ann').ok('floor.request', {});
  return r;
}

function ask(r: TestRoom, who = 'bob', data: { queueIfDenied?: boolean } = {}): string {
  const reply = r.as(who).ok('floor.interrupt', data);
  expect(reply).toMatchObject({ outcome: 'asked' });
  return String(reply['interruption']);
}

describe('asking the holder', () => {
  it('[IP-4] hands the floor over in one batch when the holder grants it', () => {
    const r = room();
    const { utterance } = r.as('ann').ok('speech.start', { grant: r.grant });
    r.as('ann').ok('speech.delta', { utterance: String(utterance), text: 'As I was' });
    const interruption = ask(r);
    expect(r.last('interruption.requested').data).toMatchObject({
      stage: 'asked',
      holder: 'ann',
      deadline: new Date(r.at + 5_000).toISOString(),
    });
    const before = r.events.length;
    r.as('ann').ok('interruption.answer', { interruption, grant: true });
    expect(r.types(before)).toEqual([
      'interruption.answered',
      'interruption.granted',
      'speech.ended',
      'floor.revoked',
      'floor.granted',
    ]);
    expect(r.holder).toBe('bob');
    expect(r.state.floor.interruption).toBeNull();
  });

  it('[IP-4] queues at the end whoever the holder declines', () => {
    const r = room();
    r.as('cy').ok('floor.request', {});
    const interruption = ask(r);
    r.as('ann').ok('interruption.answer', { interruption, grant: false });
    expect(r.last('interruption.denied').data).toMatchObject({
      participant: 'bob',
      code: 'interruption.declined',
    });
    expect(r.holder).toBe('ann');
    expect(r.queue).toEqual(['cy', 'bob']);
  });

  it('[IP-4] keeps the place of a declined interrupter that waited already', () => {
    const r = room();
    r.as('bob').ok('floor.request', {});
    r.as('cy').ok('floor.request', {});
    r.as('ann').ok('interruption.answer', { interruption: ask(r), grant: false });
    expect(r.queue).toEqual(['bob', 'cy']);
  });

  it('[IP-4] [FL-11] queues the interrupter when the holder does not answer in time', () => {
    const r = room();
    ask(r);
    r.wait(4_999);
    expect(r.queue).toEqual([]);
    r.wait(1);
    expect(r.last('interruption.denied').data).toMatchObject({ code: 'interruption.declined' });
    expect(r.queue).toEqual(['bob']);
    expect(r.holder).toBe('ann');
  });

  it('[IP-4] denies it then where the configuration says so', () => {
    const r = room({ onNoResponse: 'deny' });
    ask(r);
    r.wait(5_000);
    expect(r.last('interruption.denied').data).toMatchObject({ code: 'interruption.declined' });
    expect(r.queue).toEqual([]);
    expect(r.state.floor.interruption).toBeNull();
    ask(r, 'bob', { queueIfDenied: true });
    r.wait(5_000);
    expect(r.types().filter((type) => type === 'interruption.denied')).toHaveLength(2);
    expect([r.holder, r.queue]).toEqual(['ann', ['bob']]);
  });

  it('[IP-4] queues nobody beyond the queue length', () => {
    const r = new TestRoom({
      floor: { timers: { minSpeakingMs: 0 }, queueLengthMax: 1 },
      interruption: { kind: 'cooperative' },
    });
    for (const id of ['ann', 'bob', 'cy']) r.join(id);
    r.as('ann').ok('floor.request', {});
    r.as('cy').ok('floor.request', {});
    r.as('ann').ok('interruption.answer', { interruption: ask(r), grant: false });
    expect(r.last('interruption.denied').data).toMatchObject({ code: 'interruption.declined' });
    expect(r.queue).toEqual(['cy']);
  });

  it('[IP-4] only takes the answer of who was asked, to the question that is open', () => {
    const r = room();
    const interruption = ask(r);
    const answer = { interruption, grant: true };
    expect(r.as('bob').refused('interruption.answer', answer).code).toBe('floor.not_holder');
    expect(r.as('ann').refused('interruption.answer', { ...answer, interruption: 'int_999' }).code).toBe(
      'not_found',
    );
    r.as('ann').ok('interruption.answer', { interruption, grant: false });
    expect(r.as('ann').refused('interruption.answer', answer).code).toBe('not_found');
  });

  it('[IP-4] allows so many asks to each interrupter in a turn, and counts anew in the next', () => {
    const r = room({ onNoResponse: 'deny' });
    for (let asks = 0; asks < 2; asks++) {
      ask(r);
      r.wait(5_000);
    }
    expect(r.as('bob').ok('floor.interrupt', {})).toMatchObject({
      outcome: 'denied',
      code: 'interruption.too_many',
    });
    for (let asks = 0; asks < 2; asks++) {
      ask(r, 'cy');
      r.wait(5_000);
    }
    r.as('ann').ok('floor.release', {});
    r.as('ann').ok('floor.request', {});
    ask(r);
  });

  it('[IP-4] counts an ask that was put off once', () => {
    const r = new TestRoom({
      interruption: { kind: 'cooperative', onNoResponse: 'deny', requestTimeoutMs: 1_000 },
    })
      .join('ann')
      .join('bob');
    r.as('ann').ok('floor.request', {});
    expect(r.as('bob').ok('floor.interrupt', {})).toMatchObject({ outcome: 'deferred' });
    expect(r.state.floor.holders[0]?.asked).toEqual({});
    r.wait(1_000);
    expect(r.state.floor.interruption).toMatchObject({ stage: 'asked', deadline: r.at + 1_000 });
    expect(r.state.floor.holders[0]?.asked).toEqual({ bob: 1 });
  });

  it('[IP-4] asks one question at a time', () => {
    const r = room();
    ask(r);
    expect(r.as('cy').ok('floor.interrupt', { queueIfDenied: true })).toMatchObject({
      outcome: 'queued',
      code: 'interruption.too_many',
    });
    expect(r.as('bob').ok('floor.interrupt', {})).toMatchObject({ outcome: 'asked' });
  });

  it('[IP-4] is moot when the interrupter leaves, is dropped or becomes an observer', () => {
    const left = room();
    ask(left);
    left.as('bob').ok('conversation.leave', {});
    const dropped = room();
    ask(dropped);
    dropped.hub('connection.lost', { participant: 'bob' });
    const listens = room();
    ask(listens);
    listens.as('dan').ok('role.set', { participant: 'bob', roles: ['observer'] });
    for (const r of [left, dropped, listens]) {
      expect(r.last('interruption.moot').data).toMatchObject({ cause: 'interrupter_left' });
      expect(r.holder).toBe('ann');
      expect(r.queue).toEqual([]);
    }
  });

  it('[IP-4] [FL-12] puts the interrupter at the head when the holder leaves or ends its turn', () => {
    for (const end of ['conversation.leave', 'floor.release'] as const) {
      const r = room();
      r.as('cy').ok('floor.request', {});
      const interruption = ask(r);
      r.as('ann').ok(end, {});
      expect(r.last('interruption.moot').data).toMatchObject({ interruption, cause: 'turn_ended' });
      expect(r.holder).toBe('bob');
      expect(r.queue).toEqual(['cy']);
    }
  });

  it('[IP-4] [FL-12] stands still while the conversation is paused', () => {
    const r = room();
    const interruption = ask(r);
    r.wait(3_000).as('dan').ok('conversation.pause', {});
    r.wait(60_000).as('dan').ok('conversation.resume', {});
    r.wait(1_999);
    expect(r.state.floor.interruption?.id).toBe(interruption);
    r.wait(1);
    expect(r.state.floor.interruption).toBeNull();
  });
});
