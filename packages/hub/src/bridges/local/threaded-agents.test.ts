import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Room, UtteranceLine } from '@parley/client';
import type { Variant } from '@parley/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startHub } from '../../app.ts';
import type { Hub } from '../../app.ts';
import { createLogger } from '../../operations/logging.ts';
import { settingsOf } from '../../operations/settings.ts';
import { moderated, saidByOthers, say, until as untilRoom } from '../moderated.fixture.ts';

const NAUGHTY = fileURLToPath(new URL('./naughty-agent.fixture.ts', import.meta.url));

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Stage {
  readonly hub: Hub;
  readonly ann: Room;
  readonly logged: string[];
  bring(agent: string, engagement?: Variant): Promise<void>;
  tell(text: string): Promise<void>;
  until(shows: (room: Room) => boolean): Promise<void>;
  readonly said: readonly UtteranceLine[];
}

async function stage(agents: object = {}, config: object = {}): Promise<Stage> {
  const logged: string[] = [];
  const hub = await startHub(
    settingsOf({ port: 0, open: true, log: 'memory', agents: { clerk: { module: NAUGHTY }, ...agents } }),
    { logger: createLogger('debug', { write: (line: string) => void logged.push(line) }) },
  );
  closing.push(() => hub.stop());
  const ann = await moderated(hub, { title: 'Threads', config });
  const until = (shows: (room: Room) => boolean): Promise<void> => untilRoom(ann, shows);
  return {
    hub,
    ann,
    logged,
    until,
    async bring(agent, engagement = { kind: 'whenAddressed' }) {
      await ann.send('bridge.add', {
        kind: 'localAgent',
        displayName: 'Clerk',
        settings: { agent },
        engagement,
      });
      await until(({ view }) => view.participants.length === 2 || Boolean(view.bridges[0]?.problem));
    },
    tell: (text) => say(ann, `@Clerk, ${text}.`),
    get said() {
      return saidByOthers(ann).filter(({ status }) => status === 'ended');
    },
  };
}

const answers = (scene: Stage): string[] => scene.said.map(({ text }) => text);
const problem = ({ ann }: Stage) => ann.view.bridges[0]?.problem ?? null;

describe('an agent in a thread of its own', () => {
  it('[LA-1] [LA-2] takes its turns like anybody else, and sees the room as it is then', async () => {
    const scene = await stage();
    await scene.bring('clerk');
    expect(scene.ann.view.participants.find(({ displayName }) => displayName === 'Clerk')).toMatchObject({
      kind: 'localAgent',
    });
    await scene.tell('do read');
    await scene.until(() => scene.said.length === 1);
    expect(answers(scene)).toEqual([expect.stringMatching(/^Ann,Clerk true Clerk Threads \d+$/)]);
    await scene.tell('do count');
    await scene.until(() => scene.said.length === 2);
    expect(JSON.parse(answers(scene)[1]!)).toEqual({ turns: 2, heard: 3 });
    expect(await (await fetch(`${scene.hub.url}/v1/services`)).json()).toEqual({
      services: [],
      agents: [{ name: 'clerk' }],
    });
  });

  it('[LA-1] bids and votes where it is asked; an answer that cannot be read is a pass', async () => {
    const bidding = { floor: { strategy: { kind: 'bidding', bidWindowMs: 300 } } };
    const scene = await stage({}, bidding);
    await scene.bring('clerk', { kind: 'bid' });
    void scene.ann.floor.request({ urgency: 0.1 });
    await scene.until(() => scene.said.length === 1);
    await scene.ann.setTopic('rubbish');
    const winners: (string | null)[] = [];
    scene.ann.on((event) => event.event === 'bidding.closed' && winners.push(event.data.winner));
    void scene.ann.floor.request({ urgency: 0.1 });
    await vi.waitFor(() => expect(winners).toContain(scene.ann.me));
  });

  it('[LA-1] takes part in elections', async () => {
    const scene = await stage({}, { floor: { strategy: { kind: 'consensus' } } });
    await scene.bring('clerk');
    const voted = new Promise((resolve) =>
      scene.ann.on((event) => event.event === 'vote.cast' && resolve(event)),
    );
    void scene.ann.floor.request();
    expect(await voted).toMatchObject({ event: 'vote.cast' });
  });

  it('[LA-2] [IP-6] a lost floor aborts its signal; what was said by then stays', async () => {
    const scene = await stage();
    await scene.bring('clerk');
    for (const [index, does] of ['wait', 'ignore'].entries()) {
      const word = `${does === 'wait' ? 'wait' : 'ignor'}ing`;
      await scene.tell(`do ${does}`);
      await scene.until(({ view }) => view.speaking.some(({ text }) => text === word));
      await scene.ann.floor.revoke(scene.ann.view.floor.holders[0]!.participant);
      await scene.until(() => scene.said.length === index + 1);
      expect(scene.said[index]).toMatchObject({ text: word, interrupted: true });
    }
    // Its thread is the same one: nothing was lost but the floor.
    await scene.tell('do count');
    await scene.until(() => scene.said.length === 3);
    expect(JSON.parse(answers(scene)[2]!)).toMatchObject({ turns: 3 });
    expect(problem(scene)).toBeNull();
  });

  it('[LA-1] may not act but by speaking, and is told so', async () => {
    const scene = await stage();
    await scene.bring('clerk');
    await scene.tell('do act');
    await vi.waitFor(() => expect(scene.logged.join()).toContain('has a copy of the room'));
  });
});

