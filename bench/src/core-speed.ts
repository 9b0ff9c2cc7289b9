/**
 * `node bench/src/core-speed.ts [--json] [--only <strategy>] [--ms <per measurement>]
 * [--participants 10,100]`: how many commands are decided in a second of processor time, the next deadline
 * and the collection of garbage included, without a log, a wire or a disk. Processor time, so that other
 * programs on the machine take little away.
 */
import { parseArgs } from 'node:util';
import type { Author, Command, CommandData, Op, State } from '@parley/core';
import { HUB, decide, initialState, nextDeadline, turnStrategies } from '@parley/core';
import { median, spread } from './statistics.ts';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    ms: { type: 'string', default: '400' },
    participants: { type: 'string', default: '10,100,1000' },
  },
});
const perRunMs = Number(options.ms);
const RUNS = 5;
const SIZES = options.participants.split(',').map(Number);
const HISTORIES = [10, 10_000, 100_000];
/** So many wait for the floor, where there are so many: a lively conversation. */
const WAITING = 3;
const HOUR = 3_600_000;

/** A conversation that is kept going: somebody asks, somebody speaks, time passes where nobody can do either. */
class Conversation {
  state: State = initialState();
  commands = 0;
  #at = 1_700_000_000_000;
  #due: number | null = null;
  #next = 0;
  readonly #members: readonly string[];

  constructor(kind: string, participants: number) {
    this.#members = Array.from({ length: participants }, (_, index) => `p${index}`);
    const floor = { strategy: { kind }, maxConsecutiveAgentTurns: 0 };
    const config = { floor, participantsMax: 10_000, presence: { idleAfterMs: HOUR } };
    this.#submit(HUB, 'conversation.create', { id: 'c', epoch: 'e', title: 't', createdBy: 'x', config });
    for (const participant of this.#members) this.#join(participant);
  }

  step(): void {
    this.#at += 1;
    const { holders, queue } = this.state.floor;
    if (this.#due !== null && this.#due <= this.#at) return this.#submit(HUB, 'deadline.reached', {});
    const [holder] = holders;
    if (holder && queue.length >= Math.min(WAITING, this.#members.length - holders.length)) {
      const data = { grant: holder.grant, text: 'Let us look at the third point again.' };
      return this.#submit(by(holder.participant), 'speech', data);
    }
    const asks = holder || queue.length === 0 ? this.#idleMember() : undefined;
    if (asks !== undefined) return this.#submit(by(asks), 'floor.request', { urgency: 0.5 });
    this.#at = this.#due ?? this.#at;
    return this.#submit(HUB, 'deadline.reached', {});
  }

  #idleMember(): string | undefined {
    for (const _ of this.#members) {
      const id = this.#members[this.#next++ % this.#members.length] ?? '';
      const { holders, queue } = this.state.floor;
      if (![...holders, ...queue].some(({ participant }) => participant === id)) return id;
    }
    return undefined;
  }

  #join(participant: string): void {
    this.#submit(HUB, 'conversation.join', {
      participant,
      principal: participant,
      kind: 'human',
      displayName: participant,
      roles: ['participant'],
      capabilities: [],
      topics: [],
      interests: [],
      metadata: {},
      verified: false,
    });
  }

  #submit<O extends Op>(author: Author, op: O, data: CommandData[O]): void {
    const result = decide(this.state, { op, data, author } as Command, this.#at);
    if (!result.ok) throw new Error(`${op} refused: ${result.error.code} ${result.error.message}`);
    this.state = result.value.state;
    this.#due = nextDeadline(this.state);
    this.commands += 1;
  }
}

const by = (participant: string): Author => ({ participant, steward: false });

/** Milliseconds of processor time that this process has used. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Commands per second, over `ms` of processor time. */
function rate(conversation: Conversation, ms: number): number {
  const before = conversation.commands;
  const started = processorMs();
  let elapsed = 0;
  while (elapsed < ms) {
    for (let index = 0; index < 500; index++) conversation.step();
    elapsed = processorMs() - started;
  }
  return ((conversation.commands - before) / elapsed) * 1_000;
}

interface Row {
  readonly strategy: string;
  readonly participants: number;
  readonly perSecond: number;
  readonly spread: number;
}

function measure(strategy: string, participants: number): Row {
  const conversation = new Conversation(strategy, participants);
  rate(conversation, perRunMs / 2);
  const rates = Array.from({ length: RUNS }, () => rate(conversation, perRunMs));
  return { strategy, participants, perSecond: median(rates), spread: spread(rates) };
}

/** Microseconds per command behind so many events of history. */
function costAfter(strategy: string, events: number): number {
  const warm = new Conversation(strategy, 10);
  rate(warm, perRunMs / 2);
  const conversations = Array.from({ length: RUNS }, () => new Conversation(strategy, 10));
  const costs = conversations.map((conversation) => {
    while (conversation.state.seq < events) conversation.step();
    const started = processorMs();
    const before = conversation.commands;
    for (let index = 0; index < 5_000; index++) conversation.step();
    return ((processorMs() - started) * 1_000) / (conversation.commands - before);
  });
  return median(costs);
}

const strategies = Object.keys(turnStrategies).filter((name) => name.includes(options.only));
const rows = strategies.flatMap((name) => SIZES.map((size) => measure(name, size)));
const history = strategies.map((strategy) => ({
  strategy,
  microseconds: HISTORIES.map((events) => ({ events, cost: costAfter(strategy, events) })),
}));
if (options.json) process.stdout.write(`${JSON.stringify({ rows, history }, null, 2)}\n`);
else {
  for (const { strategy, participants, perSecond, spread: apart } of rows) {
    const figures = `${Math.round(perSecond)} commands/s (spread ${Math.round(apart * 100)} %)`;
    process.stdout.write(`${strategy}, ${participants} participants: ${figures}\n`);
  }
  for (const { strategy, microseconds } of history) {
    const costs = microseconds.map(({ events, cost }) => `${events} events ${cost.toFixed(2)} µs`);
    process.stdout.write(`${strategy}, cost per command after ${costs.join(', ')}\n`);
  }
}
