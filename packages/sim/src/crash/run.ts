import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkAll } from '../checkers/check-all.ts';
import { checkFinalState } from '../checkers/final-state.ts';
import type { Data, Evidence, LoggedWireEvent, Violation } from '../checkers/history.ts';
import { checkTimers } from '../checkers/timers.ts';
import { Actor } from '../clients/actor.ts';
import { RecordingClient } from '../clients/recording-client.ts';
import { Random } from '../random.ts';
import { HubProcess, verifyLog } from './hub-process.ts';
import { realSurroundings } from './surroundings.ts';

export interface CrashPlan {
  readonly seed: number;
  readonly kills: number;
  readonly conversations: number;
  readonly clientsEach: number;
  /** The hub lives for a random time between these before it is killed. */
  readonly lifeMs: readonly [number, number];
}

export interface CrashResult {
  readonly violations: readonly Violation[];
  readonly evidence: readonly Evidence[];
  /** That the run met what it is about: none of these may be 0. */
  readonly counts: {
    readonly events: number;
    readonly acknowledged: number;
    readonly refused: number;
    /** Commands that were in flight when the hub died, and were sent again. */
    readonly retried: number;
    readonly resumed: number;
    readonly grants: number;
  };
}

/** Short, so that every timer runs out in a run; and a grace that outlasts every time without a hub. */
const TIMERS = { firstContentMs: 900, silenceMs: 900, revokeGraceMs: 200 };
const MAX_TURN_MS = 3_000;
const CONFIG = {
  floor: {
    strategy: { kind: 'sequential', maxTurnDurationMs: MAX_TURN_MS },
    timers: { ...TIMERS, warnBeforeMs: 500, retryAfterMs: 300 },
  },
  presence: { reconnectGraceMs: 15_000 },
};
/** How long a busy machine may take to get round to a deadline. */
const LATE_MS = 1_500;
const QUIET_MS = 20_000;

/**
 * One run: a real hub under load, killed and started again on the same data and port, until the plan is
 * done; then everything is left to come to rest, and the histories, the log, the state and the file are
 * checked. The plan is seeded; where exactly a kill falls is the operating system's doing.
 */
export async function runCrashes(plan: CrashPlan, log: (line: string) => void): Promise<CrashResult> {
  const random = new Random(plan.seed);
  const data = await mkdtemp(path.join(tmpdir(), 'parley-crash-'));
  const clients: RecordingClient[] = [];
  let hub = await HubProcess.start(data, 0);
  const surroundings = realSurroundings(hub.port);
  try {
    const rooms = await Promise.all(
      Array.from({ length: plan.conversations }, () => createConversation(hub.port)),
    );
    for (const [index, room] of rooms.entries()) {
      for (let each = 0; each < plan.clientsEach; each++) {
        clients.push(new RecordingClient({ name: `c${index}-${each}`, conversation: room.id }, surroundings));
      }
    }
    for (const client of clients) client.connect();
    const actors = clients.map(
      (client) => new Actor(client, new Random(random.integer(0, 2 ** 31)), surroundings),
    );
    let longestDownMs = 0;
    for (let kill = 1; kill <= plan.kills; kill++) {
      await pause(random.integer(...plan.lifeMs));
      const from = Date.now();
      await hub.kill();
      await pause(random.integer(0, 100));
      hub = await HubProcess.start(data, hub.port);
      longestDownMs = Math.max(longestDownMs, Date.now() - from);
      log(`kill ${kill} of ${plan.kills}: back after ${Date.now() - from} ms`);
    }
    await until('everybody is back', () => clients.every(({ joined }) => joined));
    await pause(random.integer(...plan.lifeMs));
    await comeToRest(clients, actors);
    const evidence = await Promise.all(rooms.map((room) => gather(hub.port, room, clients)));
    const violations = evidence.flatMap(({ state, readAt, ...each }) => [
      ...checkAll(each),
      ...checkTimers(each, { ...TIMERS, maxTurnMs: MAX_TURN_MS, slackMs: longestDownMs + LATE_MS, readAt }),
      ...checkFinalState(each.log, state),
    ]);
    for (const client of clients.splice(0)) await client.close();
    return {
      violations: [...violations, ...(await checkEnd(hub, data))],
      evidence,
      counts: count(evidence),
    };
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await hub.kill();
    await rm(data, { recursive: true, force: true });
  }
}

