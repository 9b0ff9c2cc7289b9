import type { CommandData, ConversationId, Op } from '@parley/core';
import type { EventLog } from '../ports/event-log.ts';
import { StorageError } from '../ports/event-log.ts';
import { MemoryEventLog } from '../storage/event-log.memory.ts';
import { SimulatedClock } from './clock.simulated.ts';
import type { HostOptions } from './host.ts';
import { Host } from './host.ts';
import type { Commit, Outcome, Submission } from './submission.ts';

/** A log that can be made to fail, to hang, to race with somebody else, and that counts what it is asked. */
export class FaultyLog {
  readonly inner: EventLog;
  readonly calls: Record<string, number> = {};
  /** Thrown by whatever is asked of the log while it is set. */
  failure: Error | null = null;
  /** Thrown by appends alone: what is there can be read. */
  appendFailure: Error | null = null;
  /** Appends wait for it. */
  held: Promise<void> | null = null;
  /** Runs before the next append. */
  before: (() => Promise<void>) | null = null;
  readonly log: EventLog;

  constructor(inner: EventLog = new MemoryEventLog()) {
    this.inner = inner;
    this.log = new Proxy(inner, {
      get: (target, name: Exclude<keyof EventLog, 'lineage'>) => {
        if (typeof target[name] !== 'function') return target[name];
        return async (...args: never[]) => {
          this.calls[name] = (this.calls[name] ?? 0) + 1;
          if (name === 'append') {
            if (this.held) await this.held;
            const before = this.before;
            this.before = null;
            await before?.();
            if (this.appendFailure) throw this.appendFailure;
          }
          if (this.failure) throw this.failure;
          return (target[name] as (...args: never[]) => unknown).apply(target, args);
        };
      },
    });
  }

  fail(code: StorageError['code'] = 'storage.unavailable'): void {
    this.failure = new StorageError(code, 'told to fail');
  }

  failAppends(code: StorageError['code']): void {
    this.appendFailure = new StorageError(code, 'told to fail');
  }

  heal(): void {
    this.failure = null;
    this.appendFailure = null;
  }

  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.held = promise;
    return () => {
      this.held = null;
      resolve();
    };
  }
}

/** A host on a simulated clock, with short ways to say what members do. */
export class HostWorld {
  readonly clock: SimulatedClock;
  readonly faults: FaultyLog;
  readonly host: Host;
  readonly commits: Commit[] = [];
  readonly errors: string[] = [];
  #ids = 0;

  constructor(options: Partial<HostOptions> & { clock?: SimulatedClock; faults?: FaultyLog } = {}) {
    this.clock = options.clock ?? new SimulatedClock();
    this.faults = options.faults ?? new FaultyLog();
    const note = (_: object, message: string): number => this.errors.push(message);
    this.host = new Host({
      logger: { warn: note, error: note },
      ...options,
      log: this.faults.log,
      clock: this.clock,
    });
    this.host.subscribe((commit) => this.commits.push(commit));
  }

  /** Another process on the same log. */
  restarted(options: Partial<HostOptions> = {}): HostWorld {
    return new HostWorld({ ...options, clock: this.clock, faults: new FaultyLog(this.faults.inner) });
  }

  submit<O extends Op>(
    conversation: ConversationId,
    who: string | null,
    op: O,
    data: CommandData[O],
    more: Partial<Submission<O>> = {},
  ): Promise<Outcome> {
    const author = { participant: who, steward: who === null };
    return this.host.submit(conversation, { op, data, author, ...more });
  }

  async ok<O extends Op>(
    conversation: ConversationId,
    who: string | null,
    op: O,
    data: CommandData[O],
    more: Partial<Submission<O>> = {},
  ): Promise<Outcome & { ok: true }> {
    const outcome = await this.submit(conversation, who, op, data, more);
    if (!outcome.ok) throw new Error(`${op}: ${outcome.rejection.code} ${outcome.rejection.message}`);
    return outcome;
  }

  /** A key that was not used before, or the one named. */
  key(author: string, id = `k${(this.#ids += 1)}`, digest = 'd') {
    return { key: { author, id, digest } };
  }

  async create(id: ConversationId, members: readonly string[] = [], config: unknown = {}): Promise<void> {
    const data = { id, epoch: `epc_${id}`, title: `About ${id}`, createdBy: 'sub_creator', config };
    await this.ok(id, null, 'conversation.create', data);
    for (const member of members) await this.join(id, member);
  }

  join(
    id: ConversationId,
    member: string,
    more: Partial<Submission<'conversation.join'>> = {},
  ): Promise<Outcome & { ok: true }> {
    const data = {
      participant: member,
      principal: `sub_${member}`,
      kind: 'human' as const,
      displayName: member,
      roles: ['participant'],
      capabilities: [],
      topics: [],
      interests: [],
      metadata: {},
      verified: false,
    };
    return this.ok(id, null, 'conversation.join', data, more);
  }

  /** `member` takes the floor, says `text` and gives the floor back. */
  async say(id: ConversationId, member: string, text: string, final = true): Promise<Outcome & { ok: true }> {
    const { data } = await this.ok(id, member, 'floor.request', {});
    return this.ok(id, member, 'speech', { grant: data['grant'] as number, text, final });
  }

  published(): (number | null)[] {
    return this.commits.flatMap(({ events }) => events.map(({ seq }) => seq));
  }

  types(): string[] {
    return this.commits.flatMap(({ events }) => events.map(({ type }) => type));
  }
}

/** Lets promises over an in-memory log settle. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
