import { connect } from '@parley/client';
import type { Agent, AgentControl, AgentTurn, Room } from '@parley/client';
import type { Variant } from '@parley/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startHub } from '../app.ts';
import type { Hub } from '../app.ts';
import { settingsOf } from '../operations/settings.ts';
import type { BridgeKind, BridgeRequest } from './bridge.ts';
import { BridgeError } from './bridge.ts';
import { canRequest } from './can-request.ts';
import { moderated, say, until } from './moderated.fixture.ts';

let hub: Hub | null = null;

afterEach(async () => {
  await hub?.stop();
  hub = null;
});

/** A kind of participant that says what it was asked, and bids as it is told. */
class Scripted implements BridgeKind<'externalAI'> {
  readonly kind = 'externalAI';
  readonly turns: AgentTurn[] = [];
  bids = 0;
  /** Whom contact was made with, or tried, by name. */
  readonly opened: string[] = [];
  closed = 0;
  urgency: number | null = 0.9;
  /** Null for never again. */
  readyInMs: number | null = 0;
  refusals: Error[] = [];
  control: AgentControl | null = null;

  async open({ bridge }: BridgeRequest<'externalAI'>) {
    this.opened.push(bridge.displayName);
    const refusal = this.refusals.shift();
    if (refusal) throw refusal;
    const agent: Agent = {
      name: 'Sage',
      begin: (control) => void (this.control = control),
      onTurn: async (turn) => {
        this.turns.push(turn);
        return `answer ${this.turns.length}`;
      },
      bid: () => {
        this.bids += 1;
        return this.urgency === null ? null : { urgency: this.urgency };
      },
    };
    const close = async () => void (this.closed += 1);
    const readiness = { readyInMs: () => this.readyInMs };
    return { agent, readiness, profile: { model: 'sage-1', capabilities: ['answers'] }, close };
  }
}

interface Stage {
  readonly hub: Hub;
  readonly scripted: Scripted;
  readonly ann: Room;
  readonly bridge: string;
}

async function stage(engagement: Variant, config: object = {}, scripted = new Scripted()): Promise<Stage> {
  const settings = settingsOf({ port: 0, open: true, log: 'memory', logLevel: 'silent' });
  const started = await startHub(settings, { bridges: { externalAI: scripted } });
  hub = started;
  const ann = await moderated(started, { config });
  const { bridge } = await ann.send('bridge.add', {
    kind: 'externalAI',
    displayName: 'Sage',
    settings: { service: 'house' },
    engagement,
  });
  return { hub: started, scripted, ann, bridge: String(bridge) };
}

const sage = (room: Room) => room.view.participants.find(({ displayName }) => displayName === 'Sage');
const saidBySage = (room: Room) =>
  room.transcript.filter(
    (line) => line.kind === 'utterance' && line.displayName === 'Sage' && line.status === 'ended',
  ).length;

