import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { OPS } from '@parley/protocol';
import type { HostMetrics } from '../host/options.ts';
import type { Conversations } from '../host/submission.ts';
import { BridgeFigures } from './bridge-metrics.ts';
import type { EgressMetrics } from '../egress/egress.ts';
import type { WebhookMetrics } from '../webhooks/webhook-caller.ts';
import { FloorMetrics } from './floor-metrics.ts';
import { ScoringMetrics } from './scoring-metrics.ts';
import { SummaryMetrics } from './summary-metrics.ts';

/** Seconds; from a commit of a fast disk to what a person notices. */
const LATENCIES = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Values that are read when they are asked for. */
export interface Readings {
  /** Open connections by channel. */
  connections(): Readonly<Record<string, number>>;
  /** Participants that are connected, on whatever channel. */
  attached(): number;
  /** Conversations that somebody here listens to. */
  attended(): number;
  /** Commands that have been handed in and have no outcome yet. */
  waiting(): number;
  /** Arrivals, losses and pages of the log that wait for their turn. */
  turns(): number;
  /** Bytes that were sent to slow readers and have not left yet. */
  bufferedBytes(): number;
}

/** The hub's figures for Prometheus, in a registry of its own: several hubs fit in one process. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #commands: Counter<'op' | 'outcome'>;
  readonly #commandSeconds: Histogram;
  readonly #appendSeconds: Histogram;
  readonly #appendRecords: Histogram;
  readonly #appendedEvents: Counter;
  readonly #appendFailures: Counter<'reason'>;
  readonly #awake: Gauge;
  readonly #snapshots: Counter;
  readonly #deliverySeconds: Histogram;
  readonly #calls: Counter<'purpose' | 'outcome'>;
  readonly #notifications: Counter<'kind' | 'outcome'>;
  readonly #floor: FloorMetrics;
  /** For the gatherer of relevance, which calls it for each utterance that was to be scored. */
  readonly scoring: ScoringMetrics;
  readonly bridges: BridgeFigures;
  readonly summaries: SummaryMetrics;

  constructor(readings: Readings) {
    const registers = [this.#registry];
    // Process, memory, garbage collection and the event loop's delay.
    collectDefaultMetrics({ register: this.#registry, prefix: 'parley_' });
    this.#commands = new Counter({
      name: 'parley_commands_total',
      help: 'Commands by operation and by outcome: ok, duplicate, or the code of the error.',
      labelNames: ['op', 'outcome'],
      registers,
    });
    this.#commandSeconds = new Histogram({
      name: 'parley_command_seconds',
      help: 'From a command coming in to its events being durable and handed to delivery.',
      buckets: LATENCIES,
      registers,
    });
    this.#appendSeconds = new Histogram({
      name: 'parley_append_seconds',
      help: 'How long the log took to make a batch of records durable.',
      buckets: LATENCIES,
      registers,
    });
    this.#appendRecords = new Histogram({
      name: 'parley_append_records',
      help: 'Records of one conversation that went to the log together.',
      buckets: [1, 2, 4, 8, 16, 32, 64],
      registers,
    });
    this.#appendedEvents = new Counter({
      name: 'parley_events_total',
      help: 'Events appended to the log.',
      registers,
    });
    this.#appendFailures = new Counter({
      name: 'parley_append_failures_total',
      help: 'Appends that did not happen, by reason.',
      labelNames: ['reason'],
      registers,
    });
    this.#awake = new Gauge({
      name: 'parley_conversations_awake',
      help: 'Conversations held in memory.',
      registers,
    });
    this.#snapshots = new Counter({
      name: 'parley_snapshots_total',
      help: 'Snapshots saved.',
      registers,
    });
    this.#deliverySeconds = new Histogram({
      name: 'parley_delivery_seconds',
      help: 'From a batch being durable to its bytes being handed to every socket that is ready.',
      buckets: LATENCIES,
      registers,
    });
    this.#calls = new Counter({
      name: 'parley_egress_calls_total',
      help: 'Calls to addresses that users gave, by purpose and by outcome: answered, blocked, unreachable.',
      labelNames: ['purpose', 'outcome'],
      registers,
    });
    this.#notifications = new Counter({
      name: 'parley_notification_attempts_total',
      help: 'Attempts to tell absent humans something, by what it is and by outcome.',
      labelNames: ['kind', 'outcome'],
      registers,
    });
    this.#floor = new FloorMetrics(this.#registry);
    this.scoring = new ScoringMetrics(this.#registry);
    this.bridges = new BridgeFigures(this.#registry);
    this.summaries = new SummaryMetrics(this.#registry);
    this.#addReadings(readings);
  }

  /** For the host, which calls them as things happen. */
  readonly host: HostMetrics = {
    commandAccepted: (op, waitedMs) => {
      this.#commands.inc({ op: labelOf(op), outcome: 'ok' });
      this.#commandSeconds.observe(waitedMs / 1000);
    },
    commandRejected: (op, code) => this.#commands.inc({ op: labelOf(op), outcome: code }),
    commandRepeated: (op) => this.#commands.inc({ op: labelOf(op), outcome: 'duplicate' }),
    appended: (records, events, tookMs) => {
      this.#appendSeconds.observe(tookMs / 1000);
      this.#appendRecords.observe(records);
      this.#appendedEvents.inc(events);
    },
    appendFailed: (reason) => this.#appendFailures.inc({ reason }),
    awakeChanged: (awake) => this.#awake.set(awake),
    snapshotSaved: () => this.#snapshots.inc(),
  };

  readonly egress: EgressMetrics = {
    called: (purpose, outcome) => this.#calls.inc({ purpose, outcome }),
  };

  readonly webhooks: WebhookMetrics = {
    attempted: (kind, outcome) => this.#notifications.inc({ kind, outcome }),
  };

  /**
   * Measures delivery, one sample for each turn of the event loop. Called after delivery itself listens:
   * then its writes of a turn are done when the turn's end comes here.
   */
  watchDelivery(conversations: Conversations): () => void {
    let since: number | null = null;
    return conversations.subscribe(() => {
      if (since !== null) return;
      since = performance.now();
      setImmediate(() => {
        this.#deliverySeconds.observe((performance.now() - (since ?? 0)) / 1000);
        since = null;
      });
    });
  }

  /** Counts what happens on the floors of all conversations. Returns how to stop. */
  watchFloors(conversations: Conversations): () => void {
    return conversations.subscribe((commit) => this.#floor.observe(commit));
  }

  async expose(): Promise<{ type: string; text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  /** Lets go of what the process metrics hold. */
  stop(): void {
    this.#registry.clear();
  }

  #addReadings(readings: Readings): void {
    const registers = [this.#registry];
    new Gauge({
      name: 'parley_connections',
      help: 'Open connections by channel; over HTTP, participants with a lease.',
      labelNames: ['channel'],
      registers,
      collect() {
        for (const [channel, open] of Object.entries(readings.connections())) this.set({ channel }, open);
      },
    });
    new Gauge({
      name: 'parley_participants_connected',
      help: 'Participants that are connected, on whatever channel.',
      registers,
      collect() {
        this.set(readings.attached());
      },
    });
    new Gauge({
      name: 'parley_commands_waiting',
      help: 'Commands in mailboxes: handed in, without an outcome yet.',
      registers,
      collect() {
        this.set(readings.waiting());
      },
    });
    new Gauge({
      name: 'parley_turns_waiting',
      help: 'New connections, arrivals, lost connections and pages of the log for readers that are behind, waiting for their turn.',
      registers,
      collect() {
        this.set(readings.turns());
      },
    });
    new Gauge({
      name: 'parley_outbox_bytes',
      help: 'Bytes in outboxes: sent, but not read by the other side yet.',
      registers,
      collect() {
        this.set(readings.bufferedBytes());
      },
    });
    new Gauge({
      name: 'parley_conversations_attended',
      help: 'Conversations that somebody here listens to.',
      registers,
      collect() {
        this.set(readings.attended());
      },
    });
  }
}

const HUB_OPS: ReadonlySet<string> = new Set([
  'conversation.create',
  'deadline.reached',
  'connection.lost',
  'connection.restored',
  'hub.restarted',
  'bridge.report',
  'summary.record',
  'notification.report',
]);

/** A bounded set of labels, whatever a client calls its operations. */
const labelOf = (op: string): string => (Object.hasOwn(OPS, op) || HUB_OPS.has(op) ? op : 'other');