describe('[LA-1] [DG-3] a thread that goes wrong loses its turn, and nothing else', () => {
  it.each([
    ['throws', 'do throw', false, 'as it was told'],
    ['exits', 'do exit', true, 'its thread ended with code 3'],
    ['yields rubbish', 'do rubbish', false, 'neither text nor a part'],
    ['yields more than anybody can say', 'do flood', false, 'neither text nor a part'],
    ['uses up its memory', 'do burst', true, 'more memory than it may'],
  ])('%s', async (_, told, isNew, reason) => {
    const scene = await stage({ clerk: { module: NAUGHTY, memoryMb: 32 } });
    await scene.bring('clerk');
    await scene.tell('do count');
    await scene.until(() => scene.said.length === 1);
    await scene.tell(told);
    await scene.until(() => problem(scene) !== null);
    expect(problem(scene)).toMatchObject({ code: 'agent.unreachable' });
    expect(scene.logged.join()).toContain(reason);
    // Somebody else goes on, and then so does the agent.
    await scene.until(({ view }) => view.floor.holders.length === 0);
    await scene.tell('do count');
    await scene.until(() => scene.said.length === 2);
    expect(JSON.parse(answers(scene)[1]!)).toMatchObject({
      turns: isNew ? 1 : expect.toSatisfy((turns) => turns > 2),
    });
    await scene.until(() => problem(scene) === null);
  });

  it('loops without end: the hub does not feel it, and the thread is replaced', async () => {
    const scene = await stage({ clerk: { module: NAUGHTY, turnMs: 500 } });
    await scene.bring('clerk');
    await scene.tell('do loop');
    await scene.until(({ view }) =>
      view.floor.holders.some(({ participant }) => participant !== scene.ann.me),
    );
    // Commands of others are carried out while the thread loops, before anybody has ended it.
    for (let topic = 0; topic < 5; topic += 1) await scene.ann.setTopic(`meanwhile ${topic}`);
    expect(scene.logged.join()).not.toContain('does not stop when its turn is over');
    await scene.until(({ view }) => view.bridges[0]?.problem?.message.includes('broke down') === true);
    expect(scene.logged.join()).toContain('does not stop when its turn is over');
    // One turn was lost; nobody asked for another while the thread was busy.
    expect(scene.logged.filter((line) => line.includes('took longer than it may'))).toHaveLength(1);
    await scene.tell('do count');
    await scene.until(() => scene.said.length === 1);
    expect(JSON.parse(answers(scene)[0]!)).toMatchObject({ turns: 1 });
  });

  it('loops while it only listens: it is noticed all the same', async () => {
    const scene = await stage();
    await scene.bring('clerk');
    await scene.ann.setTopic('loop');
    await scene.until(() => problem(scene) !== null);
    expect(scene.logged.join()).toContain('it computes without end');
    await scene.tell('do count');
    await scene.until(() => scene.said.length === 1);
  });

  it('talks without end: it is held up, cut off in time, and what it said stays', async () => {
    const scene = await stage({ clerk: { module: NAUGHTY, turnMs: 400 } });
    await scene.bring('clerk');
    await scene.tell('do talk');
    await scene.until(() => scene.said.length > 0);
    await scene.until(({ view }) => view.floor.holders.length === 0 && problem(scene) !== null);
    expect(answers(scene).join('')).toMatch(/^(blah )+/);
    await scene.tell('do count');
    await scene.until(() => answers(scene).at(-1)!.startsWith('{'));
  });

  it('fails in the middle: what it said stays, and is not said again', async () => {
    const scene = await stage();
    await scene.bring('clerk');
    await scene.tell('do half');
    await scene.until(() => scene.said.length === 1);
    await scene.until(() => problem(scene) !== null);
    await scene.tell('do count');
    await scene.until(() => scene.said.length === 2);
    expect(answers(scene)[0]).toBe('half a');
    expect(JSON.parse(answers(scene)[1]!)).toMatchObject({ turns: 2 });
  });

  it('breaks down between turns, and is back for the next', async () => {
    const scene = await stage();
    await scene.bring('clerk');
    await scene.tell('do later');
    await scene.until(() => problem(scene)?.message.includes('broke down') === true);
    await scene.tell('do count');
    await scene.until(() => answers(scene).at(-1)?.startsWith('{') === true);
    expect(JSON.parse(answers(scene).at(-1)!)).toMatchObject({ turns: 1 });
  });
});

describe('a module that is no agent', () => {
  it.each([
    ['is missing', null, 'Cannot find module'],
    ['throws', 'throw new Error("not today")', 'not today'],
    ['exports nothing', 'export const a = 1;', 'no agent'],
    ['makes nothing', 'export default () => ({ name: "x" });', 'no agent'],
    ['ends its thread', 'process.exit(0)', 'ended with code 0'],
  ])('[LA-1] %s: moderators are told, and the log says why', async (_, source, reason) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'parley-agent-'));
    closing.push(() => rm(directory, { recursive: true, force: true }));
    const module = path.join(directory, 'agent.mjs');
    if (source !== null) await writeFile(module, source);
    const scene = await stage({ other: { module } });
    await scene.bring('other');
    expect(problem(scene)).toEqual({
      code: 'agent.unreachable',
      message: 'The agent’s module does not start; the log of the hub says why.',
    });
    expect(scene.logged.join()).toContain(reason);
  });

  it('[LA-1] is not among those that the hub was started with', async () => {
    const scene = await stage();
    await scene.bring('constructor');
    expect(problem(scene)).toMatchObject({ code: 'request.invalid' });
  });
});
