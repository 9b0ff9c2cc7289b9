import { describe, expect, test } from 'vitest';
import { checkBestEffort } from './best-effort.ts';
import { checkCausal } from './causal.ts';
import { checkChain } from './chain.ts';
import { checkEventual } from './eventual.ts';
import type { Violation } from './history.ts';
import { Story, type Teller } from './story.fixture.ts';
import { checkStrong } from './strong.ts';

const texts = (violations: readonly Violation[]): string[] =>
  violations.map(({ rule, text }) => `${rule}: ${text}`);

describe('strong', () => {
  const strong = { consistency: { kind: 'strong', barrierTimeoutMs: 1_000 } };

  /** Ada speaks, Bob is to be granted the floor; `between` is what happens in between. */
  function turn(between: (story: Story, ada: Teller, bob: Teller, said: number) => void): string[] {
    const story = new Story();
    const ada = story.joins('ada', strong);
    const bob = story.joins('bob', strong);
    ada.got([3]);
    const said = story.wait(10).said(ada);
    for (const each of [ada, bob]) each.got([said]);
    ada.acked(said);
    story.wait(10);
    between(story, ada, bob, said);
    const granted = story.wait(10).granted(bob);
    for (const each of [ada, bob]) each.got([granted]);
    return texts(checkStrong(story.evidence()));
  }
  const stale = (bob: Teller, seq: number, head: number) => ({
    participant: bob.participant,
    level: 'strong',
    seq,
    head,
  });

  test('[CS-1] a grant behind all acknowledgements passes, one before them is found', () => {
    expect(turn((_, __, bob, said) => void bob.acked(said))).toEqual([]);
    expect(turn(() => undefined)).toEqual([
      'CS-1: seq 5 grants the floor, and bob (prt_bob), connected since 3, has not acknowledged the utterance 4',
    ]);
    expect(turn((_, __, bob, said) => void bob.acked(said - 1))).toHaveLength(1);
  });

  test('[CS-1] an acknowledgement that is sent when the grant is out already comes too late', () => {
    const story = new Story();
    const ada = story.joins('ada', strong);
    const bob = story.joins('bob', strong);
    const said = story.said(ada);
    for (const each of [ada, bob]) each.got([said]);
    ada.acked(said);
    const granted = story.wait(10).granted(bob);
    ada.got([granted]);
    story.wait(10);
    bob.acked(said).got([granted]);
    expect(checkStrong(story.evidence())).toHaveLength(1);
  });

  test('[CS-1] a view that was announced stale is passed over until it has caught up', () => {
    const told = (waitMs: number, seq: number, head = 4) =>
      turn((story, ada, bob) => void (story.wait(waitMs), ada.told('view.stale', stale(bob, seq, head))));
    expect(told(1_000, 3)).toEqual([]);
    expect(told(500, 3)).toEqual(['CS-1: ada was told after 510 ms that prt_bob is stale, which has 1000']);
    expect(told(1_000, 4)).toEqual(['CS-1: ada was told that prt_bob lacks 4 with 4, which it does not']);
    const again = turn((story, ada, bob) => {
      story.wait(1_000);
      ada.told('view.stale', stale(bob, 3, 4));
      ada.told('view.caught_up', { participant: bob.participant, level: 'strong', seq: 4 });
    });
    expect(again).toHaveLength(1);
  });

  test('[CS-1] nobody waits for who is not connected, could not hear it, or has another level', () => {
    const disconnected = turn((story, ada, bob) => {
      const data = { participant: bob.participant, graceMs: 1_000 };
      ada.got([story.happens('participant.disconnected', data)]);
    });
    expect(disconnected).toEqual([]);
    const story = new Story();
    const ada = story.joins('ada', strong);
    story.joins('bob', strong);
    story.joins('cy');
    const said = story.said(ada, {}, [ada.participant]);
    ada.got([said]).acked(said);
    ada.got([story.wait(10).granted(ada)]);
    expect(checkStrong(story.evidence())).toEqual([]);
  });

  test('[CS-1] where nobody could hear an announcement there may have been one', () => {
    const story = new Story();
    const ada = story.joins('ada', strong);
    const bob = story.joins('bob', strong);
    const said = story.said(ada);
    for (const each of [ada, bob]) each.got([said]);
    ada.acked(said);
    const granted = story.wait(2_000).granted(bob);
    for (const each of [ada, bob]) each.got([granted]);
    expect(checkStrong(story.evidence(false))).toEqual([]);
    expect(checkStrong(story.evidence(true))).toHaveLength(1);
  });

  test('[CS-1] what is based on less than the last utterance must be refused, and not for nothing', () => {
    const commands = (basedOn: number, answer: (bob: Teller) => void) => {
      const story = new Story();
      const ada = story.joins('ada', strong);
      const bob = story.joins('bob', strong);
      const said = story.said(ada);
      bob.got([said]).invoke('b1', 'topic.set', { topic: 'b1' }, basedOn);
      story.happens('topic.changed', { topic: 'b1' }, { by: bob.participant });
      answer(bob);
      return texts(checkStrong(story.evidence()));
    };
    expect(commands(4, (bob) => void bob.ok('b1', 5))).toEqual([]);
    expect(commands(3, (bob) => void bob.ok('b1', 5))).toEqual([
      'CS-1: bob, b1: accepted at 5 although based on 3, before the utterance 4',
    ]);
    const refused = (seq: number) => (bob: Teller) =>
      void bob.fail('b1', 'context.conflict', { lastUtterance: seq });
    expect(commands(3, refused(4))).toEqual([]);
    expect(commands(4, refused(4))).toEqual(['CS-1: bob, b1: refused for an utterance 4, based on 4']);
    expect(commands(3, refused(5))).toEqual(['CS-1: bob, b1: refused for an utterance 5, based on 3']);
  });
});

