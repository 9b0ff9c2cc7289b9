import { PARTICIPANT_KINDS } from '@parley/core';
import type { ConversationId, State } from '@parley/core';
import {
  Attendance,
  coreDecider,
  DEFAULT_LIMITS,
  DEFAULT_SCOPES,
  Delivery,
  ephemeralKeys,
  ExtractiveSummariser,
  Host,
  Invites,
  Outbox,
  Rates,
  ResumeTokens,
  Session,
  StorageError,
  Summaries,
  TaskIds,
  Tick,
  Tokens,
  Turns,
  Webhooks,
  WebhookSecrets,
} from '@parley/hub/testing';
import type {
  Caller,
  Commit,
  Conversations,
  Decider,
  EventLog,
  OutboxLimits,
  SessionParts,
  Sink,
} from '@parley/hub/testing';
import { Random } from '../random.ts';
import type { Life } from './life.ts';
import type { Line } from './line.ts';

/** Small, so that every bound is met in a short conversation; four times as much holds the answer to a join. */
const OUTBOX: OutboxLimits = { maxBufferedBytes: 8 * 1024, stalledMs: 2_500 };
const WAITING = { events: 8, characters: 4 * 1024 };
const HOST = { snapshotEvery: 40, tailMax: 2 * 1024, answersMax: 20, sleepAfterMs: 3_000, stopMs: 300 };
const HEARTBEAT_MS = 400;
const HELLO_MS = 2_000;
/** Not what is tried here: one address has all clients. */
const UNLIMITED = { perSecond: 1e6, burst: 1e6 };
const RATES = { ...DEFAULT_LIMITS, joins: UNLIMITED, failures: UNLIMITED, connectionsPerAddress: 1e6 };

/** Where something can be put between the hub's parts: how a deliberately broken hub is made. */
export interface Alterations {
  readonly log?: (log: EventLog, life: Life) => EventLog;
  readonly decider?: (decider: Decider) => Decider;
  readonly conversations?: (conversations: Conversations, life: Life) => Conversations;
  readonly sink?: (sink: Sink, life: Life) => Sink;
}

export interface HubOptions {
  readonly life: Life;
  readonly log: EventLog;
  readonly seed: number;
  readonly alterations: Alterations;
  readonly committed: (commit: Commit) => void;
  /** Something that must not happen was logged. */
  readonly failed: (what: string) => void;
}

/**
 * One process of the hub: its real parts, wired as app.ts does, on simulated time and without an operating
 * system. What does not depend on the hub's own code is left out: HTTP, and the cryptography of tokens, which
 * other threads compute in their own time.
 */
export class SimulatedHub {
  readonly #life: Life;
  readonly #host: Host;
  readonly #parts: SessionParts;
  readonly #tick: Tick;
  readonly #alterations: Alterations;
  readonly #lines = new Map<Line, Outbox>();
  readonly #gone = Promise.withResolvers<void>();
  #ready = false;

