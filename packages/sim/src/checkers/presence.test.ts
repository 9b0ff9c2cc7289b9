import { describe, expect, test } from 'vitest';
import { checkPresence } from './presence.ts';
import { Story, type Teller } from './story.fixture.ts';

/** Bob is disconnected with a grace of a second; `then` is what comes of it. */
function away(then: (story: Story, bob: Teller) => void, profile: object = {}): string[] {
  const story = new Story();
  story.joins('ada');
  const bob = story.joins('bob', { ...profile });
  story.happens('participant.disconnected', { participant: bob.participant, graceMs: 1_000 });
  then(story, bob);
  const readAt = Date.parse('2026-01-01T00:00:00.000Z') + story.now;
  return checkPresence(story.evidence(), { slackMs: 100, readAt }).map(
    ({ rule, text }) => `${rule}: ${text}`,
  );
}
const leaves = (story: Story, { participant }: Teller, cause = 'timeout') =>
  void story.happens('participant.left', { participant, cause });
const returns = (story: Story, { participant }: Teller) =>
  void story.happens('participant.returned', { participant });

describe('presence', () => {
  test('[PR-2] a return within the grace and a time-out at its end pass', () => {
    expect(away((story, bob) => returns(story.wait(900), bob))).toEqual([]);
    expect(away((story, bob) => leaves(story.wait(1_050), bob))).toEqual([]);
    expect(away((story, bob) => leaves(story.wait(10), bob, 'left'))).toEqual([]);
    expect(away((story) => void story.wait(900))).toEqual([]);
  });

  test('[PR-2] a time-out too early, too late, never, or of somebody who is there is found', () => {
    expect(away((story, bob) => leaves(story.wait(999), bob))).toEqual([
      'PR-2: seq 5 (participant.left): prt_bob timed out after 999 ms, 1000 allowed',
    ]);
    expect(away((story, bob) => leaves(story.wait(1_200), bob))[0]).toContain('stayed a member for 1200 ms');
    expect(away((story) => void story.wait(5_000))[0]).toContain('at the end: prt_bob stayed a member');
    const back = away((story, bob) => {
      returns(story.wait(10), bob);
      leaves(story.wait(2_000), bob);
    });
    expect(back).toEqual([
      'PR-2: seq 6 (participant.left): prt_bob timed out without having been disconnected',
    ]);
  });

  test('[PR-2] who may be away for days stays, and a change of the grace holds for who is away', () => {
    expect(away((story) => void story.wait(90_000), { async: true })).toEqual([]);
    expect(away((story, bob) => leaves(story.wait(2_000), bob), { async: true })[0]).toContain('may be away');
    const changed = away((story, bob) => {
      story.wait(10).happens('conversation.configured', { config: { presence: { reconnectGraceMs: 200 } } });
      leaves(story.wait(240), bob);
    });
    expect(changed).toEqual([]);
  });

  test('[PR-2] nobody is disconnected twice, or returns as no member', () => {
    const twice = away(
      (story, bob) =>
        void story.happens('participant.disconnected', { participant: bob.participant, graceMs: 1_000 }),
    );
    expect(twice).toEqual(['PR-2: seq 5 (participant.disconnected): prt_bob was disconnected already']);
    const stranger = away((story, bob) => {
      leaves(story.wait(1_000), bob);
      returns(story, bob);
    });
    expect(stranger).toEqual(['PR-2: seq 6 (participant.returned): prt_bob is no member']);
  });

  test('[PR-2] who is told that it has left must have left', () => {
    const denied = (_: Story, bob: Teller) =>
      void bob.note({ kind: 'denied', participant: bob.participant, code: 'resume.expired' });
    expect(away(denied)).toEqual(['PR-2: at the end: bob was told that prt_bob had left, which is a member']);
    expect(away((story, bob) => void (leaves(story.wait(1_050), bob), denied(story, bob)))).toEqual([]);
  });
});
