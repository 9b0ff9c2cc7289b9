import { expect, test } from 'vitest';
import { checkQuorum } from './quorum.ts';
import { Story } from './story.fixture.ts';

const CAUSE = { cause: 'min_participants' };

/** Ada and Bob have come one after the other to a conversation that needs two, and go on a second later. */
function found(tell: (story: Story) => void): string[] {
  const story = new Story({ minParticipants: 2 });
  story.joins('ada');
  story.happens('conversation.paused', CAUSE);
  story.wait(10).joins('bob');
  story.happens('conversation.resumed', CAUSE);
  story.wait(1_000);
  tell(story);
  return checkQuorum(story.evidence()).map(({ rule, text }) => `${rule}: ${text}`);
}
const loses = (story: Story): number => story.happens('participant.disconnected', { participant: 'prt_bob' });
const returns = (story: Story): number => story.happens('participant.returned', { participant: 'prt_bob' });

test('[DG-1] who is lost pauses the conversation, and who comes back resumes it', () => {
  expect(found(() => undefined)).toEqual([]);
  expect(
    found((story) => {
      loses(story);
      story.happens('conversation.paused', CAUSE);
      story.wait(5);
      returns(story);
      story.happens('conversation.resumed', CAUSE);
      story.wait(5).happens('topic.changed', { topic: 'x' });
    }),
  ).toEqual([]);
});

test('[DG-1] going on with too few is found, also at the end and where the configuration asks for more', () => {
  expect(found(loses)).toEqual(['DG-1: at the end: goes on with 1 of at least 2 there']);
  expect(
    found((story) => {
      loses(story);
      story.wait(5).happens('topic.changed', { topic: 'x' });
      story.happens('conversation.paused', CAUSE);
    }),
  ).toEqual(['DG-1: seq 7 (topic.changed): goes on with 1 of at least 2 there']);
  expect(
    found((story) => void story.happens('conversation.configured', { config: { minParticipants: 3 } })),
  ).toEqual(['DG-1: at the end: goes on with 2 of at least 3 there']);
});

test('[DG-1] a pause or an end of it without a reason, and one that lasts, are found', () => {
  expect(found((story) => void story.happens('conversation.paused', CAUSE))).toEqual([
    'DG-1: seq 6: paused with 2 of at least 2 there',
    'DG-1: at the end: still paused with 2 of at least 2 there',
  ]);
  expect(
    found((story) => {
      loses(story);
      story.happens('conversation.paused', CAUSE);
      story.happens('conversation.resumed', CAUSE);
      story.happens('conversation.paused', { cause: 'moderator' });
    }),
  ).toEqual(['DG-1: seq 8: resumed with 1 of at least 2 there']);
  expect(
    found((story) => {
      loses(story);
      story.happens('conversation.paused', CAUSE);
      story.wait(5);
      returns(story);
      story.wait(5).happens('topic.changed', { topic: 'x' });
      story.happens('conversation.resumed', CAUSE);
    }),
  ).toEqual(['DG-1: seq 9 (topic.changed): still paused with 2 of at least 2 there']);
});

test('[DG-1] what a moderator has paused, or has ended, waits for nobody', () => {
  const moderator = { cause: 'moderator' };
  expect(
    found((story) => {
      story.happens('conversation.paused', moderator);
      story.wait(5);
      loses(story);
      story.wait(5).happens('topic.changed', { topic: 'x' });
    }),
  ).toEqual([]);
  expect(
    found((story) => {
      loses(story);
      story.happens('conversation.ended', moderator);
      story.wait(5).happens('participant.left', { participant: 'prt_bob' });
    }),
  ).toEqual([]);
});
