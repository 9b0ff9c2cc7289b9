import { createHash } from 'node:crypto';
import { project } from '@parley/core';
import { checkAll } from '../checkers/check-all.ts';
import { checkFinalState } from '../checkers/final-state.ts';
import type { Data, Evidence, LoggedWireEvent, Violation } from '../checkers/history.ts';
import { checkPresence } from '../checkers/presence.ts';
import type { RecordingClient } from '../clients/recording-client.ts';
import { Random } from '../random.ts';
import { Encounters, type Met, type Moment } from './encounters.ts';
import { FAULT_KINDS, nextStrike, type Fault, type Strike } from './faults.ts';
import type { Alterations } from './hub.ts';
import { heal, strike } from './strikes.ts';
import { changeOf, configOf, MUTES, profileOf } from './setting.ts';
import { World } from './world.ts';

export interface RunPlan {
  readonly seed: number;
  /** How long things go on and go wrong, in simulated ms. */
  readonly lifeMs: number;
  readonly participants: number;
  /** What goes wrong; everything by default. */
  readonly faults?: readonly Fault[];
  /** Instead of what the seed says. */
  readonly config?: Data;
  readonly profile?: (index: number) => Data;
  /** Made anew for each run: nothing that they count outlives it. */
  readonly alterations?: () => Alterations;
}

/** What a run is like where nothing else is said. */
export const LIFE = { lifeMs: 12_000, participants: 5 } as const;

export interface RunResult {
  readonly violations: readonly Violation[];
  readonly evidence: Evidence;
  /** How often each fault met an append, a turn and a resume. */
  readonly met: Readonly<Record<Fault, Met>>;
  readonly counts: Readonly<Record<string, number>>;
  /** Of everything that every client saw and did, when, and of the log. */
  readonly trace: string;
}

const CONVERSATION = 'cnv_1';
const FAULT_EVERY_MS = [40, 500] as const;
const CHANGE_EVERY_MS = [800, 4_000] as const;
/** After healing: how long it may take until everybody is back and answered, and until the floor has moved. */
const BACK_MS = 30_000;
const MOVE_MS = 20_000;
const ASK_AGAIN_MS = 500;
/** Nothing has happened for so long: everything that was said has reached everybody. */
const QUIET_MS = 1_000;
/** How late a deadline may be beside the time that there was no hub and no disk for it. */
const LATE_MS = 8_000;

/** One seed's life of a conversation, and what the checkers say about it. */
export async function runWorld(plan: RunPlan): Promise<RunResult> {
  const run = new Run(plan);
  await run.live();
  await run.recover();
  return run.result();
}

class Run {
  readonly #plan: RunPlan;
  readonly #world: World;
  readonly #random: Random;
  readonly #encounters = new Encounters<Fault>(FAULT_KINDS);
  readonly #violations: Violation[] = [];
  #ambush: Strike | null = null;
  #over = false;

