import { afterEach, describe, expect, it } from 'vitest';
import type { TestPeer } from '../channels/hub.fixture.ts';
import { createConversation, DUPLEX, greet, openHub } from '../channels/hub.fixture.ts';
import { FaultyLog, HostWorld, turns } from '../host/host.fixture.ts';
import { Turns } from '../host/turns.ts';
import type { Attachment } from './attendance.ts';
import { Attendance } from './attendance.ts';

const attachment = (generation: number): Attachment => ({
  conversation: 'cnv_1',
  participant: 'ann',
  generation,
  acknowledged: 0,
  replaced: () => undefined,
  ended: () => undefined,
});

describe('attendance', () => {
  // Found by the simulated world: whoever came back over a slow disk was timed out while connected.
  it('[PR-2] a loss that is written behind the next return disconnects nobody', async () => {
    const world = new HostWorld();
    await world.create('cnv_1', ['ann', 'bob']);
    const attendance = new Attendance(world.host, world.clock, new Turns({ clock: world.clock }));
    const first = attachment(0);
    attendance.attach(first);
    const release = world.faults.hold();
    const busy = world.say('cnv_1', 'bob', 'the disk is slow');
    await turns();
    // Its next connection is in the queue already when the first is found to be gone.
    const returning = world.submit(
      'cnv_1',
      'ann',
      'connection.restored',
      { participant: 'ann' },
      {
        onSettled: () => attendance.attach(attachment(1)),
      },
    );
    attendance.lost(first);
    release();
    await Promise.all([busy, returning]);
    await turns();
    expect((await world.host.state('cnv_1'))!.participants['ann']!.disconnectedAt).toBeNull();
    expect(world.types()).not.toContain('participant.disconnected');
    attendance.stop();
  });

  it('[PR-2] a loss without a return is told', async () => {
    const world = new HostWorld();
    await world.create('cnv_1', ['ann']);
    const attendance = new Attendance(world.host, world.clock, new Turns({ clock: world.clock }));
    const only = attachment(0);
    attendance.attach(only);
    attendance.lost(only);
    await turns();
    expect(world.types()).toContain('participant.disconnected');
    attendance.stop();
  });

  it('[PR-2] [DG-2] a loss that cannot be written is told once it can, unless there was a return', async () => {
    const world = new HostWorld();
    await world.create('cnv_1', ['ann']);
    const attendance = new Attendance(world.host, world.clock, new Turns({ clock: world.clock }));
    const lose = async (lost: Attachment) => {
      attendance.attach(lost);
      world.faults.fail();
      attendance.lost(lost);
      await world.clock.advance(2_500);
      expect(world.types()).not.toContain('participant.disconnected');
      return () => {
        world.faults.heal();
        return world.clock.advance(2_500);
      };
    };
    const healed = await lose(attachment(0));
    attendance.attach(attachment(0));
    await healed();
    expect(world.types()).not.toContain('participant.disconnected');
    const again = await lose(attachment(0));
    await again();
    expect(world.types()).toContain('participant.disconnected');
    attendance.stop();
  });
});

describe('a join without an answer', () => {
  const opened: TestPeer[] = [];
  afterEach(() => {
    for (const peer of opened.splice(0)) peer.close();
  });

  // Found by the simulated world: what was held for the first attempt came ahead of the second one's answer.
  it('[DG-2] holds no place: the next attempt is answered first and has its whole chain behind it', async () => {
    const faults = new FaultyLog();
    let readable = true;
    const log = new Proxy(faults.log, {
      get: (target, name: keyof typeof faults.log) => {
        if (name === 'read' && !readable) return () => Promise.reject(new Error('told to fail'));
        return target[name];
      },
    });
    const hub = await openHub({}, { log });
    try {
      const dial = async (): Promise<TestPeer> => {
        const peer = await greet(await DUPLEX['local']!(hub));
        opened.push(peer);
        return peer;
      };
      const { id } = await createConversation(hub);
      const bob = await dial();
      await bob.do('conversation.join', id, { kind: 'human', displayName: 'Bob' });
      // More than the hub keeps in memory of a conversation, so that a catch-up has to read.
      for (const letter of ['x', 'y']) {
        const { grant } = await bob.do('floor.request', id);
        await bob.do('speech', id, { grant, text: letter.repeat(20_000) });
      }
      const ann = await dial();
      readable = false;
      const data = { kind: 'human', displayName: 'Ann' };
      expect(await ann.ask('conversation.join', id, data, 'join')).toMatchObject({ ok: false });
      readable = true;
      await bob.do('topic.set', id, { topic: 'meanwhile' });
      const answer = await ann.ask('conversation.join', id, data, 'join');
      expect(answer).toMatchObject({ ok: true, data: { resumed: false } });
      await bob.do('topic.set', id, { topic: 'afterwards' });
      await ann.event('topic.changed', (frame) => frame['data'].topic === 'afterwards');
      const seqs = ann.events().map((event) => event['seq'] as number);
      expect(ann.frames.findIndex((frame) => frame['event'])).toBeGreaterThan(ann.frames.indexOf(answer));
      expect(seqs).toEqual(seqs.map((_, index) => (answer['seq'] as number) + 1 + index));
    } finally {
      await hub.stop();
    }
  });
});
