import { describe, expect, test } from 'vitest';
import { checkAudience } from './audience.ts';
import { checkChain } from './chain.ts';
import type { Data, LoggedWireEvent } from './history.ts';
import { Story, type Teller } from './story.fixture.ts';

interface People {
  readonly ada: Teller;
  readonly bob: Teller;
  readonly cy: Teller;
}

/** Ada teaches, Bob and Cy learn, Mod moderates. */
function room(routing: Data, tell: (story: Story, people: People) => void, history: Data = {}): string[] {
  const story = new Story({ routing, history });
  story.joins('mod', { roles: ['moderator'] });
  const ada = story.joins('ada', { roles: ['teacher'] });
  const bob = story.joins('bob', { roles: ['student'], topics: ['tea.*'] });
  const cy = story.joins('cy', { roles: ['student'] });
  tell(story, { ada, bob, cy });
  return checkAudience(story.evidence()).map(({ rule, text }) => `${rule}: ${text}`);
}
const ids = (...names: string[]): string[] => names.map((name) => `prt_${name}`);

describe('stored audiences', () => {
  const says = (routing: Data, audience: LoggedWireEvent['audience'], more: Data = {}) =>
    room(routing, (story, { ada }) => {
      ada.invoke('a1', 'speech');
      const seq = story.said(ada, more, audience);
      ada.ok('a1', seq, { utterance: `utt_${seq}` });
    });

  test('[RT-1] [RT-2] [RT-3] an utterance is for whom its routing says, the speaker and moderators', () => {
    expect(says({ kind: 'broadcast' }, 'all')).toEqual([]);
    expect(says({ kind: 'broadcast' }, ids('mod', 'ada', 'bob'))).toEqual([
      'RT-1: seq 6 (speech.ended): not heard by prt_cy, who should',
    ]);
    const table = { kind: 'roleBased', table: { teacher: ['student'] } };
    expect(says(table, ids('mod', 'ada', 'bob', 'cy'))).toEqual([]);
    expect(says({ ...table, table: {} }, ids('mod', 'ada', 'bob'))).toEqual([
      'RT-2: seq 6 (speech.ended): heard by prt_bob, who should not',
    ]);
    const tea = { topics: ['tea.green'] };
    expect(says({ kind: 'topicBased' }, ids('mod', 'ada', 'bob'), tea)).toEqual([]);
    expect(says({ kind: 'topicBased' }, 'all', tea)[0]).toContain('RT-3');
    expect(says({ kind: 'topicBased' }, ids('mod', 'ada'), tea)[0]).toContain('not heard by prt_bob');
  });

  test('[RT-5] whoever is addressed hears, and what is private is for its participant and moderators', () => {
    const none = { kind: 'roleBased', table: {} };
    expect(says(none, ids('mod', 'ada', 'cy'), { addressedTo: ids('cy') })).toEqual([]);
    const always = (who: string): string[] => [
      `RT-5: seq 6 (speech.ended): not heard by prt_${who}, who always do`,
    ];
    expect(says(none, ids('mod', 'ada'), { addressedTo: ids('cy') })).toEqual(always('cy'));
    expect(says(none, ids('ada'))).toEqual(always('mod'));
    expect(says(none, ids('mod'))).toEqual(always('ada'));
    const bids = (audience: LoggedWireEvent['audience']) =>
      room({ kind: 'broadcast' }, (story, { bob }) => {
        story.happens('bid.placed', { participant: bob.participant }, { audience });
      });
    expect(bids(ids('mod', 'bob'))).toEqual([]);
    expect(bids(ids('mod', 'bob', 'cy'))[0]).toContain('RT-5: seq 6 (bid.placed): private to prt_bob');
    expect(bids('all')[0]).toContain('also for all');
    expect(bids(ids('mod'))[0]).toContain('not for prt_bob');
    const topics = room({ kind: 'broadcast' }, (story) => {
      story.happens('topic.changed', { topic: 'x' }, { audience: ids('ada') });
    });
    expect(topics).toEqual(['RT-5: seq 6 (topic.changed): not for everybody']);
  });

  test('[RT-6] a whisper is narrowed to whom it names, and stays so to its end', () => {
    const whispers = (audience: LoggedWireEvent['audience'], to = ids('bob')) =>
      room({ kind: 'broadcast', whisper: true }, (story, { ada }) => {
        ada.invoke('a1', 'speech', { to });
        const seq = story.said(ada, {}, audience);
        ada.ok('a1', seq, { utterance: `utt_${seq}` });
      });
    expect(whispers(ids('mod', 'ada', 'bob'))).toEqual([]);
    expect(whispers(ids('mod', 'ada', 'bob', 'cy'))).toEqual([
      'RT-6: seq 6 (speech.ended): heard by prt_cy, who should not',
    ]);
    expect(whispers('all').at(-1)).toContain('a whisper that whoever joins after 6 can read');
    const ends = (audience: LoggedWireEvent['audience']) =>
      room({ kind: 'broadcast', whisper: true }, (story, { ada }) => {
        const data = { participant: ada.participant, utterance: 'utt_6', topics: [], addressedTo: [] };
        story.happens('speech.started', data, { audience: ids('mod', 'ada', 'bob') });
        story.said(ada, { utterance: 'utt_6', addressedTo: ids('cy') }, audience);
      });
    expect(ends(ids('mod', 'ada', 'bob', 'cy'))).toEqual([]);
    expect(ends('all')).toHaveLength(1);
  });
});

