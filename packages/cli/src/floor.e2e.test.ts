import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ParleyProcess } from './testing/parley-process.ts';
import { Workbench } from './testing/parley-process.ts';

const bench = new Workbench();
let url: string;
let cwd: string;

beforeAll(async () => {
  cwd = await bench.directory();
  const hub = bench.start(['serve', '--open', '--port', '0', '--log', 'memory'], { cwd });
  url = (await hub.says(/Parley is at (\S+)/))[1]!;
});
afterAll(() => bench.clean());

async function post(path: string, body: unknown, token?: string): Promise<unknown> {
  const response = await fetch(`${url}/v1/conversations${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  return response.json();
}

/** Ada, who made the conversation and moderates it, and Bo, each at a pipe. */
async function twoIn(config: unknown): Promise<[ada: ParleyProcess, bo: ParleyProcess, id: string]> {
  const { id, token } = (await post('', { title: 'Tea', config })) as { id: string; token: string };
  const join = (name: string, env: Record<string, string> = {}): ParleyProcess =>
    bench.start(['join', `${url}/c/${id}`, '--name', name], { cwd, env });
  const ada = join('Ada', { PARLEY_TOKEN: token });
  await ada.says(/Ada came in/);
  const bo = join('Bo');
  await ada.says(/Bo came in/);
  await bo.says(/Bo came in/);
  return [ada, bo, id];
}

describe('the whole floor from a pipe', () => {
  it('[TS-3] [TS-8] bids', async () => {
    const strategy = {
      kind: 'bidding',
      bidWindowMs: 60_000,
      evaluation: 'highestAmount',
      payment: 'firstPrice',
    };
    const [ada, bo] = await twoIn({ floor: { strategy } });
    // What is said without the floor is a bid, and goes with it.
    ada.type('Lemon, if anything.');
    await bo.notes(/^bids are taken, (1:00|0:5\d) left: \/bid or \/pass$/m);
    ada.type('/bid 0.9 200');
    await ada.notes(/bidding\.insufficient_credits/);
    ada.type('/pass');
    await ada.notes(/^You leave this turn to others\.$/m);
    bo.type('/bid 0.4 30 About milk');
    await bo.notes(/^Your bid is in\.$/m);
    await ada.says(/^\* Bo wins the turn and pays 30/m);
    bo.type('/credits');
    await bo.notes(/^You have 70 priorityPoints$/m);
    await bo.notes(/^YOU have the floor/m);
    bo.type('Milk first.');
    await ada.says(/^Bo: Milk first\.$/m);
    ada.type('/leave');
    const { stdout, stderr } = await ada.ended;
    expect(stdout).not.toContain('Lemon');
    expect(stderr).not.toContain('client.');
  });

  it('[TS-16] votes by name', async () => {
    const strategy = { kind: 'consensus', votingPeriodMs: 60_000, minVotes: 2 };
    const [ada, bo] = await twoIn({ floor: { strategy } });
    bo.type('/hand');
    await ada.notes(/^who speaks next, Bo\? \S+ left: \/vote NAME$/m);
    ada.type('/vote Zoe');
    await ada.notes(/^Nobody fits "Zoe" here; it can be Bo\.$/m);
    ada.type('/vote bo');
    await ada.notes(/^Your vote is in/m);
    bo.type('/vote abstain');
    await ada.says(/^\* Bo is elected to speak/m);
    await bo.notes(/^YOU have the floor/m);
  });

  it('[IP-4] asks the holder, who gives way', async () => {
    const [ada, bo] = await twoIn({
      floor: { timers: { minSpeakingMs: 0 } },
      interruption: { kind: 'cooperative', requestTimeoutMs: 60_000 },
    });
    ada.type('/hand');
    await ada.notes(/^YOU have the floor/m);
    bo.type('/no');
    await bo.notes(/^Nobody has asked you/m);
    bo.type('/interrupt the kettle boils');
    await bo.notes(/^Ada will be asked\.$/m);
    await ada.notes(/^Bo asks to interrupt YOU, \S+ left: \/yes or \/no$/m);
    ada.type('/yes');
    await ada.says(/^\* Bo wants to interrupt Ada$/m);
    await ada.says(/^\* Bo interrupts Ada$/m);
    await bo.notes(/^YOU have the floor/m);
    bo.type('The kettle!');
    await ada.says(/^Bo: The kettle!$/m);
  });

  it('[FL-14] goes on after the loop guard', async () => {
    const [ada, bo, id] = await twoIn({ floor: { maxConsecutiveAgentTurns: 1 } });
    bo.type('/resume');
    await bo.notes(/^The conversation is not paused\.$/m);
    const profile = { kind: 'agent', displayName: 'Echo' };
    const { token } = (await post(`/${id}/participants`, profile)) as { token: string };
    const command = (op: string, data: unknown) => post(`/${id}/commands`, { id: op, op, data }, token);
    const { data } = (await command('floor.request', {})) as { data: { grant: number } };
    await command('speech', { grant: data.grant, text: 'Echo.' });
    await bo.notes(/^Paused: 1 turn in a row without a human\. \/resume goes on$/m);
    bo.type('/resume');
    await ada.says(/^\* the conversation goes on$/m);
  });

  it('[FL-15] [FL-12] changes strategy and policy while somebody speaks', async () => {
    const [ada, bo] = await twoIn({});
    bo.type('/hand');
    await bo.notes(/^YOU have the floor/m);
    bo.type('/strategy bidding');
    await bo.notes(/auth\.forbidden/);
    ada.type('/strategy round');
    await ada.notes(/^The strategy is roundRobin now\.$/m);
    ada.type('/policy conv');
    await ada.notes(/^The policy is conversational now\.$/m);
    ada.type('/strategy auction');
    await ada.notes(/request\.invalid/);
    ada.type('/extend 30');
    ada.type('/help');
    await ada.notes(/^\/revoke \[NAME\] .*$/m);
    ada.type('/revoke b');
    await bo.notes(/^The floor was taken from you \(by a moderator\)\.$/m);
    ada.type('/leave');
    expect((await ada.ended).code).toBe(0);
  });

  it('[DG-3] mutes, shows who is muted, and lets speak again', async () => {
    const [ada, bo] = await twoIn({});
    bo.type('/mute Ada');
    await bo.notes(/auth\.forbidden/);
    bo.type('/hand');
    await bo.notes(/^YOU have the floor/m);
    ada.type('/mute bo 600');
    await bo.notes(/^The floor was taken from you \(you are muted\)\.$/m);
    await bo.says(/^\* Bo is muted \(by a moderator\)$/m);
    bo.type('Hello?');
    ada.type('/people');
    await ada.notes(/^Bo: human, .*muted \(by a moderator\)$/m);
    ada.type('/unmute Ada');
    await ada.notes(/^Nobody fits "Ada" here; it can be Bo\.$/m);
    ada.type('/unmute Bo');
    // What it had to say has kept its place.
    await ada.says(/^\* Bo may speak again$/m);
    await ada.says(/^Bo: Hello\?$/m);
  });
});