describe('eventual', () => {
  /** Bob gets what Ada gets at once after `lagMs`; `between` is told meanwhile. */
  function late(lagMs: number, between: (bob: Teller) => void = () => undefined): string[] {
    const story = new Story({ consistency: { kind: 'eventual', maxLagMs: 100 } });
    const ada = story.joins('ada');
    const bob = story.joins('bob');
    const said = story.wait(10).said(ada);
    ada.got([said]);
    story.wait(lagMs);
    between(bob);
    bob.got([said]);
    return texts(checkEventual(story.evidence()));
  }
  const stale = (bob: Teller) =>
    bob.told('view.stale', { participant: bob.participant, level: 'eventual', seq: 3, head: 4, lagMs: 200 });

  test('[CS-2] what comes late is found unless the view was told that it is behind', () => {
    expect(late(150)).toEqual([]);
    expect(late(151)).toEqual([
      'CS-2: bob: seq 4 (speech.ended) came 151 ms late, at most 150 allowed, and nobody said so',
    ]);
    expect(late(1_000, stale)).toEqual([]);
    const over = (bob: Teller) =>
      stale(bob).told('view.caught_up', { participant: bob.participant, level: 'eventual', seq: 4 });
    expect(late(1_000, over)).toHaveLength(1);
  });

  test('[CS-2] what was on its way ahead of the announcement may come ahead of it', () => {
    const story = new Story({ consistency: { kind: 'eventual', maxLagMs: 100 } });
    const ada = story.joins('ada');
    const bob = story.joins('bob');
    const said = story.wait(10).said(ada);
    ada.got([said]);
    story.wait(1_000);
    stale(bob.got([said]));
    expect(checkEventual(story.evidence())).toEqual([]);
  });

  test('[CS-2] an announcement may be lost with a connection that was dead before its end (the simulated world found it)', () => {
    const silentFor = (ms: number, meanwhile: (bob: Teller) => void = () => undefined): string[] => {
      const story = new Story({ consistency: { kind: 'eventual', maxLagMs: 100 } });
      const ada = story.joins('ada');
      const bob = story.joins('bob');
      const said = story.wait(10).said(ada);
      ada.got([said]);
      story.wait(1_000);
      bob.got([said]);
      story.wait(200);
      meanwhile(bob);
      story.wait(ms);
      bob.lost();
      return texts(checkEventual(story.evidence()));
    };
    expect(silentFor(541)).toEqual([]);
    // It was alive: there was something else that came.
    expect(silentFor(541, (bob) => bob.told('signal', {}))).toHaveLength(1);
    // Nobody is that slow to notice.
    expect(silentFor(5_000)).toHaveLength(1);
  });

  test('[CS-2] an announcement may be lost with the connection that it was on', () => {
    const story = new Story({ consistency: { kind: 'eventual', maxLagMs: 100 } });
    const ada = story.joins('ada');
    const bob = story.joins('bob');
    const said = story.wait(10).said(ada);
    ada.got([said]);
    story.wait(1_000);
    bob.got([said]);
    story.wait(50);
    bob.lost();
    expect(checkEventual(story.evidence())).toEqual([]);
  });

  test('[CS-2] time without a connection is no lag', () => {
    const story = new Story();
    const ada = story.joins('ada');
    const bob = story.joins('bob');
    bob.lost();
    const said = story.wait(10).said(ada);
    ada.got([said]);
    story.wait(60_000);
    bob.joined(3, true).got([said]);
    expect(checkEventual(story.evidence())).toEqual([]);
  });
});

