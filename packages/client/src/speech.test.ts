import { describe, expect, test } from 'vitest';
import type { ClientFrame } from './testing/fake-hub.ts';
import { settled } from './testing/manual-clock.ts';
import type { Scenario } from './testing/scenario.ts';
import { scenario } from './testing/scenario.ts';

async function holding(...args: Parameters<typeof scenario>): Promise<Scenario> {
  const made = await scenario(...args);
  await made.room.floor.request();
  return made;
}

const deltas = ({ hub }: Scenario): ClientFrame[] => hub.received.filter(({ op }) => op === 'speech.delta');
const lastSaid = ({ hub }: Scenario) => {
  const ended = hub.log.findLast(({ type }) => type === 'speech.ended');
  return ended?.type === 'speech.ended' ? ended.data.text : undefined;
};

describe('saying', () => {
  test('one whole utterance releases the floor, unless told to keep it', async () => {
    const made = await holding();
    const { room, hub, connection } = made;
    const { utterance } = await room.say('first', { final: false });
    expect(utterance).toMatch(/^utt_/);
    expect(room.floor.mine).not.toBeNull();
    await room.say('second', { topics: ['x'] });
    expect(room.floor.mine).toBeNull();
    expect(lastSaid(made)).toBe('second');
    await settled();
    expect(hub.state.floor.holders).toEqual([]);
    await expect(room.say('third')).rejects.toMatchObject({ code: 'floor.not_holder' });
    await connection.close();
  });

  test('characters that no text may have are left out, and line ends are newlines', async () => {
    const made = await holding();
    await made.room.say('a\r\nb\u0007c\u202Ed\uD800');
    expect(lastSaid(made)).toBe('a\nbcd');
    await made.connection.close();
  });

  test('a text that fits no frame is streamed, whole pairs only, and arrives whole', async () => {
    const made = await holding();
    const text = '漢😀'.repeat(10_000);
    await made.room.say(text);
    expect(lastSaid(made)).toBe(text);
    for (const { data } of deltas(made)) expect(data['text']).not.toMatch(/[\uD800-\uDBFF]$/);
    expect(made.connection.status).toBe('open');
    await made.connection.close();
  });

  test('a text longer than an utterance is refused before anything is sent', async () => {
    const made = await holding();
    const before = made.hub.received.length;
    await expect(made.room.say('x'.repeat(32_001))).rejects.toMatchObject({ code: 'request.too_large' });
    expect(made.hub.received).toHaveLength(before);
    await made.connection.close();
  });
});

