import { describe, expect, it } from 'vitest';
import { SimulatedClock } from './clock.simulated.ts';
import { Turns } from './turns.ts';

/** An event loop that turns when it is told to. */
class Loop {
  readonly clock = new SimulatedClock(0);
  readonly turns = new Turns({ clock: this.clock, schedule: (task) => void this.#tasks.push(task) });
  readonly log: string[] = [];
  #tasks: (() => void)[] = [];

  /** A piece that is over as soon as it has begun. */
  brief(key: string, piece: string): void {
    void this.turns.run(key, async () => void this.log.push(piece));
  }

  /** A piece that goes on until it is told to end, in turns of its own. */
  long(key: string, piece: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    void this.turns.run(key, async () => {
      this.log.push(piece);
      await promise;
      await this.turns.end();
      this.log.push(`${piece} ends`);
    });
    return resolve;
  }

  /** Something that goes before, until it is told to end. */
  before(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.turns.precede(promise);
    return resolve;
  }

  /** What was done within this turn. */
  async turn(): Promise<readonly string[]> {
    const before = this.log.length;
    for (const task of this.#tasks.splice(0)) task();
    await soon();
    return this.log.slice(before);
  }

  get scheduled(): number {
    return this.#tasks.length;
  }
}

/** All that promises bring about has happened. */
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('work that can wait', () => {
  it('begins at once where nothing is in its way', () => {
    const loop = new Loop();
    loop.brief('a', 'a1');
    expect(loop.log).toEqual(['a1']);
  });

  it('[CN-2] begins one piece in each turn of the event loop', async () => {
    const loop = new Loop();
    for (const piece of ['a1', 'a2', 'a3']) loop.brief('a', piece);
    expect(loop.turns.waiting).toBe(2);
    expect(await loop.turn()).toEqual(['a2']);
    expect(await loop.turn()).toEqual(['a3']);
    expect(loop.turns.waiting).toBe(0);
  });

  it('[CN-2] goes in rotation, so that nobody waits for all of somebody else’s', async () => {
    const loop = new Loop();
    for (let index = 1; index <= 4; index += 1) loop.brief('many', `many${index}`);
    loop.brief('one', 'one1');
    loop.brief('two', 'two1');
    loop.brief('two', 'two2');
    for (let turn = 0; turn < 7; turn += 1) await loop.turn();
    expect(loop.log).toEqual(['many1', 'many2', 'one1', 'two1', 'many3', 'two2', 'many4']);
  });

  it('has eight pieces under way at most; where one ends, the next begins', async () => {
    const loop = new Loop();
    const ends = Array.from({ length: 9 }, (_, index) => loop.long('a', `a${index}`));
    for (let turn = 0; turn < 20; turn += 1) await loop.turn();
    expect(loop.log).toHaveLength(8);
    expect(loop.scheduled).toBe(0);
    ends[3]!();
    await soon();
    await loop.turn();
    await loop.turn();
    expect(loop.log.slice(8)).toEqual(['a3 ends', 'a8']);
  });

  it('is not kept from beginning by pieces that hang', async () => {
    const loop = new Loop();
    for (let index = 0; index < 8; index += 1) {
      loop.long('stuck', `stuck${index}`);
      await loop.turn();
    }
    loop.brief('other', 'other');
    await loop.turn();
    expect(loop.log).not.toContain('other');
    await loop.clock.advance(1_000);
    expect(await loop.turn()).toEqual(['other']);
  });

  it('ends what has begun before it begins anything else', async () => {
    const loop = new Loop();
    const end = loop.long('a', 'a1');
    loop.brief('a', 'a2');
    loop.brief('a', 'a3');
    end();
    await soon();
    expect(await loop.turn()).toEqual(['a1 ends']);
    expect(await loop.turn()).toEqual(['a2']);
    expect(await loop.turn()).toEqual(['a3']);
  });

  it('that fails makes room like any other, and says why', async () => {
    const loop = new Loop();
    for (let index = 0; index < 8; index += 1) {
      const failing = loop.turns.run('a', () => Promise.reject(new Error('no')));
      await expect(failing).rejects.toThrow('no');
      await loop.turn();
    }
    loop.brief('a', 'a1');
    expect(loop.log).toEqual(['a1']);
  });

  describe('gives way to what goes before', () => {
    it('until that is over and has been sent', async () => {
      const loop = new Loop();
      const first = loop.before();
      const second = loop.before();
      loop.brief('a', 'a1');
      await loop.turn();
      first();
      await soon();
      await loop.turn();
      expect(loop.log).toEqual([]);
      second();
      await soon();
      expect(loop.log).toEqual([]);
      expect(await loop.turn()).toEqual(['a1']);
    });

    it('for two milliseconds and no longer, piece by piece', async () => {
      const loop = new Loop();
      loop.before();
      loop.brief('a', 'a1');
      loop.brief('a', 'a2');
      await loop.turn();
      await loop.clock.advance(1);
      expect(loop.log).toEqual([]);
      await loop.clock.advance(1);
      expect(loop.log).toEqual(['a1']);
      await loop.turn();
      await loop.clock.advance(1);
      expect(loop.log).toEqual(['a1']);
      await loop.clock.advance(1);
      expect(loop.log).toEqual(['a1', 'a2']);
    });

    it('also with the rest of a piece that has begun', async () => {
      const loop = new Loop();
      const end = loop.long('a', 'a1');
      await loop.turn();
      const over = loop.before();
      end();
      await soon();
      await loop.turn();
      expect(loop.log).toEqual(['a1']);
      over();
      await soon();
      expect(await loop.turn()).toEqual(['a1 ends']);
    });

    it('and goes on where that fails', async () => {
      const loop = new Loop();
      loop.turns.precede(Promise.reject(new Error('no')));
      loop.brief('a', 'a1');
      await soon();
      expect(await loop.turn()).toEqual(['a1']);
    });
  });

  it('leaves nothing scheduled once it is done', async () => {
    const loop = new Loop();
    loop.brief('a', 'a1');
    loop.before()();
    loop.brief('a', 'a2');
    for (let turn = 0; turn < 4; turn += 1) await loop.turn();
    expect(loop.log).toEqual(['a1', 'a2']);
    expect(loop.scheduled).toBe(0);
    expect(loop.clock.armed).toBe(0);
  });
});
