import type { Instant } from '../kernel/instant.ts';
import type { Result } from '../kernel/result.ts';
import { ok } from '../kernel/result.ts';
import type { Author, Command, CommandData, Op } from './commands.ts';
import { HUB } from './commands.ts';
import { nextDeadline } from './deadlines.ts';
import { decide } from './decide.ts';
import type { ConversationEvent } from './events.ts';
import { checkInvariants } from './invariants.ts';
import type { Reply } from './handler.ts';
import type { Rejection } from './rejections.ts';
import type { State } from './state.ts';
import { initialState } from './state.ts';

/** A conversation for tests: commands in, events kept, time moved by hand, invariants checked at every step. */
export class TestRoom {
  state: State = initialState();
  at: Instant = 1_000_000;
  readonly events: ConversationEvent[] = [];

  constructor(config: unknown = {}) {
    this.as(null).ok('conversation.create', {
      id: 'cnv_1',
      epoch: 'e1',
      title: 'Test',
      createdBy: 'creator',
      config,
    });
  }

  /** Adds connected members, the first of whom is a moderator when asked for. */
  join(id: string, more: Partial<CommandData['conversation.join']> = {}): this {
    this.as(null).ok('conversation.join', {
      participant: id,
      principal: `sub-${id}`,
      kind: 'human',
      displayName: id,
      roles: ['participant'],
      capabilities: [],
      topics: [],
      interests: [],
      metadata: {},
      verified: false,
      ...more,
    });
    return this;
  }

  as(who: string | Author | null) {
    const author: Author =
      typeof who === 'string'
        ? { participant: who, steward: false }
        : (who ?? { participant: null, steward: false });
    return {
      ok: <O extends Op>(op: O, data: CommandData[O]) => {
        const outcome = this.submit({ op, data, author } as Command);
        if (!outcome.ok) throw new Error(`${op} refused: ${outcome.error.code} ${outcome.error.message}`);
        return outcome.value;
      },
      refused: <O extends Op>(op: O, data: CommandData[O]): Rejection => {
        const before = this.state;
        const outcome = this.submit({ op, data, author } as Command);
        if (outcome.ok) throw new Error(`${op} was accepted`);
        if (this.state !== before) throw new Error('a refused command changed the state');
        return outcome.error;
      },
    };
  }

  hub<O extends Op>(op: O, data: CommandData[O]): this {
    this.as(HUB).ok(op, data);
    return this;
  }

  /** Lets time pass, with every deadline on the way reached at its own instant. */
  wait(ms: number): this {
    const until = this.at + ms;
    for (let due = nextDeadline(this.state); due !== null && due <= until; due = nextDeadline(this.state)) {
      this.at = Math.max(this.at, due);
      const before = this.events.length;
      this.hub('deadline.reached', {});
      if (this.events.length === before) throw new Error('a deadline that changes nothing comes for ever');
    }
    this.at = until;
    return this;
  }

  types(since = 0): string[] {
    return this.events.slice(since).map((event) => event.type);
  }

  last<T extends ConversationEvent['type']>(type: T): Extract<ConversationEvent, { type: T }> {
    const found = this.events.findLast((event) => event.type === type);
    if (!found) throw new Error(`no ${type} so far`);
    return found as Extract<ConversationEvent, { type: T }>;
  }

  get holder(): string | undefined {
    return this.state.floor.holders[0]?.participant;
  }

  get grant(): number {
    return this.state.floor.holders[0]?.grant ?? 0;
  }

  get queue(): string[] {
    return this.state.floor.queue.map((request) => request.participant);
  }

  submit(command: Command): Result<Reply, Rejection> {
    const result = decide(this.state, command, this.at);
    if (!result.ok) return result;
    this.state = result.value.state;
    this.events.push(...result.value.events);
    const broken = checkInvariants(this.state);
    if (broken.length > 0) throw new Error(`after ${command.op}: ${broken.join('; ')}`);
    return ok(result.value.reply);
  }
}
