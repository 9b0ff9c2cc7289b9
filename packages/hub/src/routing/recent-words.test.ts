import { describe, expect, it } from 'vitest';
import { initialState } from '@parley/core';
import type { Commit, EventPage } from '../host/submission.ts';
import { RecentWords } from './recent-words.ts';

const json = (seq: number, event: string, data: object): string => JSON.stringify({ event, seq, data });

const said = (seq: number, text: string, participant = 'ann'): string =>
  json(seq, 'speech.ended', { utterance: `utt_${seq}`, participant, text });

const commit = (seq: number, text: string, type = 'speech.ended', participant = 'ann'): Commit => ({
  conversation: 'cnv_a',
  epoch: 'e',
  at: 0,
  state: initialState(),
  events: [{ seq, type, audience: 'all', by: participant, json: said(seq, text, participant), cause: 0 }],
});

/** A log of utterances; each page is given when the test says so. */
class HeldLog {
  readonly texts: string[] = [];
  readonly asked: number[] = [];
  held: Promise<void> = Promise.resolve();
  failure: Error | null = null;

  readonly read = async (_: string, after: number, { limit }: { limit: number }): Promise<EventPage> => {
    this.asked.push(after);
    await this.held;
    if (this.failure) throw this.failure;
    const events = this.texts
      .map((text, index) => ({ seq: index + 1, audience: 'all' as const, json: said(index + 1, text) }))
      .slice(after, after + limit);
    return { events, next: after + events.length, head: this.texts.length };
  };
}

describe('recent words', () => {
  it('[RT-4] that come while the log is read are neither lost nor doubled', async () => {
    const log = new HeldLog();
    log.texts.push('one', 'two');
    const words = new RecentWords(log.read);
    const { promise, resolve } = Promise.withResolvers<void>();
    log.held = promise;
    const reading = words.of('cnv_a', 2);
    log.texts.push('three');
    words.hear(commit(3, 'three'));
    words.hear(commit(4, 'four'));
    resolve();
    const recent = await reading;
    expect(recent.ownWords('ann')).toBe('one\ntwo\nthree\nfour');
    words.hear(commit(5, 'five'));
    expect((await words.of('cnv_a', 5)).ownWords('ann')).toBe('one\ntwo\nthree\nfour\nfive');
    expect(log.asked).toEqual([0]);
  });

  it('[RT-4] are read from the end of a long log, page by page', async () => {
    const log = new HeldLog();
    log.texts.push(...Array.from({ length: 3_000 }, (_, index) => `w${index + 1}`));
    const recent = await new RecentWords(log.read).of('cnv_a', 3_000);
    expect(log.asked).toEqual([2_000, 2_250, 2_500, 2_750]);
    expect(recent.ownWords('ann').endsWith('w2999\nw3000')).toBe(true);
    expect([recent.text(2_001), recent.text('utt_3000'), recent.text(2_000)]).toEqual([
      'w2001',
      'w3000',
      undefined,
    ]);
  });

  it('are read again where that failed, and where they were forgotten', async () => {
    const log = new HeldLog();
    log.texts.push('one');
    const words = new RecentWords(log.read);
    log.failure = new Error('no disk');
    await expect(words.of('cnv_a', 1)).rejects.toThrow('no disk');
    log.failure = null;
    expect((await words.of('cnv_a', 1)).ownWords('ann')).toBe('one');
    for (let other = 0; other < 500; other += 1) await words.of(`cnv_${other}`, 1);
    const before = log.asked.length;
    await words.of('cnv_a', 1);
    expect(log.asked.length).toBe(before + 1);
  });

  it('keep so many characters of a conversation, the newest', async () => {
    const words = new RecentWords(new HeldLog().read);
    const recent = await words.of('cnv_a', 0);
    for (let seq = 1; seq <= 70; seq += 1)
      words.hear(commit(seq, 'x'.repeat(1_000), 'speech.ended', `p${seq}`));
    expect([recent.ownWords('p5'), recent.ownWords('p6')]).toEqual(['', 'x'.repeat(1_000)]);
  });

  it('keep so many utterances, however short; those without words count for nothing', async () => {
    const words = new RecentWords(new HeldLog().read);
    const recent = await words.of('cnv_a', 0);
    for (let seq = 1; seq <= 1_001; seq += 1) words.hear(commit(seq, 'x'));
    expect([recent.text(1), recent.text(2)]).toEqual([undefined, 'x']);
    for (let seq = 1_002; seq <= 3_000; seq += 1) words.hear(commit(seq, seq % 2 ? '' : ' \n'));
    expect([recent.text(2), recent.text(1_002), recent.text(3_000)]).toEqual(['x', undefined, undefined]);
    words.hear(commit(3_001, 'y'));
    expect([recent.text(2), recent.text(3)]).toEqual([undefined, 'x']);
    expect(recent.ownWords('ann').endsWith('x\ny')).toBe(true);
  });

  it('know what a request announced, until one announces nothing', async () => {
    const words = new RecentWords(new HeldLog().read);
    const recent = await words.of('cnv_a', 0);
    const request = (seq: number, data: object, type = 'floor.requested'): void =>
      words.hear({
        ...commit(seq, ''),
        events: [
          {
            ...{ seq, type, audience: 'all', by: 'ann', cause: 0 },
            json: json(seq, type, { participant: 'ann', ...data }),
          },
        ],
      });
    request(1, { preview: 'about tea' });
    expect(recent.preview('ann')).toBe('about tea');
    request(2, { preview: 'about milk' }, 'bid.placed');
    expect(recent.preview('ann')).toBe('about milk');
    request(3, {});
    expect(recent.preview('ann')).toBeUndefined();
  });
});
