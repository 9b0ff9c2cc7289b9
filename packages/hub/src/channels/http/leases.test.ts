import { expect, it } from 'vitest';
import { HostWorld } from '../../host/host.fixture.ts';
import { Turns } from '../../host/turns.ts';
import { Attendance } from '../../sessions/attendance.ts';
import type { SessionParts } from '../../sessions/parts.ts';
import { Leases } from './leases.ts';

const LEASE_MS = 1_000;

/** Ann has joined by calls, and has just made one. */
async function scene() {
  const world = new HostWorld();
  await world.create('cnv_1', ['ann']);
  const { host, clock } = world;
  const attendance = new Attendance(host, clock, new Turns({ clock }));
  const leases = new Leases({ conversations: host, clock, attendance } as unknown as SessionParts, LEASE_MS);
  const ann = { conversation: 'cnv_1', participant: 'ann', principal: 'sub_ann', steward: false };
  leases.take(ann, { after: 2, generation: 0 });
  return {
    ...{ world, leases, ann },
    isThere: () => attendance.has('cnv_1', 'ann'),
    after: async (ms: number) => {
      await clock.advance(ms);
      return attendance.has('cnv_1', 'ann');
    },
  };
}

it('[CN-3] lasts for its whole length after each call, and no longer', async () => {
  const { world, leases, ann, after } = await scene();
  expect(await after(LEASE_MS - 1)).toBe(true);
  await leases.touch(ann, 2);
  expect(await after(LEASE_MS - 1)).toBe(true);
  expect(world.types()).not.toContain('participant.disconnected');
  expect(await after(1)).toBe(false);
  expect(world.types().at(-1)).toBe('participant.disconnected');
});

it('[CN-3] does not run while a call is open, and begins anew when the last one ends', async () => {
  const { leases, ann, after } = await scene();
  const [first, second] = [leases.hold(ann), leases.hold(ann)];
  expect(await after(10 * LEASE_MS)).toBe(true);
  first();
  first();
  expect(await after(10 * LEASE_MS)).toBe(true);
  second();
  expect(await after(LEASE_MS - 1)).toBe(true);
  expect(await after(1)).toBe(false);
});

it('[CN-3] begins again with the next call, which is a return', async () => {
  const { world, leases, ann, after, isThere } = await scene();
  await after(LEASE_MS);
  await leases.touch(ann, 2);
  expect(isThere()).toBe(true);
  expect(world.types().at(-1)).toBe('participant.returned');
  expect(await after(LEASE_MS - 1)).toBe(true);
  expect(await after(1)).toBe(false);
});
