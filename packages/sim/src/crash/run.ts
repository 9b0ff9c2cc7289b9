import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkAll } from '../checkers/check-all.ts';
import { checkFinalState } from '../checkers/final-state.ts';
import type { Evidence, Violation } from '../checkers/history.ts';
import { checkPresence } from '../checkers/presence.ts';
import { checkTimers } from '../checkers/timers.ts';
import { Proxy } from '../network/proxy.ts';
import { Random } from '../random.ts';
import { Company, pause, until } from './company.ts';
import { countsOf, gather, historiesOf } from './evidence.ts';
import type { HubFault } from './hub-faults.ts';
import { HubProcess, verifyLog } from './hub-process.ts';
import { createRoom, MAX_TURN_MS, stateOf, TIMERS } from './rooms.ts';
import { Storm, weather, type StrikeCounts } from './storm.ts';

export interface CrashPlan {
  readonly seed: number;
  /** How often the hub is ended by SIGKILL and started again. */
  readonly kills: number;
  /** How often it stands still (SIGSTOP) and goes on. */
  readonly freezes: number;
  readonly conversations: number;
  readonly clientsEach: number;
  /** The hub lives for a random time between these before the next blow. */
  readonly lifeMs: readonly [number, number];
  /** It goes on until so many have been said, however slow the machine is. */
  readonly whispers: number;
  /** Negative controls: a hub that breaks a promise. */
  readonly fault?: HubFault;
}

export interface CrashResult {
  readonly violations: readonly Violation[];
  readonly evidence: readonly Evidence[];
  /** That the run met what it is about: none of these may be 0 in a run that is to prove something. */
  readonly counts: ReturnType<typeof countsOf> & StrikeCounts & { readonly frozen: number };
}

/** How long a busy machine may take to get round to a deadline. */
const LATE_MS = 1_500;
/** Longer than a heartbeat, so that some find their connection answered by nobody. */
const FROZEN_MS = [100, 1_200] as const;

/**
 * One run: a real hub under load through a network that breaks, killed, stopped and started again on the
 * same data and port, until the plan is done; then everything is left to come to rest, and the histories,
 * the log, the state and the file are checked. The plan is seeded; what exactly a blow meets is the
 * operating system's doing.
 */
export async function runCrashes(plan: CrashPlan, log: (line: string) => void): Promise<CrashResult> {
  // Whatever fails: nobody waits for anybody, no process is left, and the last that goes is the data.
  await using leftovers = new AsyncDisposableStack();
  const random = new Random(plan.seed);
  const data = await mkdtemp(path.join(tmpdir(), 'parley-crash-'));
  leftovers.defer(() => rm(data, { recursive: true, force: true }));
  const fault = plan.fault ?? null;
  let hub = await HubProcess.start(data, 0, fault);
  leftovers.defer(() => hub.kill());
  const skies = random.fork();
  const proxy = await Proxy.open(hub.port, () => weather(skies));
  leftovers.defer(() => proxy.close());
  const rooms = await Promise.all(
    Array.from({ length: plan.conversations }, (_, index) => createRoom(hub.port, index)),
  );
  const ports = { proxy: proxy.port, hub: hub.port };
  const company = await Company.gather(rooms, plan.clientsEach, ports, random.fork());
  leftovers.defer(() => company.close());
  const storm = new Storm(proxy, random.fork());
  leftovers.defer(() => storm.end());
  let longestDownMs = 0;
  for (const blow of blowsOf(plan, random)) {
    await pause(random.integer(...plan.lifeMs));
    const from = Date.now();
    if (blow === 'freeze') {
      hub.freeze();
      await pause(random.integer(...FROZEN_MS));
      hub.thaw();
    } else {
      await hub.kill();
      await pause(random.integer(0, 100));
      hub = await HubProcess.start(data, hub.port, fault);
    }
    longestDownMs = Math.max(longestDownMs, Date.now() - from);
    log(`${blow}: back after ${Date.now() - from} ms`);
  }
  await pause(random.integer(...plan.lifeMs));
  await until('enough has been whispered', () => company.whispers >= plan.whispers);
  await storm.end();
  await until('everybody is back', () => company.allThere);
  await company.comeToRest();
  const readAt = Date.now();
  const states = await Promise.all(rooms.map((room) => stateOf(hub.port, room)));
  const histories = rooms.map((room) => historiesOf(company, room));
  const ended = await endHub(hub, data);
  const terms = { slackMs: longestDownMs + LATE_MS, readAt };
  const evidence: Evidence[] = [];
  for (const [index, room] of rooms.entries()) {
    evidence.push(await gather(data, room, histories[index]!, states[index]!['seq'] as number));
  }
  const violations = evidence.flatMap((each, index) => [
    ...checkAll(each),
    ...checkTimers(each, { ...TIMERS, ...terms, maxTurnMs: MAX_TURN_MS }),
    ...checkPresence(each, terms),
    ...checkFinalState(each.log, states[index]!),
  ]);
  return {
    violations: [...violations, ...ended],
    evidence,
    counts: { ...countsOf(evidence), ...storm.counts, frozen: plan.freezes },
  };
}

/** Kills and freezes in an order of the seed's. */
function blowsOf({ kills, freezes }: CrashPlan, random: Random): ('kill' | 'freeze')[] {
  const blows: ('kill' | 'freeze')[] = [];
  for (let [k, f] = [kills, freezes]; k + f > 0;) {
    const kill = random.integer(1, k + f) <= k;
    blows.push(kill ? 'kill' : 'freeze');
    if (kill) k -= 1;
    else f -= 1;
  }
  return blows;
}

/** SIGTERM ends it with 0 in time, and the file that it leaves is sound. */
async function endHub(hub: HubProcess, data: string): Promise<Violation[]> {
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
