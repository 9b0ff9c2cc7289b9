import { describe, expect, test } from 'vitest';
import { failureOf } from './testing/failure.ts';
import { ParleyError } from './errors.ts';
import type { Turn } from './api.ts';
import { settled } from './testing/manual-clock.ts';
import { scenario } from './testing/scenario.ts';

async function withBob() {
  const made = await scenario();
  made.hub.addMember('bob');
  await settled();
  return made;
}

const untilAbort = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('withFloor', () => {
  test('requests, runs, releases, and answers what the work answered', async () => {
    const { hub, room, connection } = await withBob();
    const result = await room.withFloor(async (turn) => {
      expect(room.floor.mine?.grant).toBe(turn.grant);
      await turn.say('one');
      await turn.say('two');
      return 42;
    });
    expect(result).toBe(42);
    expect(room.floor.mine).toBeNull();
    await settled();
    expect(hub.state.floor.holders).toEqual([]);
    expect(hub.log.filter(({ type }) => type === 'floor.released')).toHaveLength(1);
    await connection.close();
  });

  test('waits for its turn, with its position in sight', async () => {
    const { hub, room, connection } = await withBob();
    hub.act('bob', 'floor.request', {});
    const done: string[] = [];
    const turn = room.withFloor(async () => void done.push('mine'), { urgency: 0.5 });
    await settled();
    expect(done).toEqual([]);
    expect(room.floor.position).toBe(1);
    expect(hub.received.at(-1)?.data).toEqual({ urgency: 0.5 });
    hub.act('bob', 'floor.release', {});
    await turn;
    expect(done).toEqual(['mine']);
    await connection.close();
  });

  test('turns of one room follow each other', async () => {
    const { room, connection } = await withBob();
    const order: string[] = [];
    const take = (name: string) =>
      room.withFloor(async (turn) => {
        order.push(`${name} begins`);
        await turn.say(name);
        order.push(`${name} ends`);
      });
    const failing = room.withFloor(async () => Promise.reject(new Error('mine alone')));
    await Promise.all([expect(failing).rejects.toThrow('mine alone'), take('a'), take('b')]);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    await connection.close();
  });

  test('[IP-6] a revoked floor aborts the turn with the cause, and nothing is released', async () => {
    const { hub, room, clock, connection } = await withBob();
    let turn: Turn | undefined;
    const outcome = room.withFloor(async (held) => {
      turn = held;
      return untilAbort(held.signal);
    });
    const check = failureOf(outcome);
    await settled();
    hub.act(null, 'floor.revoke', { participant: room.me });
    await clock.advance(10_000);
    hub.passDeadlines();
    expect(await check).toMatchObject({
      code: 'client.floor_lost',
      details: { cause: 'moderator' },
    });
    expect(turn?.signal.aborted).toBe(true);
    expect(hub.received.some(({ op }) => op === 'floor.release')).toBe(false);
    await connection.close();
  });

  test('work that fails gives the floor back', async () => {
    const { hub, room, connection } = await withBob();
    await expect(room.withFloor(() => Promise.reject(new Error('oops')))).rejects.toThrow('oops');
    expect(hub.state.floor.holders).toEqual([]);
    await connection.close();
  });

  test('an aborted wait withdraws the request', async () => {
    const { hub, room, connection } = await withBob();
    hub.act('bob', 'floor.request', {});
    const stop = new AbortController();
    const turn = room.withFloor(async () => 'never', { signal: stop.signal });
    await settled();
    expect(hub.state.floor.queue).toHaveLength(1);
    stop.abort(new Error('no longer'));
    await expect(turn).rejects.toThrow('no longer');
    await settled();
    expect(hub.state.floor.queue).toHaveLength(0);
    await connection.close();
  });

  test('an abort ends the wait behind another turn at once, and nobody overtakes that turn', async () => {
    const { room, connection } = await withBob();
    const order: string[] = [];
    const go = Promise.withResolvers<void>();
    const first = room.withFloor(async () => {
      await go.promise;
      order.push('first');
    });
    const stop = new AbortController();
    const second = room.withFloor(async () => void order.push('second'), { signal: stop.signal });
    const third = room.withFloor(async () => void order.push('third'));
    stop.abort(new Error('not waiting'));
    await expect(second).rejects.toThrow('not waiting');
    await settled();
    go.resolve();
    await Promise.all([first, third]);
    expect(order).toEqual(['first', 'third']);
    await connection.close();
  });

  test('an abort during the turn reaches the work, and the floor is given back', async () => {
    const { hub, room, connection } = await withBob();
    const stop = new AbortController();
    const turn = room.withFloor((held) => untilAbort(held.signal), { signal: stop.signal });
    await settled();
    stop.abort(new Error('stop'));
    await expect(turn).rejects.toThrow('stop');
    expect(hub.state.floor.holders).toEqual([]);
    await connection.close();
  });

  test('a grant whose event comes before the answer, after a reconnect, is not missed', async () => {
    const { hub, room, clock, connection } = await withBob();
    hub.act('bob', 'floor.request', {});
    hub.onSend = (text) => (text.includes('queuePosition') && text.includes('"re"') ? 'cut' : 'pass');
    const turn = room.withFloor(async ({ grant }) => grant);
    await settled();
    hub.onSend = () => 'pass';
    hub.act('bob', 'floor.release', {});
    await clock.advance(2_000);
    expect(await turn).toBeGreaterThan(0);
    expect(hub.log.filter(({ type }) => type === 'floor.requested')).toHaveLength(2);
    await connection.close();
  });

  test('a floor that was lost while away aborts the turn after the resume, also by a snapshot', async () => {
    for (const keepsSuffix of [true, false]) {
      const { hub, room, clock, connection } = await withBob();
      const turn = room.withFloor((held) => untilAbort(held.signal));
      const check = failureOf(turn);
      await settled();
      hub.keepsSuffix = keepsSuffix;
      hub.disconnect();
      hub.act(null, 'floor.revoke', { participant: room.me });
      hub.skewMs += 5_000;
      hub.passDeadlines();
      expect(hub.state.floor.holders).toEqual([]);
      await clock.advance(2_000);
      expect(await check).toMatchObject({ code: 'client.floor_lost' });
      await connection.close();
    }
  });

  test('a floor that was kept over a disconnect is still held', async () => {
    const { hub, room, clock, connection } = await withBob();
    const go = Promise.withResolvers<void>();
    const turn = room.withFloor(async (held) => {
      await go.promise;
      return held.say('still me');
    });
    await settled();
    hub.disconnect();
    await clock.advance(2_000);
    go.resolve();
    await turn;
    expect(hub.log.some((event) => event.type === 'speech.ended' && event.data.text === 'still me')).toBe(
      true,
    );
    await connection.close();
  });

  test('a closed connection ends the turn', async () => {
    const { room, connection } = await withBob();
    const turn = room.withFloor((held) => untilAbort(held.signal));
    const check = failureOf(turn);
    await settled();
    await connection.close();
    expect(await check).toMatchObject({
      code: 'client.floor_lost',
      details: { cause: 'closed' },
    });
  });

  test('a request that the hub refuses is the caller’s to handle', async () => {
    const { hub, room, connection } = await withBob();
    hub.act('bob', 'floor.request', {});
    hub.addMember('cy');
    hub.act('cy', 'floor.request', {});
    hub.act(null, 'conversation.configure', { config: { floor: { queueLengthMax: 1 } } });
    await expect(room.withFloor(async () => 1)).rejects.toMatchObject({ code: 'floor.queue_full' });
    await connection.close();
  });

  test('[TS-14] a floor that is held already is used, and given back', async () => {
    const { hub, room, connection } = await withBob();
    const { grant } = await room.floor.request();
    expect(await room.withFloor(async (turn) => turn.grant)).toBe(grant);
    expect(hub.state.floor.holders).toEqual([]);
    expect(hub.log.filter(({ type }) => type === 'floor.granted')).toHaveLength(1);
    await connection.close();
  });

  test('[TS-14] a floor that is offered while the request is on its way is used', async () => {
    const { hub, room, connection } = await withBob();
    let held: string[] = [];
    hub.onFrame = (frame) => {
      if (frame.op !== 'floor.request') return 'pass';
      hub.onFrame = () => 'pass';
      hub.act(room.me, 'floor.request', {});
      held = hub.state.floor.holders.map(({ participant }) => participant);
      return 'pass';
    };
    const grant = await room.withFloor(async (turn) => turn.grant);
    expect(held).toEqual([room.me]);
    expect(hub.log.filter(({ type }) => type === 'floor.granted').map(({ seq }) => seq)).toEqual([grant]);
    await connection.close();
  });

  test.each(['answer first', 'event first'])('last words end the turn and are no loss: %s', async (order) => {
    const { hub, room, connection } = await withBob();
    const heldBack: string[] = [];
    if (order === 'event first') {
      hub.onSend = (text, socket) => {
        if (text.includes('"utterance"') && text.includes('"re"')) {
          heldBack.push(text);
          return 'drop';
        }
        if (text.includes('floor.released')) {
          hub.onSend = () => 'pass';
          setTimeout(() => heldBack.forEach((reply) => socket.push(reply)), 0);
        }
        return 'pass';
      };
    }
    const signals: boolean[] = [];
    const said = await room.withFloor(async (turn) => {
      const { utterance } = await turn.say('That is all.', { final: true });
      signals.push(turn.signal.aborted);
      await expect(turn.say('And one more.')).rejects.toMatchObject({ details: { cause: 'released' } });
      return utterance;
    });
    expect(said).toMatch(/^utt_/);
    expect(signals).toEqual([true]);
    expect(room.floor.mine).toBeNull();
    await settled();
    expect(hub.received.map(({ op }) => op)).not.toContain('floor.release');
    expect(hub.state.floor.holders).toEqual([]);
    await connection.close();
  });

  test('last words that are refused leave the floor to be given back', async () => {
    const { hub, room, connection } = await withBob();
    hub.refuse = ({ op }) => (op === 'speech' ? { code: 'storage.full', message: 'no room' } : null);
    const turn = room.withFloor((held) => held.say('That is all.', { final: true }));
    await expect(turn).rejects.toMatchObject({ code: 'storage.full' });
    expect(hub.state.floor.holders).toEqual([]);
    await connection.close();
  });

  test('what a reply said counts until its event comes: granted at once, released at once', async () => {
    const { hub, room, connection } = await withBob();
    hub.onSend = (text) => (text.startsWith('{"after"') ? 'drop' : 'pass');
    const { grant } = await room.floor.request();
    expect(room.view.floor.holders).toEqual([]);
    expect(room.floor.mine).toMatchObject({ grant });
    await room.floor.release();
    expect(room.floor.mine).toBeNull();
    await connection.close();
  });

  test('a release whose event is late is a release all the same', async () => {
    const { hub, room, connection } = await withBob();
    await room.floor.request();
    await settled();
    hub.onSend = (text) => (text.includes('floor.released') ? 'drop' : 'pass');
    await room.floor.release();
    expect(room.view.floor.holders).toHaveLength(1);
    expect(room.floor.mine).toBeNull();
    await connection.close();
  });

  test('an interruption that is denied is an answer, not an error', async () => {
    const { hub, room, connection } = await withBob();
    hub.act('bob', 'floor.request', {});
    const reply = await room.floor.interrupt({ reason: 'urgent' });
    expect(reply).toMatchObject({ outcome: 'denied', code: 'interruption.forbidden' });
    await connection.close();
  });

  test('an interruption of an idle floor holds it at once', async () => {
    const { room, connection } = await withBob();
    expect(await room.floor.interrupt()).toMatchObject({ outcome: 'granted' });
    await room.say('I have it');
    await connection.close();
  });
});

