import { decodeEvent } from '@parley/protocol';
import { checkInvariants, durableState, evolve, initialState } from '@parley/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HostWorld, turns } from './host.fixture.ts';
import type { Outcome } from './submission.ts';

const WHO = ['a', 'b', 'c'] as const;

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('open' as const),
      who: fc.constantFrom(...WHO),
      id: fc.nat(4),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('ask' as const), who: fc.constantFrom(...WHO) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('cancel' as const),
      who: fc.constantFrom(...WHO),
      id: fc.nat(2),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('typing' as const), who: fc.constantFrom(...WHO) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('turn' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(40_000) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('jump' as const), ms: fc.integer({ min: -4e6, max: 4e6 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fail' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('heal' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

/** Everybody who asked for the same got the same answer: how many there were. */
const answersIn = (accepted: readonly (Outcome & { ok: true })[]): number =>
  new Set(accepted.map(({ seq, data }) => JSON.stringify([seq, data]))).size;

/**
 * Commands with repeated ids, a log that fails and heals, time that passes and jumps, restarts at any
 * moment; then the log is read by itself and compared with everything that was said outside.
 */
test('[RL-1][DG-2][FL-10] what was accepted is in the log once, what was refused never, and all was published', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80, size: 'max' }), async (steps) => {
      const limits = { snapshotEvery: 5, batchMax: 4, answersMax: 3, tailMax: 800 };
      let world = new HostWorld({ limits });
      await world.create('cnv_1', [...WHO]);
      const said = new Map<string, Promise<Outcome>[]>();
      const cancelled = new Map<string, Promise<Outcome>[]>();
      const worlds = [world];
      for (const action of steps) {
        if (action.kind === 'open') {
          const name = `${action.who}${action.id}`;
          const data = { kind: 'task', text: name } as const;
          const key = { key: { author: action.who, id: name, digest: 'd' } };
          const outcome = world.submit('cnv_1', action.who, 'item.open', data, key);
          said.set(name, [...(said.get(name) ?? []), outcome]);
        }
        if (action.kind === 'cancel') {
          const key = { key: { author: action.who, id: `cancel ${action.id}`, digest: 'd' } };
          const name = `${action.who} cancels ${action.id}`;
          const outcome = world.submit('cnv_1', action.who, 'floor.cancel', {}, key);
          cancelled.set(name, [...(cancelled.get(name) ?? []), outcome]);
        }
        if (action.kind === 'ask') void world.submit('cnv_1', action.who, 'floor.request', {});
        if (action.kind === 'typing') void world.submit('cnv_1', action.who, 'signal', { kind: 'typing' });
        if (action.kind === 'turn') await turns(1);
        if (action.kind === 'pass') await world.clock.advance(action.ms);
        if (action.kind === 'jump') world.clock.jump(action.ms);
        if (action.kind === 'fail') world.faults.fail();
        if (action.kind === 'heal') world.faults.heal();
        if (action.kind === 'restart') {
          await turns();
          // The old process is cut off from the log at whatever it is doing.
          world.faults.fail();
          await world.host.stop();
          world = world.restarted({ limits });
          worlds.push(world);
        }
      }
      world.faults.heal();
      await turns(10);
      await world.host.state('cnv_1');
      await turns(10);

      const records = await world.faults.inner.readRecords('cnv_1', 0, { limit: 1e6, maxBytes: 1e9 });
      let state = initialState();
      let at = 0;
      const inLog: string[] = [];
      const stored: string[] = [];
      for (const record of records) {
        expect(record.at).toBeGreaterThanOrEqual(at);
        at = record.at;
        for (const { json, hidden, audience } of record.events) {
          const event = decodeEvent(json, hidden, audience);
          state = evolve(state, event);
          stored.push(json);
          if (event.type === 'item.opened') inLog.push(event.data.text);
        }
      }
      expect(checkInvariants(state)).toEqual([]);
      const live = (await world.host.state('cnv_1'))!;
      expect(durableState({ ...live, at: 0 })).toEqual(durableState({ ...state, at: 0 }));
      const published = worlds.flatMap(({ commits }) =>
        commits.flatMap(({ events }) => events.filter(({ seq }) => seq !== null).map(({ json }) => json)),
      );
      expect(published).toEqual(stored);
      for (const [name, outcomes] of said) {
        const all = await Promise.all(outcomes);
        const accepted = all.filter((outcome) => outcome.ok);
        expect(inLog.filter((text) => text === name)).toHaveLength(accepted.length > 0 ? 1 : 0);
        expect(answersIn(accepted)).toBeLessThan(2);
      }
      for (const outcomes of cancelled.values()) {
        expect(answersIn((await Promise.all(outcomes)).filter((outcome) => outcome.ok))).toBeLessThan(2);
      }
    }),
    { numRuns: 100 },
  );
});