describe('what was seen', () => {
  const whispered = (see: (story: Story, people: People, seq: number) => void, history: Data = {}) =>
    room(
      { kind: 'broadcast', whisper: true },
      (story, people) => see(story, people, story.said(people.ada, {}, ids('mod', 'ada', 'bob'))),
      history,
    );

  test('[RT-7] nobody is sent what is not for it, live, in a catch-up or in pieces', () => {
    expect(whispered((_, { bob }, seq) => void bob.got([seq]))).toEqual([]);
    expect(whispered((_, { cy }, seq) => void cy.got([seq]))).toEqual([
      'RT-7: cy (prt_cy) was sent seq 6 (speech.ended), which is not for it',
    ]);
    const shown = whispered((story, { cy }, seq) => void cy.lost().joined(seq, false, [story.log[seq - 1]!]));
    expect(shown).toHaveLength(1);
    const pieces = (who: 'bob' | 'cy') =>
      whispered((story, people) => {
        const { participant } = people.ada;
        const data = { participant, utterance: 'utt_7', topics: [], addressedTo: [] };
        story.happens('speech.started', data, { audience: ids('mod', 'ada', 'bob') });
        people[who].told('speech.delta', { utterance: 'utt_7', text: 'ps' });
      });
    expect(pieces('bob')).toEqual([]);
    expect(pieces('cy')).toEqual(['RT-7: cy (prt_cy) was sent speech.delta, which is not for it']);
  });

  test('[RT-7] who joined later is shown nothing from before, where that is configured', () => {
    const before = (visibility: string) =>
      whispered((story, { cy }) => void cy.lost().joined(6, false, [story.log[1]!]), { visibility });
    expect(before('full')).toEqual([]);
    expect(before('sinceJoin')).toEqual(['RT-7: cy was shown seq 2 from before it joined at 5']);
  });

  test('[CS-5] events for others are no part of a chain', () => {
    const story = new Story();
    const ada = story.joins('ada');
    const bob = story.joins('bob');
    const cy = story.joins('cy');
    const whisper = story.said(ada, {}, ids('ada', 'bob'));
    const aloud = story.said(ada);
    bob.got([4, whisper, aloud]);
    cy.got([aloud], { after: 4 });
    expect(checkChain(story.evidence())).toEqual([]);
    cy.entries.length = 1;
    cy.got([aloud], { after: whisper });
    expect(checkChain(story.evidence())[0]!.text).toBe(
      'cy: got seq 6 (speech.ended) after 5, its chain has 4 there',
    );
  });
});
