import { checkInvariants } from '@parley/core';
import { SimulatedClock } from '@parley/hub/testing';
import type { Commit } from '@parley/hub/testing';
import type { WireListener } from '../clients/surroundings.ts';
import { Random } from '../random.ts';
import { Disk } from './disk.ts';
import { MOMENTS, type Moment } from './encounters.ts';
import type { Alterations } from './hub.ts';
import { SimulatedHub } from './hub.ts';
import { Life } from './life.ts';
import { Line, type LineTerms } from './line.ts';
import { SimulatedParticipant, type ParticipantOptions } from './participant.ts';

const SLOW_LINE: LineTerms = { delayMs: [1, 25], unnoticedMs: 800 };
/** Of whoever is attentive. */
const DIRECT_LINE: LineTerms = { delayMs: [0, 0], unnoticedMs: 800 };
/** How long a line that nothing is wrong with may keep a frame, and two looks of the hub for who is behind. */
export const NETWORK_MS = 130;

/** One participant with the line that it has at the moment. */
export interface Seat {
  readonly participant: SimulatedParticipant;
  line: Line | null;
  /** It does not read: so do the lines that it opens meanwhile. */
  stalled: boolean;
  /** How much longer its frames take at the moment. */
  extraMs: number;
  /** How long they took at most. */
  networkMs: number;
}

/**
 * A clock, a disk, a hub that comes and goes, and participants on lines to it. Nothing happens but by a timer
 * of the clock, one after the other; what a timer starts is over before the next one, so the same seed gives
 * the same run. Who decides what goes wrong is the script (run.ts).
 */
export class World {
  readonly clock = new SimulatedClock();
  readonly disk: Disk;
  readonly seats: Seat[] = [];
  /** What core's invariants, or the hub itself, found broken. */
  readonly failures: string[] = [];
  /** Called at what a fault may lie in wait for. */
  readonly moment: (moment: Moment) => void;
  /** How long the longest time without a hub was, and how far the wall clock was set, all jumps of either way together. */
  downMs = 0;
  jumpedMs = 0;
  hub: SimulatedHub | null = null;
  readonly #alterations: Alterations;
  readonly #random: Random;
  #lives = 0;
  #committedAt = 0;
  readonly #holding = new Map<string, number>();

  constructor(seed: number, alterations: Alterations, moment: (moment: Moment) => void) {
    this.#random = new Random(seed);
    this.#alterations = alterations;
    this.moment = moment;
    this.disk = new Disk(this.fork());
    this.disk.appending = () => this.moment('append');
  }

  /** A generator of its own, so that what one part draws does not move the others. */
  fork(): Random {
    return new Random(this.#random.integer(0, 2 ** 31));
  }

  /** Somebody holds a floor. */
  get speaking(): boolean {
    return [...this.#holding.values()].some((many) => many > 0);
  }

  /** For how long nothing has been committed, and nothing is about to be. */
  get quietMs(): number {
    return this.disk.busy ? 0 : this.clock.steady - this.#committedAt;
  }

  get resuming(): boolean {
    return this.seats.some(({ participant }) => participant.client.resuming);
  }

  /** What goes on that a fault can hurt. */
  get moments(): Moment[] {
    const { disk, speaking, resuming } = this;
    const going = { append: disk.busy, turn: speaking, resume: resuming };
    return MOMENTS.filter((moment) => going[moment]);
  }

  async startHub(): Promise<SimulatedHub> {
    const life = new Life(this.clock);
    const hub = new SimulatedHub({
      life,
      log: this.disk.open(life),
      seed: (this.#lives += 1),
      alterations: this.#alterations,
      committed: (commit) => this.#committed(commit),
      failed: (what) => this.failures.push(what),
    });
    this.hub = hub;
    await hub.start();
    return hub;
  }

  /** The hub is gone, with whatever the disk was doing for it. */
  killHub(): void {
    this.hub?.kill();
    this.hub = null;
    this.disk.abandon();
  }

  seat(options: ParticipantOptions): Seat {
    const terms = options.attentive ? DIRECT_LINE : SLOW_LINE;
    const random = this.fork();
    const seat: Seat = {
      participant: new SimulatedParticipant(
        options,
        {
          now: () => this.clock.steady,
          ordered: true,
          after: (ms, task) => this.clock.after(ms, task),
          connect: (listener) => this.#connect(seat, terms, random, listener),
        },
        this.fork(),
      ),
      line: null,
      stalled: false,
      extraMs: 0,
      networkMs: NETWORK_MS,
    };
    this.seats.push(seat);
    return seat;
  }

  /** Lets `ms` pass, or less if `over` says so after some step. */
  async run(ms: number, over: () => boolean = () => false): Promise<boolean> {
    const end = this.clock.steady + ms;
    await settled();
    while (!over()) {
      if (!this.clock.step(end - this.clock.steady)) return over();
      await settled();
    }
    return true;
  }

  /** Lets time pass until `work` is done. */
  async finish<T>(work: Promise<T>): Promise<T> {
    let done = false;
    void work.finally(() => (done = true)).catch(() => undefined);
    await this.run(Number.POSITIVE_INFINITY, () => done);
    return work;
  }

  #connect(seat: Seat, terms: LineTerms, random: Random, listener: WireListener): Line {
    const line = new Line(this.clock, random, terms, listener);
    line.extraMs = seat.extraMs;
    if (seat.stalled) line.stall();
    seat.line = line;
    const resumes = { send: line.send.bind(line) };
    line.send = (text) => {
      if (text.includes('"resume":')) this.moment('resume');
      resumes.send(text);
    };
    this.clock.after(random.integer(...terms.delayMs), () => {
      if (this.hub) this.hub.accept(line);
      else line.refuse();
    });
    return line;
  }

  /** Whoever holds the floor, and whether the rules still hold, after each commit. */
  #committed({ conversation, state, events }: Commit): void {
    this.#committedAt = this.clock.steady;
    this.#holding.set(conversation, state.floor.holders.length);
    if (events.some(({ type }) => type === 'floor.granted')) this.moment('turn');
    for (const broken of checkInvariants(state))
      this.failures.push(`${conversation} ${state.seq}: ${broken}`);
  }
}

/** Everything that the last timer started has come to rest: there is no I/O here, only promises. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