describe('streaming', () => {
  test('pieces carry their offset; what is written within 20 ms leaves together', async () => {
    const made = await holding();
    const utterance = await made.room.utter();
    utterance.write('one ');
    utterance.write('two ');
    utterance.write('three');
    await made.clock.advance(20);
    expect(deltas(made).map(({ data }) => [data['offset'], data['text']])).toEqual([
      [0, 'one '],
      [4, 'two three'],
    ]);
    await utterance.end();
    expect(lastSaid(made)).toBe('one two three');
    expect(() => utterance.write('more')).toThrow('ended already');
    await expect(utterance.end()).rejects.toThrow('ended already');
    await made.connection.close();
  });

  test('halves of a pair and of a line end are put together again across pieces', async () => {
    const made = await holding();
    const utterance = await made.room.utter();
    for (const piece of ['a\uD83D', '\uDE00b\r', '\nc\r']) utterance.write(piece);
    await utterance.end();
    expect(lastSaid(made)).toBe('a😀b\nc\n');
    await made.connection.close();
  });

  test('others see it grow in view and transcript, and end', async () => {
    const { hub, room, connection } = await scenario();
    hub.addMember('bob');
    hub.act('bob', 'floor.request', {});
    await settled();
    const grant = room.view.floor.holders[0]!.grant;
    const { utterance } = hub.act('bob', 'speech.start', { grant }) as { utterance: string };
    hub.act('bob', 'speech.delta', { utterance, text: 'Hello ', offset: 0 });
    await settled();
    const line = () => room.transcript.at(-1);
    expect(line()).toMatchObject({
      kind: 'utterance',
      status: 'speaking',
      text: 'Hello ',
      displayName: 'bob',
    });
    const before = line();
    hub.act('bob', 'speech.delta', { utterance, text: 'world', offset: 6 });
    await settled();
    expect(before).toMatchObject({ text: 'Hello ' });
    expect(line()).toMatchObject({ text: 'Hello world' });
    hub.act('bob', 'speech.end', { utterance });
    await settled();
    expect(line()).toMatchObject({ status: 'ended', text: 'Hello world' });
    expect(room.view.speaking).toEqual([]);
    await connection.close();
  });

  test('after a restart of the hub the whole text is sent again, and the log has it whole', async () => {
    const made = await holding();
    const utterance = await made.room.utter();
    utterance.write('before the restart, ');
    await made.clock.advance(50);
    made.hub.restart();
    await settled();
    utterance.write('while it was away, ');
    await made.clock.advance(5_000);
    expect(made.hub.state.live.texts[utterance.id]).toBe('before the restart, while it was away, ');
    utterance.write('after it');
    await made.clock.advance(50);
    expect(made.hub.state.live.texts[utterance.id]).toBe('before the restart, while it was away, after it');
    await utterance.end();
    expect(lastSaid(made)).toBe('before the restart, while it was away, after it');
    await made.connection.close();
  });

  test('an end whose answer a restart took is repeated, with the text whole and once', async () => {
    const made = await holding();
    const text = '漢字'.repeat(12_000);
    const utterance = await made.room.utter();
    utterance.write(text);
    await made.clock.advance(50);
    made.hub.onFrame = (frame) => (frame.op === 'speech.end' ? 'drop' : 'pass');
    const ending = utterance.end();
    await settled();
    made.hub.restart();
    made.hub.onFrame = () => 'pass';
    await made.clock.advance(5_000);
    await ending;
    expect(lastSaid(made)).toBe(text);
    expect(made.hub.log.filter(({ type }) => type === 'speech.ended')).toHaveLength(1);
    await made.connection.close();
  });

  test('a piece that the hub finds misplaced is sent again from where the hub is', async () => {
    const made = await holding();
    let refusals = 0;
    made.hub.onFrame = (frame) =>
      frame.op === 'speech.delta' && frame.data['offset'] === 4 && refusals++ === 0 ? 'drop' : 'pass';
    const utterance = await made.room.utter();
    for (const piece of ['aaaa', 'bbbb', 'cccc', 'dddd']) {
      utterance.write(piece);
      await made.clock.advance(20);
    }
    expect(made.hub.state.live.texts[utterance.id]).toBe('aaaabbbbccccdddd');
    await utterance.end();
    await made.connection.close();
  });

  test('several pieces refused for the same loss are sent again once', async () => {
    const made = await holding();
    const utterance = await made.room.utter();
    utterance.write('kept ');
    await made.clock.advance(20);
    let lost = 0;
    made.hub.onFrame = (frame) => (frame.op === 'speech.delta' && lost++ === 0 ? 'drop' : 'pass');
    const before = deltas(made).length;
    // More than one piece at once: each but the first is refused, and says the same.
    utterance.write('x'.repeat(30_000));
    await made.clock.advance(100);
    expect(made.hub.state.live.texts[utterance.id]).toHaveLength(30_005);
    expect(deltas(made).length - before).toBe(3 + 4);
    await utterance.end();
    await made.connection.close();
  });

  test('a piece refused for a moment is sent again, and the end does not cut the text short', async () => {
    const made = await holding();
    made.hub.refuse = (frame) =>
      frame.op === 'speech.delta' ? { code: 'rate.limited', retryable: true, retryAfterMs: 300 } : null;
    const utterance = await made.room.utter();
    utterance.write('said all the same');
    await settled();
    made.hub.refuse = () => null;
    await made.clock.advance(300);
    expect(made.hub.state.live.texts[utterance.id]).toBe('said all the same');
    made.hub.refuse = (frame) =>
      frame.op === 'speech.delta' ? { code: 'rate.limited', retryable: true, retryAfterMs: 300 } : null;
    utterance.write(', to the end');
    await utterance.end();
    expect(lastSaid(made)).toBe('said all the same, to the end');
    await made.connection.close();
  });

  test('a hub that never has more than before is not asked for ever', async () => {
    const made = await holding();
    made.hub.refuse = (frame) =>
      frame.op === 'speech.delta'
        ? { code: 'context.conflict', message: 'send it again', details: { have: 0 } }
        : null;
    const utterance = await made.room.utter();
    utterance.write('x');
    await made.clock.advance(1_000);
    expect(deltas(made).length).toBeLessThan(15);
    expect(() => utterance.write('y')).toThrow('send it again');
    await made.connection.close();
  });

  test('[IP-6] losing the floor ends the utterance; writing on says so', async () => {
    const made = await holding();
    const utterance = await made.room.utter();
    utterance.write('I was just');
    await made.clock.advance(20);
    made.hub.act(null, 'floor.revoke', { participant: made.room.me });
    await made.clock.advance(10_000);
    made.hub.passDeadlines();
    await settled();
    expect(() => utterance.write(' saying')).toThrow('the floor was lost');
    expect(lastSaid(made)).toBe('I was just');
    expect(made.room.transcript.findLast(({ kind }) => kind === 'utterance')).toMatchObject({
      text: 'I was just',
      interrupted: true,
    });
    await made.connection.close();
  });

  test('more than an utterance may have throws, and what was written stays', async () => {
    const made = await holding();
    const utterance = await made.room.utter();
    utterance.write('x'.repeat(32_000));
    expect(() => utterance.write('y')).toThrow('at most 32000');
    await utterance.end();
    expect(lastSaid(made)).toHaveLength(32_000);
    await made.connection.close();
  });
});