  constructor({ life, log, seed, alterations, committed, failed }: HubOptions) {
    this.#life = life;
    this.#alterations = alterations;
    const random = new Random(seed);
    const clock = life;
    const schedule = (task: () => void): void => void life.after(0, task);
    const logger = loggerThatMinds(failed);
    const turns = new Turns({ clock, schedule });
    this.#host = new Host({
      log: alterations.log?.(log, life) ?? log,
      clock,
      logger,
      limits: HOST,
      decider: alterations.decider?.(coreDecider) ?? coreDecider,
      turns,
    });
    const conversations = alterations.conversations?.(this.#host, life) ?? this.#host;
    const delivery = new Delivery({ conversations, clock, logger, turns, waiting: WAITING });
    this.#host.subscribe(committed);
    this.#tick = new Tick(schedule, logger);
    const { secret } = KEYS;
    this.#parts = {
      conversations,
      delivery,
      log,
      summaries: new Summaries(conversations, new ExtractiveSummariser()),
      attendance: new Attendance(conversations, clock, turns),
      tokens: new PlainTokens({ keys: KEYS, clock, operatorToken: null }),
      resumeTokens: new ResumeTokens(SECRET),
      taskIds: new TaskIds(SECRET),
      invites: new Invites(secret),
      rates: new Rates(RATES, clock),
      turns,
      webhooks: new Webhooks(NOWHERE, new WebhookSecrets(SECRET)),
      clock,
      logger,
      open: true,
      newId: (prefix) => `${prefix}_${seed}${random.integer(0, 2 ** 30).toString(36)}`,
    };
  }

  async start(): Promise<void> {
    await this.#host.start();
    this.#ready = true;
  }

  get ready(): boolean {
    return this.#ready;
  }

  async create(conversation: ConversationId, createdBy: string, config: unknown): Promise<void> {
    const data = { id: conversation, epoch: `epc_${conversation}`, title: conversation, createdBy, config };
    const author = { participant: null, steward: true };
    const created = await this.#host.submit(conversation, { op: 'conversation.create', data, author });
    if (!created.ok) throw new Error(`no conversation: ${JSON.stringify(created.rejection)}`);
  }

  state(conversation: ConversationId): Promise<State | null> {
    return this.#host.state(conversation);
  }

  accept(line: Line): void {
    if (!this.#ready) return line.refuse();
    const sink = this.#alterations.sink?.(line.sink, this.#life) ?? line.sink;
    const outbox = new Outbox(sink, this.#tick, this.#life, OUTBOX);
    const session = new Session(this.#parts, {
      address: 'simulated',
      outbox,
      heartbeatMs: HEARTBEAT_MS,
      helloMs: HELLO_MS,
      close: () => {
        outbox.flush();
        line.end();
      },
    });
    this.#lines.set(line, outbox);
    line.accept({
      receive: (text) => {
        if (!this.#life.over) session.receive(text);
      },
      closed: () => {
        if (this.#life.over) return;
        this.#lines.delete(line);
        outbox.end();
        session.closed();
      },
    });
  }

  /** Resolves when the process is gone, however it ended. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** The process is gone in this instant. */
  kill(): void {
    this.#gone.resolve();
    this.#ready = false;
    this.#life.end();
    for (const line of this.#lines.keys()) line.die();
    this.#lines.clear();
  }

  /** Ends as it does on SIGTERM. */
  async stop(): Promise<void> {
    this.#ready = false;
    this.#parts.attendance.stop();
    for (const [line, outbox] of this.#lines) {
      outbox.flush();
      line.end();
    }
    await this.#host.stop();
    this.#parts.delivery.close();
    this.kill();
  }
}

const KEYS = ephemeralKeys();
/** The same in every run, so that resume tokens and what they are hashed into are. */
const SECRET = Buffer.from('a simulated hub has no secrets..');

/** Nobody here gives an address to be called at. */
const NOWHERE = {
  check: (url: string): never => {
    throw new Error(`there is nothing outside of the simulated world, and so no ${url}`);
  },
};

/** Everybody is who it says it is. */
class PlainTokens extends Tokens {
  override async verify(token: string): Promise<{ readonly ok: true; readonly value: Caller }> {
    return {
      ok: true,
      value: { principal: token, kinds: PARTICIPANT_KINDS, scopes: DEFAULT_SCOPES, expiresAt: null },
    };
  }
}

/** What the hub logs because the disk refused is its duty to log; any other error is a fault of the hub. */
function loggerThatMinds(failed: (what: string) => void): SessionParts['logger'] {
  const mind = (details: object, message: string): void => {
    const { err } = details as { err?: unknown };
    if (err instanceof StorageError) return;
    failed(`${message}: ${err instanceof Error ? (err.stack ?? err.message) : JSON.stringify(details)}`);
  };
  return { debug: () => undefined, info: () => undefined, warn: mind, error: mind };
}