describe('a participant that the hub reaches', () => {
  it('[HU-3] joins with what the hub knows of it, and speaks when it is addressed', async () => {
    const { ann, scripted } = await stage({ kind: 'whenAddressed' });
    await until(ann, () => sage(ann) !== undefined);
    expect(sage(ann)).toMatchObject({ kind: 'externalAI', model: 'sage-1', capabilities: ['answers'] });
    await say(ann, 'Good morning everybody.');
    await say(ann, 'What do you think, @sage?');
    await until(ann, () => saidBySage(ann) === 1);
    expect(scripted.turns).toHaveLength(1);
    expect(scripted.turns[0]!.addressed).toBe(true);
  });

  it('is told at once what was meant for it before it came', async () => {
    const scripted = new Scripted();
    scripted.refusals = [new BridgeError('agent.unreachable', 'Nobody answers.')];
    const { ann } = await stage({ kind: 'whenAddressed' }, {}, scripted);
    await until(ann, () => ann.view.bridges[0]?.problem !== null && ann.view.bridges.length > 0);
    expect(ann.view.bridges[0]!.problem).toEqual({ code: 'agent.unreachable', message: 'Nobody answers.' });
    await say(ann, 'Are you there, @Sage?');
    await until(ann, () => saidBySage(ann) === 1);
    expect(ann.view.bridges[0]!.problem).toBeNull();
  });

  it('asks under onQuestion, and not for a remark', async () => {
    const { ann, scripted } = await stage({ kind: 'onQuestion' });
    await until(ann, () => sage(ann) !== undefined);
    await say(ann, 'It rains.');
    await ann.openItem({ kind: 'question', text: 'Will it stop' });
    await until(ann, () => saidBySage(ann) === 1);
    expect(scripted.turns).toHaveLength(1);
  });

  it('speaks after a silence', async () => {
    const { ann } = await stage({ kind: 'onSilence', afterMs: 150 });
    await until(ann, () => saidBySage(ann) >= 1);
  });

  it('[AI-3] takes no turn after a silence when it can never be called again', async () => {
    const scripted = new Scripted();
    scripted.readyInMs = null;
    const { ann, hub: running } = await stage({ kind: 'onSilence', afterMs: 100 }, {}, scripted);
    await until(ann, () => sage(ann) !== undefined);
    const spared = async (): Promise<number> => {
      const metrics = await (await fetch(`${running.url}/metrics`)).text();
      return Number(/calls_spared_total\{kind="externalAI"\} (\d+)/.exec(metrics)?.[1] ?? 0);
    };
    // Several silences have passed by then.
    await vi.waitFor(async () => expect(await spared()).toBeGreaterThanOrEqual(3));
    expect(scripted.turns).toHaveLength(0);
  });

  it('takes what the round offers, and nothing else', async () => {
    const { ann, scripted } = await stage(
      { kind: 'onOffer' },
      { floor: { strategy: { kind: 'roundRobin' } } },
    );
    await until(ann, () => sage(ann) !== undefined);
    await say(ann, 'Who goes on?');
    await until(ann, () => saidBySage(ann) >= 1);
    expect(scripted.bids).toBe(0);
  });

  it('bids in each window, once', async () => {
    const { ann, scripted } = await stage(
      { kind: 'bid' },
      { floor: { strategy: { kind: 'bidding', bidWindowMs: 300 } } },
    );
    await until(ann, () => sage(ann) !== undefined);
    const opened = new Promise<string>((resolve) =>
      ann.on((event) => event.event === 'bidding.opened' && resolve(event.data.window)),
    );
    void ann.floor.request({ urgency: 0.1 });
    await opened;
    await until(ann, () => saidBySage(ann) === 1);
    expect(scripted.bids).toBe(1);
  });

  it('bids for a turn that it wants by itself, and does not pass on it', async () => {
    const {
      ann,
      scripted,
      hub: running,
    } = await stage(
      { kind: 'whenAddressed' },
      { floor: { strategy: { kind: 'bidding', bidWindowMs: 300 } } },
    );
    await until(ann, () => sage(ann) !== undefined);
    const connection = await connect(running.connectLocal);
    const bob = await connection.join(ann.id, { kind: 'human', displayName: 'Bob' });
    // Who does not bid keeps the window open.
    const other = await connect(running.connectLocal);
    await other.join(ann.id, { kind: 'human', displayName: 'Cid' });
    await ann.withFloor(async (turn) => {
      await turn.say('I think aloud.');
      scripted.control!.want();
      await bob.floor.request({ urgency: 0.1 });
    });
    await until(ann, () => saidBySage(ann) === 1);
    await Promise.all([connection.close(), other.close()]);
  });

  it('is asked once after each turn where turns are not bid for, and its answer is its request', async () => {
    const { ann, scripted } = await stage({ kind: 'bid' }, { floor: { strategy: { kind: 'priority' } } });
    await until(ann, () => sage(ann) !== undefined);
    await say(ann, 'First.');
    await until(ann, () => saidBySage(ann) === 1);
    scripted.urgency = null;
    const before = scripted.bids;
    await say(ann, 'Second.');
    await vi.waitFor(() => expect(scripted.bids).toBe(before + 1));
    expect(saidBySage(ann)).toBe(1);
  });

  it('[AI-3] is not called where it could not have the floor', async () => {
    const { ann, scripted, hub: running } = await stage({ kind: 'bid' });
    await until(ann, () => sage(ann) !== undefined);
    await ann.send('role.set', { participant: sage(ann)!.id, roles: ['observer'] });
    await say(ann, 'Nobody may answer.');
    await until(ann, () => ann.view.floor.holders.length === 0);
    const metrics = await (await fetch(`${running.url}/metrics`)).text();
    expect(scripted.bids).toBe(0);
    expect(metrics).toMatch(/parley_bridge_calls_spared_total\{kind="externalAI"\} [1-9]/);
  });

  it('leaves when its bridge is removed, and stays away when a moderator removes it', async () => {
    const { ann, scripted, bridge } = await stage({ kind: 'whenAddressed' });
    await until(ann, () => sage(ann) !== undefined);
    await ann.send('bridge.remove', { bridge });
    await until(ann, () => sage(ann) === undefined);
    await vi.waitFor(() => expect(scripted.closed).toBe(1));
    await ann.send('bridge.add', { kind: 'externalAI', displayName: 'Sage', settings: { service: 'house' } });
    await until(ann, () => sage(ann) !== undefined);
    await ann.send('participant.remove', { participant: sage(ann)!.id });
    await until(ann, () => ann.view.bridges.length === 0);
    expect(scripted.opened).toEqual(['Sage', 'Sage']);
  });

  it('is told of while it cannot come in, and comes in once it can', async () => {
    const { ann } = await stage({ kind: 'whenAddressed' }, { participantsMax: 2 });
    await until(ann, () => sage(ann) !== undefined);
    await ann.send('bridge.add', { kind: 'externalAI', displayName: 'Owl', settings: { service: 'house' } });
    await until(ann, () => ann.view.bridges[1]?.problem?.code === 'conversation.full');
    await ann.send('participant.remove', { participant: sage(ann)!.id });
    await until(ann, () => ann.view.participants.some(({ displayName }) => displayName === 'Owl'));
    await until(ann, () => ann.view.bridges.every(({ problem }) => problem === null));
  });

  it('is not tried again where that is of no use, and its moderators see why', async () => {
    const scripted = new Scripted();
    scripted.refusals = [
      new BridgeError('endpoint.blocked', 'Not a public address.'),
      new BridgeError('agent.unreachable', 'Nobody answers.'),
    ];
    const { ann } = await stage({ kind: 'whenAddressed' }, {}, scripted);
    await until(ann, () => ann.view.bridges.some(({ problem }) => problem?.code === 'endpoint.blocked'));
    // Another one that failed later, of which trying again is of use: by its second try the first one's had come.
    await ann.send('bridge.add', { kind: 'externalAI', displayName: 'Owl', settings: { service: 'house' } });
    await vi.waitFor(() => expect(scripted.opened.filter((name) => name === 'Owl')).toHaveLength(2), 10_000);
    expect(scripted.opened).toEqual(['Sage', 'Owl', 'Owl']);
    expect(ann.view.bridges[0]!.problem?.code).toBe('endpoint.blocked');
  });
});

