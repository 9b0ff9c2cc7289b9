import type { Random } from '../random.ts';
import type { Moment } from './encounters.ts';
import type { Fault } from './faults.ts';
import { NETWORK_MS, type Seat, type World } from './world.ts';

/** How long what does not end by itself lasts, in ms. */
const LASTS_MS = {
  stall: [200, 4_000],
  delay: [200, 2_000],
  extra: [50, 400],
  straggle: [50, 400],
  down: [20, 900],
  disk: [100, 1_500],
} as const;
/** Until whatever came of a fault of an instant is over: its line is gone, and the client is on its way back. */
const AFTERMATH_MS = 100;
const JUMP_MS = 90_000;

/** What a fault does to the world: it is over when the promise resolves; null where it hit nothing. */
type Hit = (world: World, random: Random) => Promise<void> | null;
type Strikes = Readonly<Record<Exclude<Fault, 'loseAnswer'>, Hit>>;

/** Told what a fault meets in the moment in which it takes effect; what it returns is called when it is over. */
type Begin = (now: readonly Moment[]) => () => void;

/** Lets a fault strike; where it hits nothing it never begins. */
export function strike(world: World, fault: Fault, random: Random, begin: Begin): void {
  if (fault === 'loseAnswer') return loseAnswer(world, random, begin);
  const now = world.moments;
  const ends = strikes[fault](world, random);
  if (ends) void ends.then(begin(now));
}

/** Everything works again, for good. */
export async function heal(world: World): Promise<void> {
  world.disk.failure = null;
  world.disk.slow = false;
  world.disk.onceStored = null;
  for (const seat of world.seats) {
    seat.stalled = false;
    seat.extraMs = 0;
    if (seat.line) seat.line.extraMs = 0;
    seat.line?.flow();
  }
  if (!world.hub) await world.startHub();
}

const strikes: Strikes = {
  cut: (world, random) => onLine(world, random, (seat) => seat.line!.cut()),
  silence: (world, random) => onLine(world, random, (seat) => seat.line!.silence()),
  straggle: (world, random) =>
    onLine(world, random, (seat) => seat.line!.straggle(random.integer(...LASTS_MS.straggle))),
  duplicate: (world, random) => onLine(world, random, (seat) => seat.participant.client.insist()),
  stall: (world, random) => {
    const seat = anybody(world, random);
    if (!seat || seat.stalled) return null;
    seat.stalled = true;
    seat.line?.stall();
    return lasting(world, random, LASTS_MS.stall, () => {
      seat.stalled = false;
      seat.line?.flow();
    });
  },
  delay: (world, random) => {
    const seat = anybody(world, random);
    if (!seat || seat.extraMs > 0) return null;
    seat.extraMs = random.integer(...LASTS_MS.extra);
    seat.networkMs = Math.max(seat.networkMs, NETWORK_MS + seat.extraMs);
    if (seat.line) seat.line.extraMs = seat.extraMs;
    return lasting(world, random, LASTS_MS.delay, () => {
      seat.extraMs = 0;
      if (seat.line) seat.line.extraMs = 0;
    });
  },
  crash: (world, random) => {
    if (!world.hub?.ready) return null;
    return goDown(world, random);
  },
  restart: (world, random) => {
    const { hub } = world;
    if (!hub?.ready) return null;
    // It may die before it has stopped, and then never says that it has.
    const stopped = Promise.race([hub.stop(), hub.gone]);
    return stopped.then(() => (world.hub === hub ? goDown(world, random) : undefined));
  },
  refuse: (world, random) => {
    if (world.disk.failure) return null;
    world.disk.failure = 'unavailable';
    return lasting(world, random, LASTS_MS.disk, () => (world.disk.failure = null));
  },
  full: (world, random) => {
    if (world.disk.failure) return null;
    world.disk.failure = 'full';
    return lasting(world, random, LASTS_MS.disk, () => (world.disk.failure = null));
  },
  slow: (world, random) => {
    if (world.disk.slow) return null;
    world.disk.slow = true;
    return lasting(world, random, LASTS_MS.disk, () => (world.disk.slow = false));
  },
  jump: (world, random) => {
    const ms = random.integer(-JUMP_MS, JUMP_MS);
    world.clock.jump(ms);
    world.jumpedMs += Math.abs(ms);
    return aftermath(world);
  },
};

/** Begins with the next record that is stored: never, where the process or the storm ends before. */
function loseAnswer(world: World, random: Random, begin: Begin): void {
  if (!world.hub?.ready || world.disk.onceStored) return;
  world.disk.onceStored = () => {
    const end = begin(world.moments);
    // Within the disk's own work: the process must not see what comes next.
    void goDown(world, random).then(end);
  };
}

/** Somebody who is not attentive. */
function anybody(world: World, random: Random): Seat | undefined {
  const seats = world.seats.filter(({ participant }) => !participant.attentive);
  return seats[random.integer(0, seats.length - 1)];
}

function onLine(world: World, random: Random, hit: (seat: Seat) => void): Promise<void> | null {
  const resuming = world.seats.filter(
    ({ participant, line }) => participant.client.resuming && line?.open && !participant.attentive,
  );
  // Whoever is just coming back is hit by preference: that is where most can go wrong.
  const seat = resuming.length > 0 && random.chance(0.5) ? resuming[0] : anybody(world, random);
  if (!seat?.line?.open) return null;
  hit(seat);
  return aftermath(world);
}

async function goDown(world: World, random: Random): Promise<void> {
  const from = world.clock.steady;
  world.killHub();
  await new Promise<void>((resolve) => void world.clock.after(random.integer(...LASTS_MS.down), resolve));
  // The process cannot start while it cannot read; it is started again until it can.
  while (!world.hub) {
    try {
      await world.startHub();
    } catch {
      world.killHub();
      await new Promise<void>((resolve) => void world.clock.after(100, resolve));
    }
  }
  world.downMs = Math.max(world.downMs, world.clock.steady - from);
}

const aftermath = (world: World): Promise<void> =>
  new Promise((resolve) => void world.clock.after(AFTERMATH_MS, resolve));

function lasting(
  world: World,
  random: Random,
  [from, to]: readonly [number, number],
  end: () => void,
): Promise<void> {
  return new Promise((resolve) => {
    world.clock.after(random.integer(from, to), () => {
      end();
      resolve();
    });
  });
}
