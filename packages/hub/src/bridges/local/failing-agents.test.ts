import type { Agent, Room, WireEvent } from '@parley/client';
import { afterEach, describe, expect, it } from 'vitest';
import { startHub } from '../../app.ts';
import type { Hub } from '../../app.ts';
import { settingsOf } from '../../operations/settings.ts';
import { moderated } from '../moderated.fixture.ts';

let hub: Hub | null = null;

afterEach(async () => {
  await hub?.stop();
  hub = null;
});

/** Long enough to see that it is muted, short enough to see it come back. */
const MUTE_MS = 700;
/** The shortest pauses between its turns: what holds it back is the hub. */
const backoff = { minMs: 1, maxMs: 1 };

async function roomWithAda(): Promise<{ hub: Hub; room: Room; conversation: string }> {
  const started = await startHub(settingsOf({ port: 0, open: true, log: 'memory', logLevel: 'silent' }));
  hub = started;
  const room = await moderated(
    started,
    {
      title: 'Failing agents',
      config: {
        floor: { timers: { firstContentMs: 100 } },
        agents: { maxFailures: 3, muteMs: MUTE_MS },
      },
    },
    'Ada',
  );
  return { hub: started, room, conversation: room.id };
}

type EventOf<T> = Extract<WireEvent, { event: T }>;

/** The next event of this type about `participant`. */
const next = <T extends WireEvent['event']>(
  room: Room,
  type: T,
  participant: () => string,
): Promise<EventOf<T>> =>
  new Promise((resolve) => {
    const stop = room.on((event) => {
      const about = (event.data as { participant?: unknown }).participant;
      if (event.event !== type || about !== participant()) return;
      stop();
      resolve(event as EventOf<T>);
    });
  });

const say = (room: Room, text: string): Promise<unknown> =>
  room.withFloor((turn) => turn.say(text, { final: true }));

describe('agents of the host application that fail', () => {
  it('[DG-3] one that throws is told of, muted, left out, tried again, and begins anew when it does well', async () => {
    const { hub: running, room, conversation } = await roomWithAda();
    const errors: unknown[] = [];
    let well = false;
    let thrown = 0;
    const agent: Agent = {
      name: 'shaky',
      onTurn: () => {
        if (well) return Promise.resolve('There you are.');
        thrown += 1;
        throw new Error('out of memory at 0xdeadbeef');
      },
      wantsFloor: ({ transcript }) => transcript.some((line) => line.kind === 'utterance'),
    };
    let me = '';
    const muted = next(room, 'participant.muted', () => me);
    const onError = (error: unknown) => errors.push(error);
    const registered = running.register(agent, { conversation, onError, backoff });
    me = await registered.joined;
    await say(room, 'Shaky?');
    const { data } = await muted;
    expect(data).toMatchObject({ cause: 'failures', reason: 'error', failures: 3 });
    expect(JSON.stringify(room.view)).not.toContain('0xdeadbeef');

    // It asks all the same, and is passed over: the conversation goes on.
    const unmuted = next(room, 'participant.unmuted', () => me);
    const spoken = next(room, 'speech.ended', () => me);
    await say(room, 'Then without you.');
    expect(room.view.participants.find(({ id }) => id === me)?.muted?.cause).toBe('failures');
    well = true;
    expect((await unmuted).data.cause).toBe('retry');
    expect((await spoken).data.text).toBe('There you are.');
    expect([thrown, errors.length]).toEqual([3, 3]);

    // It takes as many failures as at first to be muted again, and no longer than at first.
    const again = next(room, 'participant.muted', () => me);
    well = false;
    const { at, data: second } = await again;
    expect([second.failures, thrown]).toEqual([3, 6]);
    expect(Date.parse(second.until ?? '') - Date.parse(at)).toBe(MUTE_MS);
    await registered.stop();
  });

  it('[DG-3] [LA-2] one that hangs loses the floor, its signal aborts, and it is muted after three turns', async () => {
    const { hub: running, room, conversation } = await roomWithAda();
    const errors: unknown[] = [];
    let well = false;
    let aborted = 0;
    const agent: Agent = {
      name: 'asleep',
      onTurn: (_turn, signal) => {
        if (well) return Promise.resolve('Good morning.');
        return new Promise(() => signal.addEventListener('abort', () => (aborted += 1)));
      },
    };
    let me = '';
    const muted = next(room, 'participant.muted', () => me);
    const onError = (error: unknown) => errors.push(error);
    const registered = running.register(agent, { conversation, onError, backoff });
    me = await registered.joined;
    const heard: unknown[] = [];
    room.on((event) => {
      if (event.event === 'floor.revoked') heard.push(event.data.cause);
    });
    for (const text of ['Hello?', 'Anybody?', 'I go on, then.']) {
      await next(room, 'floor.revoked', () => me);
      await say(room, text);
    }
    expect((await muted).data).toMatchObject({ reason: 'no_content', failures: 3 });
    expect(heard).toEqual(['no_content', 'no_content', 'no_content']);

    const spoken = next(room, 'speech.ended', () => me);
    well = true;
    expect((await spoken).data.text).toBe('Good morning.');
    expect([aborted, errors.length]).toEqual([3, 3]);
    expect(room.transcript.filter(({ kind }) => kind === 'utterance')).toHaveLength(4);
    await registered.stop();
  });
});
