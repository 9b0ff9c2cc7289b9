import { describe, expect, it } from 'vitest';
import { HostWorld, turns } from '../host/host.fixture.ts';
import type { Submission } from '../host/submission.ts';
import { Turns } from '../host/turns.ts';
import { Attendance } from './attendance.ts';
import type { JoinRequest } from './join-request.ts';
import { join } from './joining.ts';
import type { SessionParts } from './parts.ts';

/** Pieces of work that pass one at a time, when they are told to. */
class Line {
  readonly turns: Turns;
  #tasks: (() => void)[] = [];

  constructor(world: HostWorld) {
    this.turns = new Turns({ clock: world.clock, schedule: (task) => void this.#tasks.push(task) });
  }

  /** Somebody has this turn. */
  occupy(): void {
    void this.turns.run('somebody', () => Promise.resolve());
  }

  async pass(): Promise<void> {
    for (const task of this.#tasks.splice(0)) task();
    await turns();
  }
}

async function scene() {
  const world = new HostWorld();
  await world.create('cnv_1', ['ann']);
  const line = new Line(world);
  const submitted: string[] = [];
  const conversations = Object.assign(Object.create(world.host) as typeof world.host, {
    state: (id: string) => world.host.state(id),
    subscribe: (listener: Parameters<typeof world.host.subscribe>[0]) => world.host.subscribe(listener),
    submit: (id: string, submission: Submission) => {
      submitted.push(submission.op);
      return world.host.submit(id, submission);
    },
  });
  return { world, line, submitted, conversations };
}

describe('whoever comes or goes waits for a turn', () => {
  it('and is not taken in where nobody waits for the answer any more', async () => {
    const { line, submitted, conversations } = await scene();
    let asked = 0;
    const parts = {
      turns: line.turns,
      conversations,
      rates: { joins: { take: () => 0 } },
    } as unknown as SessionParts;
    const request = {
      address: '127.0.0.1',
      conversation: 'cnv_1',
      data: { kind: 'human', displayName: 'Bob' },
      gone: () => (asked += 1) > 0,
    } as unknown as JoinRequest;
    line.occupy();
    const answer = join(parts, request);
    await turns();
    expect(asked).toBe(0);
    await line.pass();
    expect(await answer).toMatchObject({ ok: false, error: { code: 'hub.overloaded' } });
    expect(asked).toBe(1);
    expect(submitted).toEqual([]);
  });

  it('[CN-2] one after another, in rotation over conversations', async () => {
    const { line, conversations } = await scene();
    const order: string[] = [];
    const parts = {
      turns: line.turns,
      conversations,
      rates: { joins: { take: () => 0 } },
    } as unknown as SessionParts;
    const comes = (conversation: string) =>
      join(parts, {
        address: '127.0.0.1',
        conversation,
        data: { kind: 'human', displayName: 'Bob' },
        gone: () => order.push(conversation) > 0,
      } as unknown as JoinRequest);
    line.occupy();
    const answers = ['cnv_1', 'cnv_1', 'cnv_1', 'cnv_2'].map(comes);
    await turns();
    for (let taken = 0; taken < 4; taken += 1) {
      expect(order).toHaveLength(taken);
      await line.pass();
    }
    expect(order).toEqual(['cnv_1', 'cnv_2', 'cnv_1', 'cnv_1']);
    await Promise.all(answers);
  });

  it('[PR-2] and leaves no trace of having been away when it is back before', async () => {
    const { world, line, submitted, conversations } = await scene();
    const attendance = new Attendance(conversations, world.clock, line.turns);
    const attachment = () => ({
      conversation: 'cnv_1',
      participant: 'ann',
      generation: 0,
      acknowledged: 0,
      replaced: () => undefined,
      ended: () => undefined,
    });
    const [first, second] = [attachment(), attachment()];
    attendance.attach(first);
    line.occupy();
    attendance.lost(first);
    attendance.attach(second);
    await line.pass();
    expect(submitted).toEqual([]);
    attendance.lost(second);
    for (let turn = 0; turn < 3; turn += 1) await line.pass();
    expect(submitted).toEqual(['connection.lost']);
    expect(world.types()).toContain('participant.disconnected');
    attendance.stop();
  });
});