interface Room {
  readonly id: string;
  readonly token: string | undefined;
}

async function createConversation(port: number): Promise<Room> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/conversations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'crash test', config: CONFIG }),
  });
  if (response.status !== 201) throw new Error(`no conversation: ${await response.text()}`);
  return (await response.json()) as Room;
}

/** Nothing new is begun, everything begun is answered, turns end, and everybody is told everything. */
async function comeToRest(clients: readonly RecordingClient[], actors: readonly Actor[]): Promise<void> {
  await Promise.all(actors.map((actor) => actor.stop()));
  await until('every command is answered', () => clients.every(({ waiting }) => waiting === 0));
  await Promise.all(
    clients.map(async (client) => {
      await client.send('floor.cancel', {});
      if (client.grant !== null) await client.send('floor.release', {});
    }),
  );
  // Who was granted the floor in between stays silent and loses it by the timers.
  let since = Date.now();
  let seen = '';
  await until('nothing happens any more', () => {
    const heads = clients.map(({ conversation, last }) => `${conversation} ${last}`);
    const floors = clients.map(({ grant }) => grant);
    const now = JSON.stringify([heads, floors]);
    if (now !== seen) since = Date.now();
    seen = now;
    const together = new Set(heads).size === new Set(clients.map(({ conversation }) => conversation)).size;
    return together && floors.every((grant) => grant === null) && Date.now() - since > 700;
  });
}

async function gather(
  port: number,
  room: Room,
  clients: readonly RecordingClient[],
): Promise<Evidence & { state: Data; readAt: number }> {
  const get = async (what: string): Promise<Data> => {
    const response = await fetch(`http://127.0.0.1:${port}/v1/conversations/${room.id}${what}`, {
      headers: room.token ? { authorization: `Bearer ${room.token}` } : {},
    });
    if (response.status !== 200) throw new Error(`${what}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Data;
  };
  const readAt = Date.now();
  const log: LoggedWireEvent[] = [];
  for (let after = 0; ;) {
    const page = (await get(`/events?after=${after}&limit=500&wait=0`)) as unknown as {
      events: Omit<LoggedWireEvent, 'audience'>[];
      next: number;
    };
    // These conversations broadcast and know no bids: everything is for everybody.
    log.push(...page.events.map((event) => ({ ...event, audience: 'all' as const })));
    if (page.events.length === 0) break;
    after = page.next;
  }
  const histories = clients
    .filter(({ conversation }) => conversation === room.id)
    .map((client) => client.history({ complete: true, attentive: false }));
  return { histories, log, networkMs: LATE_MS, state: await get(''), readAt };
}

/** SIGTERM ends it with 0 in time, and the file that it leaves is sound. */
async function checkEnd(hub: HubProcess, data: string): Promise<Violation[]> {
  const violations: Violation[] = [];
  const code = await hub.stop();
  if (code !== 0) {
    violations.push({
      rule: 'RL-1',
      text: `SIGTERM ended the hub with ${code ?? 'SIGKILL'}\n${hub.output()}`,
    });
  }
  const verified = await verifyLog(data);
  if (verified.code !== 0) {
    violations.push({ rule: 'RL-5', text: `verify ended with ${verified.code}: ${verified.output}` });
  }
  return violations;
}

function count(evidence: readonly Evidence[]): CrashResult['counts'] {
  const entries = evidence.flatMap(({ histories }) => histories.flatMap((history) => history.entries));
  const sent = entries.flatMap((entry) => (entry.kind === 'invoke' ? [entry.id] : []));
  const logged = evidence.flatMap(({ log }) => log);
  return {
    events: logged.length,
    acknowledged: entries.filter(({ kind }) => kind === 'ok').length,
    refused: entries.filter(({ kind }) => kind === 'fail').length,
    retried: sent.length - new Set(sent).size,
    resumed: entries.filter((entry) => entry.kind === 'joined' && entry.resumed).length,
    grants: logged.filter(({ event }) => event === 'floor.granted').length,
  };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + QUIET_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited ${QUIET_MS} ms in vain until ${what}`);
    await pause(20);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
