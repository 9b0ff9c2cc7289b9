import { describe, expect, it } from 'vitest';
import { turnStrategies } from '../turns/registry.ts';
import { TestRoom } from './room.fixture.ts';

function room(config: { floor?: object; interruption?: object } = {}): TestRoom {
  const r = new TestRoom({
    ...config,
    floor: { timers: { minSpeakingMs: 0 }, replyWindowMs: 5_000, ...config.floor },
  });
  for (const id of ['ann', 'bob', 'cy', 'dan']) r.join(id);
  return r;
}

const holders = (r: TestRoom) => r.state.floor.holders.map(({ participant }) => participant);
const grantOf = (r: TestRoom, who: string): number =>
  r.state.floor.holders.find(({ participant }) => participant === who)?.grant ?? 0;

/** Ends its turn with a question to `to`. */
const ask = (r: TestRoom, who: string, to: string) =>
  r.as(who).ok('speech', { grant: grantOf(r, who), text: 'You?', addressedTo: [to], expectsReply: true });

describe('a reply window', () => {
  const settings: Record<string, object> = {
    bidding: { bidWindowMs: 500, closeEarly: false },
    consensus: { votingPeriodMs: 500 },
    concurrent: { maxSimultaneous: 1 },
  };

  for (const kind of Object.keys(turnStrategies)) {
    /** Ann has asked bob; cy waits. */
    function asked(): TestRoom {
      const r = room({ floor: { strategy: { kind, ...settings[kind] } } });
      r.as('ann').ok('floor.request', {});
      r.wait(2_000);
      expect(holders(r)).toEqual(['ann']);
      r.as('cy').ok('floor.request', { urgency: 1 });
      ask(r, 'ann', 'bob');
      return r;
    }

    it(`[FL-13] is for the addressee alone: ${kind}`, () => {
      const r = asked();
      r.wait(2_000);
      r.as('dan').ok('floor.request', { urgency: 1 });
      expect(holders(r)).toEqual([]);
      expect(r.as('bob').ok('floor.request', {})).toMatchObject({ status: 'granted' });
      expect(r.last('floor.granted').data).toMatchObject({ participant: 'bob', cause: 'reply' });
      expect(holders(r)).toEqual(['bob']);
      r.as('bob').ok('floor.release', {});
      r.wait(2_000);
      expect(['cy', 'dan']).toContain(r.holder);
    });

    it(`[FL-13] is over at its end: ${kind}`, () => {
      const r = asked();
      r.wait(4_999);
      expect(holders(r)).toEqual([]);
      r.wait(1);
      if (kind === 'bidding' || kind === 'consensus') {
        expect(r.state.floor.window ?? r.state.floor.ballot).not.toBeNull();
        r.wait(2_000);
      }
      expect(holders(r)).toEqual(['cy']);
    });
  }

  it('[FL-13] [FL-1] waits for a free slot: the other voice of an overlap still speaks', () => {
    const r = room({ floor: {}, interruption: { kind: 'conversational' } });
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.interrupt', {});
    r.as('bob').ok('speech.start', { grant: grantOf(r, 'bob') });
    ask(r, 'ann', 'cy');
    r.as('cy').ok('floor.request', {});
    expect(holders(r)).toEqual(['bob']);
    r.as('dan').ok('floor.request', {});
    r.as('bob').ok('floor.release', {});
    expect(holders(r)).toEqual(['cy']);
  });

  it('[FL-13] stays open while other voices come and go', () => {
    const r = room({
      floor: { strategy: { kind: 'concurrent', maxSimultaneous: 2 } },
    });
    r.as('ann').ok('floor.request', {});
    r.as('cy').ok('floor.request', {});
    ask(r, 'ann', 'bob');
    r.as('dan').ok('floor.request', {});
    r.as('cy').ok('floor.release', {});
    expect(holders(r)).toEqual([]);
    r.as('bob').ok('floor.request', {});
    expect(holders(r)).toEqual(['bob', 'dan']);
  });

  it('[FL-13] opens where the last utterance of the turn asks, and not where an earlier one did', () => {
    const turn = (...utterances: object[]) => {
      const r = room();
      r.as('ann').ok('floor.request', {});
      r.as('cy').ok('floor.request', {});
      for (const more of utterances) {
        r.as('ann').ok('speech', { grant: r.grant, text: 'So?', final: false, ...more });
      }
      r.as('ann').ok('floor.release', {});
      return r.holder;
    };
    const asks = { addressedTo: ['bob'], expectsReply: true };
    expect(turn(asks)).toBeUndefined();
    expect(turn({}, asks)).toBeUndefined();
    expect(turn(asks, {})).toBe('cy');
    expect(turn({ addressedTo: ['bob'] })).toBe('cy');
    expect(turn({ expectsReply: true })).toBe('cy');
  });

  it('[FL-13] opens where the end of a streamed utterance says so, for those whom it names', () => {
    const ended = (end: object) => {
      const r = room();
      r.as('ann').ok('floor.request', {});
      r.as('cy').ok('floor.request', {});
      const start = { grant: r.grant, addressedTo: ['bob'] };
      const utterance = String(r.as('ann').ok('speech.start', start)['utterance']);
      r.as('ann').ok('speech.end', { utterance, text: 'You?', ...end });
      return r.state.floor.replyWindow?.addressees;
    };
    expect(ended({})).toBeUndefined();
    expect(ended({ expectsReply: true })).toEqual(['bob']);
    expect(ended({ expectsReply: true, addressedTo: ['dan'] })).toEqual(['dan']);
  });

  it('[FL-13] is none where replyWindowMs is 0, as it is by default', () => {
    for (const r of [room({ floor: { replyWindowMs: 0 } }), new TestRoom().join('ann').join('bob')]) {
      r.as('ann').ok('floor.request', {});
      ask(r, 'ann', 'bob');
      expect(r.last('floor.released').data).not.toHaveProperty('replyWindow');
    }
  });

  it('[FL-13] keeps nobody back while none of its addressees can be granted the floor', () => {
    const gone: [string, (r: TestRoom) => void][] = [
      ['left', (r) => r.as('bob').ok('conversation.leave', {})],
      ['dropped', (r) => r.hub('connection.lost', { participant: 'bob' })],
      ['observes', (r) => r.hub('role.set', { participant: 'bob', roles: ['observer'] })],
      ['muted', (r) => r.hub('participant.mute', { participant: 'bob' })],
    ];
    for (const [, goes] of gone) {
      const r = room();
      r.as('ann').ok('floor.request', {});
      r.as('cy').ok('floor.request', {});
      const addressees = { addressedTo: ['bob', 'dan'], expectsReply: true };
      r.as('ann').ok('speech', { grant: r.grant, text: 'You?', ...addressees });
      goes(r);
      expect(r.holder).toBeUndefined();
      r.as('dan').ok('conversation.leave', {});
      expect(r.holder).toBe('cy');
    }
  });

  it('[FL-13] keeps the others back again when an addressee that was away returns before its end', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    ask(r, 'ann', 'bob');
    r.hub('connection.lost', { participant: 'bob' });
    r.wait(1_000).hub('connection.restored', { participant: 'bob' });
    r.as('cy').ok('floor.request', {});
    expect(r.holder).toBeUndefined();
    r.wait(4_000);
    expect(r.holder).toBe('cy');
  });

  it('[FL-13] opens for nobody who speaks already', () => {
    const r = room({
      floor: { strategy: { kind: 'concurrent', maxSimultaneous: 2 } },
    });
    for (const id of ['ann', 'bob', 'cy']) r.as(id).ok('floor.request', {});
    ask(r, 'ann', 'bob');
    expect(holders(r)).toEqual(['bob', 'cy']);
  });

  it('[FL-13] [FL-14] that opens in a pause has its time from the end of the pause', () => {
    const r = room();
    r.join('mod', { roles: ['moderator'] });
    r.as('ann').ok('floor.request', {});
    const question = { text: 'You?', addressedTo: ['bob'], expectsReply: true, final: false };
    r.as('ann').ok('speech', { grant: r.grant, ...question });
    r.as('mod').ok('conversation.pause', {});
    r.wait(60_000).as('ann').ok('floor.release', {});
    r.as('cy').ok('floor.request', {});
    r.wait(30_000).as('mod').ok('conversation.resume', {});
    r.wait(4_999);
    expect(holders(r)).toEqual([]);
    r.wait(1);
    expect(holders(r)).toEqual(['cy']);
  });
});