describe('causal', () => {
  const causal = { consistency: { kind: 'causal' } };

  /** Bob was away for two utterances and comes back while a third is being made, which rests on `cause`. */
  function back(cause: Record<string, unknown>, order: (bob: Teller, last: number) => void, acked = 0) {
    const story = new Story();
    const ada = story.joins('ada');
    const bob = story.joins('bob', causal);
    ada.got([3]);
    bob.lost();
    for (let each = 0; each < 2; each += 1) ada.got([story.said(ada)]);
    if (acked > 0) ada.acked(acked);
    ada.invoke('a3', 'speech', { text: 'ada.6' });
    bob.joined(3, true);
    const last = story.said(ada, cause);
    ada.got([last]);
    order(bob, last);
    const evidence = story.evidence();
    return texts([...checkCausal(evidence), ...checkChain(evidence)]);
  }
  const early = (bob: Teller, last: number) => void bob.got([last], { early: true }).got([4, 5]);

  test('[CS-3] an early event passes where its causes are there, and is found where they are not', () => {
    expect(back({}, early)).toEqual([]);
    expect(back({ inReplyTo: 3 }, early)).toEqual([]);
    expect(back({ inReplyTo: 5 }, early)).toEqual([
      'CS-3: bob: got seq 6 (speech.ended), which rests on 5, with nothing but what is up to 3',
    ]);
    expect(back({ inReplyTo: 'utt_4' }, early)).toHaveLength(1);
    expect(back({ inReplyTo: 5 }, (bob, last) => void bob.got([4, 5, last]))).toEqual([]);
  });

  test('[CS-3] what its author had acknowledged is a cause', () => {
    expect(back({}, early, 4)).toHaveLength(1);
    expect(back({}, (bob, last) => void bob.got([4]).got([last], { early: true }).got([5]), 4)).toEqual([]);
  });

  test('[CS-3] [CS-5] an early event names its true predecessor, comes once, and leaves no gap', () => {
    const wrong = back({}, (bob, last) => void bob.got([last], { early: true, after: 3 }).got([4, 5]));
    expect(wrong).toEqual(['CS-5: bob: got seq 6 (speech.ended) after 3, its chain has 5 there']);
    const twice = back({}, (bob, last) => void bob.got([last], { early: true }).got([4, 5, last]));
    expect(twice[0]).toContain('it came twice');
    const story = new Story();
    const ada = story.joins('ada');
    const bob = story.joins('bob', causal);
    ada.got([3]);
    const [first, second] = [story.said(ada), story.said(ada)];
    bob.got([second], { early: true });
    const { histories, ...rest } = story.evidence();
    const whole = {
      ...rest,
      histories: histories.map((each) => ({ ...each, complete: each.client === 'bob' })),
    };
    expect(texts(checkChain(whole))).toEqual([
      `CS-5: bob: ended at 3, its chain at ${first}: never got ${first}`,
    ]);
    bob.got([first]);
    expect(checkChain(whole)).toEqual([]);
  });

  test('[CS-5] only causal views get anything early, and they resume behind what they have without a gap', () => {
    const story = new Story();
    const ada = story.joins('ada');
    const bob = story.joins('bob');
    const [first, second] = [story.said(ada), story.said(ada)];
    bob.got([second], { early: true }).got([first]);
    expect(texts(checkChain(story.evidence()))).toEqual([
      'CS-5: bob: got seq 5 (speech.ended) early in a view that is eventual',
    ]);
    const resumes = (from: number) =>
      back({}, (bob2, last) => void bob2.got([last], { early: true }).lost().joined(from, true));
    expect(resumes(3)).toEqual([]);
    expect(resumes(6)).toEqual(['CS-5: bob: resumed behind 6, but had 3']);
  });
});

describe('best effort', () => {
  const loose = { consistency: { kind: 'bestEffort' } };
  function seen(tell: (bob: Teller) => void): string[] {
    const story = new Story();
    const ada = story.joins('ada');
    const bob = story.joins('bob', loose);
    for (let each = 0; each < 4; each += 1) story.said(ada);
    tell(bob);
    const evidence = story.evidence();
    return texts([...checkBestEffort(evidence), ...checkChain(evidence)]);
  }
  const dropped = (bob: Teller, count: number) =>
    bob.told('delivery.dropped', { participant: bob.participant, count });

  test('[CS-4] a gap that is told exactly passes, any other is found', () => {
    expect(seen((bob) => void bob.got([4, 5, 6, 7]))).toEqual([]);
    expect(seen((bob) => void dropped(bob.got([4]), 2).got([7]))).toEqual([]);
    expect(seen((bob) => void bob.got([4, 7]))).toEqual([
      'CS-4: bob: before seq 7 (speech.ended) 2 events are missing, and 0 were told',
    ]);
    expect(seen((bob) => void dropped(bob.got([4]), 1).got([7]))).toHaveLength(1);
    expect(seen((bob) => void dropped(bob.got([4]), 1).got([5]))).toHaveLength(1);
  });

  test('[CS-4] a duplicate, a replay and a gap that `after` hides are found', () => {
    expect(seen((bob) => void bob.got([4, 5, 5]))[0]).toContain('got seq 5 (speech.ended) again');
    expect(seen((bob) => void bob.got([4]).lost().joined(4, true).got([5]))).toEqual([
      'CS-4: bob: resumed behind 4, which replays',
    ]);
    const again = seen((bob) => void bob.got([4, 5]).lost().joined(5).got([5]));
    expect(again[0]).toContain('got seq 5 (speech.ended) again');
    expect(seen((bob) => void dropped(bob.got([4]), 2).got([7], { after: 4 }))).toEqual([
      'CS-5: bob: got seq 7 (speech.ended) after 4, its chain has 6 there',
    ]);
  });
});
