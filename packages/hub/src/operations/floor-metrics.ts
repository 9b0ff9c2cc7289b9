import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { DurableEventData, Instant, State } from '@parley/core';
import { fairShares, jainIndex } from '@parley/core';
import type { Commit, PublishedEvent } from '../host/submission.ts';

/** Seconds of a conversation: from an answer at once to somebody who waits for an hour. */
const DURATIONS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];
const INDICES = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];
/** Turns that go on at once and are measured; beyond, the oldest are only counted. */
const TURNS_MAX = 100_000;

/** Parley's own; what hosts add to the registry is counted together, however many they are. */
const RESOLUTIONS: ReadonlySet<string> = new Set(['firstStarter', 'priority', 'backoff', 'woundWait']);

interface Turn {
  readonly since: Instant;
  readonly strategy: string;
}

/**
 * What happens on the floors, from the commits as they are published. Pieces of speech, which most commits
 * are, cost a comparison each; only events that end or decide something are parsed. No label's values come
 * from outside: kinds, causes and outcomes are the conversation's own, and what a host adds is `other`.
 */
export class FloorMetrics {
  readonly #grants: Counter<'strategy' | 'cause'>;
  readonly #turnsEnded: Counter<'strategy' | 'cause'>;
  readonly #waitSeconds: Histogram<'strategy'>;
  readonly #turnSeconds: Histogram<'strategy'>;
  readonly #bids: Counter<'outcome'>;
  readonly #ballots: Counter<'kind' | 'outcome'>;
  readonly #interruptions: Counter<'policy' | 'outcome'>;
  readonly #collisions: Counter<'resolution'>;
  readonly #mutes: Counter<'cause'>;
  readonly #jain: Histogram;
  /** By conversation and grant. A turn that began before this process is counted at its end, not measured. */
  readonly #turns = new Map<string, Turn>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.#grants = new Counter({
      name: 'parley_floor_grants_total',
      help: 'Turns begun, by turn strategy and by why the floor was granted.',
      labelNames: ['strategy', 'cause'],
      registers,
    });
    this.#turnsEnded = new Counter({
      name: 'parley_floor_turns_ended_total',
      help: 'Turns ended, by turn strategy and by how: released, failed as its holder said, or why it was revoked.',
      labelNames: ['strategy', 'cause'],
      registers,
    });
    this.#waitSeconds = new Histogram({
      name: 'parley_floor_wait_seconds',
      help: 'From a request for the floor to its grant.',
      labelNames: ['strategy'],
      buckets: DURATIONS,
      registers,
    });
    this.#turnSeconds = new Histogram({
      name: 'parley_floor_turn_seconds',
      help: 'From a grant to the end of the turn.',
      labelNames: ['strategy'],
      buckets: DURATIONS,
      registers,
    });
    this.#bids = new Counter({
      name: 'parley_bids_total',
      help: 'Bids placed (each replacement too), passed, won and lost.',
      labelNames: ['outcome'],
      registers,
    });
    this.#ballots = new Counter({
      name: 'parley_ballots_total',
      help: 'Ballots closed, by kind (turn or motion) and outcome.',
      labelNames: ['kind', 'outcome'],
      registers,
    });
    this.#interruptions = new Counter({
      name: 'parley_interruptions_total',
      help: 'Attempts to interrupt, by policy and outcome: granted, denied, overlap or moot.',
      labelNames: ['policy', 'outcome'],
      registers,
    });
    this.#collisions = new Counter({
      name: 'parley_collisions_total',
      help: 'Requests that met a grant just made, by how that is resolved.',
      labelNames: ['resolution'],
      registers,
    });
    this.#mutes = new Counter({
      name: 'parley_mutes_total',
      help: 'Participants muted: for turns that failed, or by a moderator.',
      labelNames: ['cause'],
      registers,
    });
    this.#jain = new Histogram({
      name: 'parley_fairness_jain_index',
      help: "Jain's index of a conversation's fair shares, taken at each turn's end where two or more wanted the floor.",
      buckets: INDICES,
      registers,
    });
  }

  observe(commit: Commit): void {
    let requested = false;
    let turnEnded = false;
    for (const event of commit.events) {
      switch (event.type) {
        case 'floor.requested':
          requested = true;
          break;
        case 'floor.granted':
          this.#granted(commit, event, requested);
          break;
        case 'floor.released': {
          const { grant, failed } = dataOf<'floor.released'>(event);
          this.#ended(commit, grant, failed === undefined ? 'released' : 'failed');
          turnEnded = true;
          break;
        }
        case 'floor.revoked': {
          const { grant, cause } = dataOf<'floor.revoked'>(event);
          this.#ended(commit, grant, cause);
          turnEnded = true;
          break;
        }
        default:
          this.#decided(commit.state, event);
      }
    }
    if (turnEnded) this.#sampleFairness(commit);
  }

  #granted({ conversation, at, state }: Commit, event: PublishedEvent, requested: boolean): void {
    const strategy = state.config.floor.strategy.kind;
    const held = state.floor.holders.find(({ grant }) => grant === event.seq);
    const cause = held?.cause ?? dataOf<'floor.granted'>(event).cause;
    this.#grants.inc({ strategy, cause });
    // A turn that nobody asked for (an offer, a turn given back, an interruption) was not waited for.
    if (held && (requested || held.request.waitedMs > 0)) {
      this.#waitSeconds.observe({ strategy }, held.request.waitedMs / 1_000);
    }
    if (this.#turns.size >= TURNS_MAX) {
      const [oldest] = this.#turns.keys();
      if (oldest !== undefined) this.#turns.delete(oldest);
    }
    this.#turns.set(`${conversation} ${event.seq}`, { since: at, strategy });
  }

  #ended({ conversation, at, state }: Commit, grant: number, cause: string): void {
    const key = `${conversation} ${grant}`;
    const turn = this.#turns.get(key);
    // Under the strategy by which the turn was had, also where a change of strategy ended it.
    const strategy = turn?.strategy ?? state.config.floor.strategy.kind;
    this.#turnsEnded.inc({ strategy, cause });
    if (!turn) return;
    this.#turns.delete(key);
    this.#turnSeconds.observe({ strategy }, (at - turn.since) / 1_000);
  }

  #decided(state: State, event: PublishedEvent): void {
    switch (event.type) {
      case 'bid.placed':
        return this.#bids.inc({ outcome: 'placed' });
      case 'bid.passed':
        return this.#bids.inc({ outcome: 'passed' });
      case 'bid.lost':
        return this.#bids.inc({ outcome: 'lost' });
      case 'bidding.closed':
        if (dataOf<'bidding.closed'>(event).winner !== null) this.#bids.inc({ outcome: 'won' });
        return;
      case 'ballot.closed': {
        const { kind, outcome } = dataOf<'ballot.closed'>(event);
        return this.#ballots.inc({ kind, outcome });
      }
      case 'interruption.granted':
        return this.#interrupted(state, 'granted');
      case 'interruption.denied':
        return this.#interrupted(state, 'denied');
      case 'interruption.moot':
        return this.#interrupted(state, 'moot');
      case 'overlap.started':
        return this.#interrupted(state, 'overlap');
      case 'participant.muted':
        return this.#mutes.inc({ cause: dataOf<'participant.muted'>(event).cause });
      case 'collision.detected': {
        const { resolution } = dataOf<'collision.detected'>(event);
        return this.#collisions.inc({
          resolution: RESOLUTIONS.has(resolution) ? resolution : 'other',
        });
      }
    }
  }

  #interrupted({ config }: State, outcome: string): void {
    this.#interruptions.inc({ policy: config.interruption.kind, outcome });
  }

  #sampleFairness({ at, state }: Commit): void {
    const shares = fairShares(state, at);
    if (shares.length > 1) this.#jain.observe(jainIndex(shares));
  }
}

/** The hub has just written this text itself, so it need not be validated. */
const dataOf = <T extends keyof DurableEventData>({ json }: PublishedEvent): DurableEventData[T] =>
  (JSON.parse(json) as { data: DurableEventData[T] }).data;
