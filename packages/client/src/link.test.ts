import { describe, expect, test } from 'vitest';
import { failureOf } from './testing/failure.ts';
import { Backoff } from './backoff.ts';
import { settled } from './testing/manual-clock.ts';
import { scenario } from './testing/scenario.ts';

describe('close codes', () => {
  test.each([
    [4409, 'client.replaced', 'replaced'],
    [4401, 'auth.invalid', 'lost'],
    [4400, 'request.invalid', 'lost'],
    [1009, 'request.too_large', 'lost'],
  ])('%i ends the connection for good: %s', async (code, error, cause) => {
    const { hub, room, clock, connection } = await scenario();
    const statuses: string[] = [];
    connection.onStatus((status) => statuses.push(status));
    const waiting = failureOf(room.setTopic('x'));
    hub.disconnect(code);
    await clock.advance(120_000);
    expect(await waiting).toMatchObject({ code: error });
    expect(hub.sockets).toHaveLength(1);
    expect(statuses).toEqual(['closed']);
    expect(connection.closeError).toMatchObject({ code: error });
    expect(room.closed).toMatchObject({ cause, error: { code: error } });
    expect(clock.pending).toBe(0);
  });

  test.each([4408, 4503, 1006, 1001, 4999])('%i is followed by a resume', async (code) => {
    const { hub, room, clock, connection } = await scenario();
    hub.disconnect(code);
    await clock.advance(5_000);
    expect(room.live).toBe(true);
    expect(hub.sockets).toHaveLength(2);
    await connection.close();
  });

  test('4503: everybody comes back spread over a wider time than after a loss of one’s own', async () => {
    const delayAfter = async (code: number, random: number) => {
      const { hub, clock, connection } = await scenario({ reconnect: { minMs: 100, random: () => random } });
      await clock.advance(6_000);
      hub.disconnect(code);
      await settled();
      const delay = clock.nextMs;
      await connection.close();
      return delay;
    };
    expect(await delayAfter(1006, 0.5)).toBe(50);
    expect(await delayAfter(4503, 0.5)).toBe(400);
    expect(await delayAfter(4503, 0.25)).toBe(200);
    expect(await delayAfter(4503, 0.125)).toBe(100);
  });

  test('4429: stays away for as long as the last rate.limited said', async () => {
    const { hub, room, clock, connection } = await scenario();
    hub.refuse = () => ({ code: 'rate.limited', retryable: true, retryAfterMs: 7_000 });
    await expect(room.setTopic('x')).rejects.toMatchObject({ code: 'rate.limited' });
    hub.refuse = () => null;
    hub.disconnect(4429);
    await clock.advance(6_999);
    expect(hub.sockets).toHaveLength(1);
    await clock.advance(1);
    expect(room.live).toBe(true);
    await connection.close();
  });

  test('session.replaced closes the room and leaves the connection', async () => {
    const { hub, room, connection } = await scenario();
    const at = new Date(hub.now).toISOString();
    hub.socket.push(JSON.stringify({ event: 'session.replaced', conversation: room.id, at, data: {} }));
    await settled();
    expect(room.closed).toMatchObject({ cause: 'replaced', error: { code: 'client.replaced' } });
    expect(connection.status).toBe('open');
    await connection.close();
  });
});

describe('back-off', () => {
  test('doubles up to its maximum, with jitter over the whole range', () => {
    const backoff = new Backoff({ minMs: 100, maxMs: 1_000, random: () => 0.999_999 });
    const delays = Array.from({ length: 6 }, () => Math.round(backoff.next()));
    expect(delays).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    backoff.reset();
    expect(Math.round(backoff.next())).toBe(100);
    expect(backoff.next({ atLeastMs: 5_000 })).toBe(5_000);
  });

  test('a hub that takes connections only to cut them does not reset it', async () => {
    const { hub, clock, connection } = await scenario({ reconnect: { minMs: 100, random: () => 1 } });
    await clock.advance(6_000);
    const delays: (number | null)[] = [];
    for (let n = 0; n < 4; n += 1) {
      hub.disconnect();
      await settled();
      delays.push(clock.nextMs);
      await clock.advance(delays.at(-1)!);
    }
    expect(delays).toEqual([100, 200, 400, 800]);
    await connection.close();
  });
});

describe('dead connections', () => {
  test('silence is probed after 2.5 heartbeats, and a hub that answers is alive', async () => {
    const { hub, clock, connection } = await scenario();
    await clock.advance(24_000);
    expect(hub.received.some(({ op }) => op === 'ping')).toBe(false);
    await clock.advance(60_000);
    expect(hub.received.filter(({ op }) => op === 'ping').length).toBeGreaterThanOrEqual(2);
    expect(hub.sockets).toHaveLength(1);
    expect(connection.status).toBe('open');
    await connection.close();
  });

  test('no answer to the probe: the connection is given up and another made', async () => {
    const { hub, room, clock, connection } = await scenario();
    hub.onFrame = (frame) => (frame.op === 'ping' ? 'drop' : 'pass');
    await clock.advance(34_999);
    expect(hub.sockets).toHaveLength(1);
    await clock.advance(1_000);
    expect(hub.sockets).toHaveLength(2);
    expect(hub.sockets[0]!.isOpen).toBe(false);
    expect(room.live).toBe(true);
    await connection.close();
  });

  test('whoever hears something is not probed', async () => {
    const { hub, clock, connection } = await scenario();
    for (let n = 0; n < 10; n += 1) {
      await clock.advance(20_000);
      hub.act(null, 'conversation.configure', { config: {} });
    }
    await settled();
    expect(hub.received.some(({ op }) => op === 'ping')).toBe(false);
    await connection.close();
  });

  test('what is no JSON makes the client take a new connection', async () => {
    const { hub, room, clock, connection } = await scenario();
    hub.socket.push('<html>');
    await clock.advance(1_000);
    expect(hub.sockets).toHaveLength(2);
    expect(room.live).toBe(true);
    await connection.close();
  });
});
