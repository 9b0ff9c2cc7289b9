import type { Data } from '../checkers/history.ts';
import { CALL_MS } from './hub-process.ts';

/** Short, so that every timer runs out in a run; and a grace that outlasts every time without a hub. */
export const TIMERS = { firstContentMs: 900, silenceMs: 900, revokeGraceMs: 200 };
export const MAX_TURN_MS = 3_000;
const BARRIER_MS = 1_500;

const COMMON = {
  routing: { kind: 'broadcast', whisper: true },
  presence: { reconnectGraceMs: 15_000 },
};
const timers = { ...TIMERS, maxTurnMs: MAX_TURN_MS, warnBeforeMs: 500, retryAfterMs: 300 };

/** What the conversations of a run are like, one after the other: turns in order, and turns that are bid for. */
const CONFIGS: readonly [Data, ...Data[]] = [
  { ...COMMON, floor: { strategy: { kind: 'sequential', maxTurnDurationMs: MAX_TURN_MS }, timers } },
  { ...COMMON, floor: { strategy: { kind: 'bidding', bidWindowMs: 150 }, timers } },
];

/** How the participants of a run see it, one after the other. */
const LEVELS: readonly [Data, ...Data[]] = [
  { kind: 'eventual' },
  { kind: 'strong', barrierTimeoutMs: BARRIER_MS },
  { kind: 'causal' },
  { kind: 'bestEffort' },
];

export const levelOf = (index: number): Data => LEVELS[index % LEVELS.length]!;

export interface Room {
  readonly id: string;
  /** Of the guest who created it. */
  readonly token: string;
}

export async function createRoom(port: number, index: number): Promise<Room> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/conversations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'crash test', config: CONFIGS[index % CONFIGS.length]! }),
    signal: AbortSignal.timeout(CALL_MS),
  });
  if (response.status !== 201) throw new Error(`no conversation: ${await response.text()}`);
  return (await response.json()) as Room;
}

/** The state as the hub shows it to the room's creator. */
export async function stateOf(port: number, { id, token }: Room): Promise<Data> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/conversations/${id}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(CALL_MS),
  });
  if (response.status !== 200) throw new Error(`no state: ${response.status} ${await response.text()}`);
  return (await response.json()) as Data;
}