it('who cannot be made to leave does not keep the hub from stopping', async () => {
  const opened = Promise.withResolvers<void>();
  const settings = settingsOf({ port: 0, open: true, log: 'memory', logLevel: 'silent' });
  const deaf: BridgeKind<'externalAI'> = {
    kind: 'externalAI',
    open: () => {
      opened.resolve();
      return new Promise(() => undefined);
    },
  };
  const started = await startHub(settings, { bridges: { externalAI: deaf } });
  const ann = await moderated(started);
  await ann.send('bridge.add', { kind: 'externalAI', displayName: 'Sage', settings: { service: 'house' } });
  await opened.promise;
  await started.stop();
});

describe('canRequest', () => {
  it('says no to who holds, waits, only watches, is muted, is not there, or finds no place', async () => {
    const { ann } = await stage({ kind: 'whenAddressed' });
    const { view, me } = ann;
    expect(canRequest(view, me)).toBe(true);
    expect(canRequest(view, 'prt_nobody')).toBe(false);
    expect(canRequest({ ...view, status: 'paused' }, me)).toBe(false);
    const as = (change: Partial<Room['view']['participants'][number]>): Room['view'] => ({
      ...view,
      participants: view.participants.map((each) => (each.id === me ? { ...each, ...change } : each)),
    });
    expect(canRequest(as({ muted: { cause: 'moderator', until: null } }), me)).toBe(false);
    expect(canRequest(as({ roles: ['observer'] }), me)).toBe(false);
    const waiting = (participant: string) => ({ participant, position: 1, since: '' });
    const queued = (...names: string[]): Room['view'] => ({
      ...view,
      floor: { ...view.floor, queue: names.map(waiting) },
    });
    expect(canRequest(queued(me), me)).toBe(false);
    expect(canRequest(queued('prt_other'), me)).toBe(true);
    const full = Array.from({ length: view.config.floor.queueLengthMax }, (_, index) => `prt_${index}`);
    expect(canRequest(queued(...full), me)).toBe(false);
    await ann.withFloor(async () => {
      expect(canRequest(ann.view, me)).toBe(false);
    });
  });
});