describe('turn.stream', () => {
  async function* pieces(...texts: string[]) {
    for (const text of texts) yield text;
  }

  test('says pieces as one utterance', async () => {
    const { hub, room, connection } = await withBob();
    const said = await room.withFloor((turn) => turn.stream(pieces('a', '', 'b', 'c')));
    expect(said).toBe('abc');
    const ended = hub.log.filter((event) => event.type === 'speech.ended');
    expect(ended.map(({ data }) => data.text)).toEqual(['abc']);
    await connection.close();
  });

  test('the last piece can give the floor back itself', async () => {
    const { hub, room, connection } = await withBob();
    const said = await room.withFloor((turn) => turn.stream(pieces('a', 'b'), { final: true }));
    expect(said).toBe('ab');
    await settled();
    expect(hub.state.floor.holders).toEqual([]);
    expect(hub.received.map(({ op }) => op)).not.toContain('floor.release');
    await connection.close();
  });

  test('no piece, no utterance', async () => {
    const { hub, room, connection } = await withBob();
    expect(await room.withFloor((turn) => turn.stream(pieces('', '')))).toBe('');
    expect(hub.log.some(({ type }) => type === 'speech.started')).toBe(false);
    await connection.close();
  });

  test('what is too long for one utterance goes on in another of the same turn', async () => {
    const { hub, room, connection } = await withBob();
    const text = 'word '.repeat(10_000);
    await room.withFloor((turn) => turn.stream(pieces(text)));
    const ended = hub.log.filter((event) => event.type === 'speech.ended');
    expect(ended.length).toBe(2);
    expect(ended.map(({ data }) => data.text).join('')).toBe(text);
    expect(hub.log.filter(({ type }) => type === 'floor.granted')).toHaveLength(1);
    await connection.close();
  });

  test('a source that fails leaves what it said, and the floor', async () => {
    const { hub, room, connection } = await withBob();
    async function* failing() {
      yield 'half a';
      throw new Error('model gone');
    }
    await expect(room.withFloor((turn) => turn.stream(failing()))).rejects.toThrow('model gone');
    const ended = hub.log.find((event) => event.type === 'speech.ended');
    expect(ended?.data.text).toBe('half a');
    expect(hub.state.floor.holders).toEqual([]);
    await connection.close();
  });

  test('[LA-2] a lost floor stops a source that is stuck, and lets it clean up', async () => {
    const { hub, room, clock, connection } = await withBob();
    let returned = false;
    const stuck: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: async () => {
          returned = true;
          return { done: true, value: undefined };
        },
      }),
    };
    const outcome = room.withFloor((turn) => turn.stream(stuck)).catch((error: unknown) => error);
    await settled();
    hub.act(null, 'floor.revoke', { participant: room.me });
    await clock.advance(10_000);
    hub.passDeadlines();
    expect(await outcome).toBeInstanceOf(ParleyError);
    expect(returned).toBe(true);
    await connection.close();
  });
});
