import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ListenerProfile, Scorer } from './scorer.ts';

export const listener = (
  id: string,
  interests: readonly string[],
  more: Partial<ListenerProfile> = {},
): ListenerProfile => ({ id, interests, capabilities: [], ownWords: '', ...more });

export const never = (): AbortSignal => new AbortController().signal;

/** What every scorer owes those who ask it (RT-4). */
export function scorerContract(
  name: string,
  open: () => Promise<{ scorer: Scorer; dispose: () => Promise<void> }>,
): void {
  describe(`the scorer ${name}`, () => {
    let scorer: Scorer;
    let dispose: () => Promise<void>;
    beforeEach(async () => ({ scorer, dispose } = await open()));
    afterEach(async () => dispose());

    const score = async (
      text: string,
      listeners: readonly ListenerProfile[],
      conversation = 'cnv_a',
    ): Promise<Record<string, number>> =>
      Object.fromEntries(await scorer.score({ conversation, text }, listeners, never()));
    const room = [listener('ann', ['green tea']), listener('bob', ['robots']), listener('cy', ['contracts'])];

    test('[RT-4] gives each listener a score from 0 to 1, and nobody else', async () => {
      const scores = await score('Green tea, or robots?', room);
      expect(Object.keys(scores).toSorted()).toEqual(['ann', 'bob', 'cy']);
      for (const value of Object.values(scores)) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
      expect(await score('Green tea?', [])).toEqual({});
    });

    test('[RT-4] scores the interested higher than the others, by interests, capabilities and own words', async () => {
      const { ann = 0, bob = 0, cy = 0 } = await score('I would like some green tea', room);
      expect(ann).toBeGreaterThan(Math.max(bob, cy));
      const able = [listener('dan', [], { capabilities: ['translation'] }), ...room];
      const { dan = 0, ...others } = await score('This needs translation', able);
      expect(dan).toBeGreaterThan(Math.max(...Object.values(others)));
      const said = [listener('eve', ['law'], { ownWords: 'my violin is out of tune' }), ...room];
      const { eve = 0, ...rest } = await score('Who plays the violin?', said);
      expect(eve).toBeGreaterThan(Math.max(...Object.values(rest)));
    });

    test('[RT-4] knows what changed since the last utterance', async () => {
      const before = await score('robots', room);
      const changed = [
        listener('ann', ['robots']),
        listener('bob', ['green tea']),
        listener('fay', ['robots']),
      ];
      const after = await score('robots', changed);
      expect(Object.keys(after).toSorted()).toEqual(['ann', 'bob', 'fay']);
      expect(after['ann']).toBeGreaterThan(after['bob'] ?? 1);
      expect(after['ann']).toBeCloseTo(after['fay'] ?? 0);
      expect(before['bob']).toBeGreaterThan(before['ann'] ?? 1);
    });

    test('[RT-4] keeps conversations apart, and answers several at once', async () => {
      const other = [listener('ann', ['robots'])];
      const asked = Array.from({ length: 6 }, (_, turn) =>
        turn % 2 === 0 ? score('robots', room) : score('robots', other, 'cnv_b'),
      );
      for (const [turn, scores] of (await Promise.all(asked)).entries()) {
        if (turn % 2 === 0) expect(scores['bob']).toBeGreaterThan(scores['ann'] ?? 1);
        else expect(Object.keys(scores)).toEqual(['ann']);
      }
    });

    test('[RT-4] rejects when it is called off, and answers the next', async () => {
      const calling = new AbortController();
      const asked = scorer.score({ conversation: 'cnv_a', text: 'robots' }, room, calling.signal);
      calling.abort();
      await expect(asked).rejects.toThrow(/./);
      expect((await score('robots', room))['bob']).toBeGreaterThan(0);
    });
  });
}