  constructor(plan: RunPlan) {
    this.#plan = plan;
    this.#random = new Random(plan.seed);
    this.#world = new World(this.#random.integer(0, 2 ** 31), plan.alterations?.() ?? {}, (moment) =>
      this.#moment(moment),
    );
  }

  /** Everybody comes, does as they like, and everything goes wrong. */
  async live(): Promise<void> {
    const { lifeMs, participants, config, profile } = this.#plan;
    const world = this.#world;
    const random = this.#random;
    const hub = await world.finish(world.startHub());
    await world.finish(
      hub.create(CONVERSATION, 'sub_witness', config ? { agents: MUTES, ...config } : configOf(random)),
    );
    const witness = world.seat({
      name: 'witness',
      conversation: CONVERSATION,
      profile: { roles: ['moderator', 'observer'], consistency: { kind: 'eventual', maxLagMs: 150 } },
      attentive: true,
    });
    witness.participant.start();
    await world.run(100);
    for (let index = 0; index < participants; index++) {
      const chosen = profile?.(index) ?? profileOf(random);
      world
        .seat({ name: `c${index}`, conversation: CONVERSATION, profile: chosen, attentive: false })
        .participant.start();
    }
    this.#misbehave();
    if (config === undefined) this.#reconfigure();
    await world.run(lifeMs);
    this.#over = true;
  }

  /** Everything is made good: now everybody must get back, everything be told, and the floor move on. */
  async recover(): Promise<void> {
    const world = this.#world;
    const clients = world.seats.map(({ participant }) => participant.client);
    await world.finish(heal(world));
    const rested = Promise.all(world.seats.map(({ participant }) => participant.rest()));
    const back = await world.run(BACK_MS, () =>
      clients.every(({ joined, waiting }) => joined && waiting === 0),
    );
    if (!back) return this.#stuck('not everybody is back and answered', world);
    await world.finish(rested);
    for (const client of clients) {
      void client.send('floor.cancel', {});
      if (client.grant !== null) void client.send('floor.release', {});
    }
    await world.run(QUIET_MS);
    const [, probe] = clients;
    if (!probe) return;
    this.#insist(probe);
    const moved = await world.run(MOVE_MS, () => probe.grant !== null);
    if (!moved) return this.#stuck('whoever asks is not granted the floor', world);
    const { grant } = probe;
    void probe.send('speech', { grant, text: probe.nextId() });
    const spoken = await world.run(MOVE_MS, () => probe.grant === null && probe.waiting === 0);
    if (!spoken) return this.#stuck('a turn does not end', world);
    const quiet = await world.run(MOVE_MS, () => world.quietMs >= QUIET_MS);
    if (!quiet) return this.#stuck('there is no end of it', world);
  }

  /** Asks for the floor until it has it: a turn of before may have to end first, and a bid may lose. */
  #insist(client: RecordingClient): void {
    if (client.grant !== null) return;
    void client.send('floor.request', { preview: client.nextId() });
    this.#world.clock.after(ASK_AGAIN_MS, () => this.#insist(client));
  }

  async result(): Promise<RunResult> {
    const world = this.#world;
    const histories = world.seats.map(({ participant: { client, attentive }, networkMs }) =>
      client.history({ complete: true, attentive, networkMs }),
    );
    const log = await logOf(world);
    const evidence = { histories, log };
    const state = await world.finish(world.hub!.state(CONVERSATION));
    const shown = project(state!, { participant: histories[0]!.client, moderator: true });
    const terms = {
      slackMs: LATE_MS + world.downMs + world.jumpedMs,
      readAt: Date.parse(log.at(-1)!.at),
    };
    world.killHub();
    const violations = [
      ...this.#violations,
      ...world.failures.map((text) => ({ rule: 'invariant', text })),
      ...checkAll(evidence),
      ...checkPresence(evidence, terms),
      ...checkFinalState(log, shown as unknown as Data),
    ];
    const trace = createHash('sha256')
      .update(JSON.stringify([histories, log]))
      .digest('hex');
    return { violations, evidence, met: this.#encounters.counts, counts: countsOf(evidence), trace };
  }

  #misbehave(): void {
    if (this.#over || this.#plan.faults?.length === 0) return;
    this.#world.clock.after(this.#random.integer(...FAULT_EVERY_MS), () => {
      const next = nextStrike(this.#random);
      const wanted = this.#plan.faults?.includes(next.fault) ?? true;
      if (wanted && next.upon === null) this.#strike(next.fault);
      else if (wanted) this.#ambush = next;
      this.#misbehave();
    });
  }

  #moment(moment: Moment): void {
    this.#encounters.met(moment);
    if (this.#ambush?.upon !== moment || this.#over) return;
    const { fault } = this.#ambush;
    this.#ambush = null;
    // Not within whatever is just beginning, but before anything else happens.
    this.#world.clock.after(0, () => this.#strike(fault));
  }

  #strike(fault: Fault): void {
    if (this.#over) return;
    strike(this.#world, fault, this.#random, (now) => {
      this.#encounters.begin(fault, now);
      return () => this.#encounters.end(fault);
    });
  }

  #reconfigure(): void {
    if (this.#over) return;
    this.#world.clock.after(this.#random.integer(...CHANGE_EVERY_MS), () => {
      const witness = this.#world.seats[0]!.participant.client;
      if (witness.joined && !this.#over) {
        void witness.send('conversation.configure', { config: changeOf(this.#random) });
      }
      this.#reconfigure();
    });
  }

  #stuck(what: string, world: World): void {
    const each = world.seats.map(({ participant: { client } }) => {
      const { name, joined, waiting, last, grant } = client;
      return `${name} ${joined ? 'joined' : 'away'}, waits for ${waiting}, has ${last}, grant ${grant}`;
    });
    this.#violations.push({ rule: 'progress', text: `${what}: ${each.join('; ')}` });
  }
}

async function logOf({ disk }: World): Promise<LoggedWireEvent[]> {
  const all = { limit: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER };
  const records = await disk.stored.readRecords(CONVERSATION, 0, all);
  return records.flatMap(({ events }) =>
    events.map(({ json, audience }) => ({ ...(JSON.parse(json) as LoggedWireEvent), audience })),
  );
}

/** That the run had what it is about. */
function countsOf({ histories, log }: Evidence): Record<string, number> {
  const entries = histories.flatMap((history) => history.entries);
  const logged = (event: string): number => log.filter((each) => each.event === event).length;
  const told = (event: string): number =>
    entries.filter((entry) => entry.kind === 'event' && entry.event.event === event).length;
  const ids = entries.flatMap((entry) => (entry.kind === 'invoke' ? [entry.id] : []));
  return {
    events: log.length,
    private: log.filter(({ audience }) => audience !== 'all').length,
    grants: logged('floor.granted'),
    utterances: logged('speech.ended'),
    disconnected: logged('participant.disconnected'),
    returned: logged('participant.returned'),
    timedOut: log.filter(({ event, data }) => event === 'participant.left' && data['cause'] === 'timeout')
      .length,
    tooFew: log.filter(
      ({ event, data }) => event === 'conversation.paused' && data['cause'] === 'min_participants',
    ).length,
    muted: logged('participant.muted'),
    acknowledged: entries.filter(({ kind }) => kind === 'ok').length,
    refused: entries.filter(({ kind }) => kind === 'fail').length,
    retried: ids.length - new Set(ids).size,
    resumed: entries.filter((entry) => entry.kind === 'joined' && entry.resumed).length,
    acks: entries.filter(({ kind }) => kind === 'acked').length,
    early: entries.filter((entry) => entry.kind === 'event' && entry.event.early === true).length,
    stale: told('view.stale'),
    caughtUp: told('view.caught_up'),
    dropped: told('delivery.dropped'),
  };
}
