import { describe, expect, it } from 'vitest';
import type { Unread } from '../src/lobby/unread.ts';
import { UnreadCounts } from '../src/lobby/unread.ts';
import type { ReadMark } from '../src/session/read-marks.ts';

/** A lobby with one conversation, whose counts are answered when a test says so. */
class Lobby {
  readonly asked: (PromiseWithResolvers<Unread> & { readonly after: number })[] = [];
  mark: ReadMark | undefined = { epoch: 'e1', seq: 10, me: 'prt_me' };
  readonly counts = new UnreadCounts({
    count: (_, { seq }) => {
      const asked = { ...Promise.withResolvers<Unread>(), after: seq };
      this.asked.push(asked);
      return asked.promise;
    },
    markOf: () => this.mark,
  });

  look(seq: number, epoch = 'e1'): void {
    this.counts.look([{ id: 'cnv_1', seq, epoch }]);
  }

  async answer(index: number, count: number): Promise<void> {
    this.asked[index]!.resolve({ count, more: false });
    await Promise.resolve();
    await Promise.resolve();
  }

  get shown(): number | undefined {
    return this.counts.unread.get('cnv_1')?.count;
  }
}

describe('what is unread in the lobby', () => {
  it('is counted once, and again when something was said', async () => {
    const lobby = new Lobby();
    lobby.look(12);
    lobby.look(12);
    await lobby.answer(0, 2);
    expect([lobby.shown, lobby.asked.length]).toEqual([2, 1]);
    lobby.look(13);
    expect(lobby.shown).toBe(2);
    await lobby.answer(1, 3);
    expect([lobby.shown, lobby.asked.length]).toEqual([3, 2]);
  });

  it('is nothing as soon as it was read, and less when a part of it was, also in another tab', async () => {
    const lobby = new Lobby();
    lobby.look(12);
    await lobby.answer(0, 2);
    lobby.mark = { epoch: 'e1', seq: 11, me: 'prt_me' };
    lobby.look(12);
    expect(lobby.asked[1]?.after).toBe(11);
    await lobby.answer(1, 1);
    expect(lobby.shown).toBe(1);
    lobby.mark = { epoch: 'e1', seq: 12, me: 'prt_me' };
    lobby.look(12);
    expect(lobby.shown).toBeUndefined();
  });

  it('is not what a late answer says', async () => {
    const lobby = new Lobby();
    lobby.look(12);
    lobby.look(15);
    await lobby.answer(1, 4);
    await lobby.answer(0, 2);
    expect(lobby.shown).toBe(4);
    lobby.look(16);
    lobby.mark = { epoch: 'e1', seq: 16, me: 'prt_me' };
    lobby.look(16);
    await lobby.answer(2, 5);
    expect(lobby.shown).toBeUndefined();
  });

  it('is not what was counted in a log that was replaced', async () => {
    const lobby = new Lobby();
    lobby.look(12);
    await lobby.answer(0, 2);
    lobby.look(3, 'e2');
    expect(lobby.shown).toBeUndefined();
    lobby.mark = { epoch: 'e2', seq: 1, me: 'prt_me' };
    lobby.look(3, 'e2');
    await lobby.answer(1, 1);
    expect(lobby.shown).toBe(1);
  });

  it('is asked for again where that failed, and nothing is shown meanwhile', async () => {
    const lobby = new Lobby();
    lobby.look(12);
    lobby.asked[0]!.reject(new Error('not now'));
    await expect.poll(() => (lobby.look(12), lobby.asked.length)).toBe(2);
    expect(lobby.shown).toBeUndefined();
  });

  it('is told to who listens', async () => {
    const lobby = new Lobby();
    const heard: (number | undefined)[] = [];
    const stop = lobby.counts.subscribe(() => heard.push(lobby.shown));
    lobby.look(12);
    await lobby.answer(0, 2);
    stop();
    lobby.look(13);
    expect(heard).toEqual([undefined, 2]);
  });
});
