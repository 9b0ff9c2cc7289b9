import { decide, initialState, nextDeadline } from '@parley/core';
import type { Command, CommandData, ConversationEvent, Op, State } from '@parley/core';
import type { WireOp } from './schemas/commands.ts';
import { isWireOp } from './schemas/commands.ts';
import { validateCommand } from './frame.ts';

export const CNV = 'cnv_1';

/** The real core, spoken to in the wire's words: every command passes its schema first. */
export class WireRoom {
  state: State = initialState();
  at = Date.UTC(2026, 0, 1);
  readonly events: ConversationEvent[] = [];
  readonly replies: [WireOp, unknown][] = [];

  constructor(config: unknown = {}, members: Readonly<Record<string, readonly string[]>> = {}) {
    this.do(null, 'conversation.create', { id: CNV, epoch: 'e1', title: 'Talk', createdBy: 'me', config });
    for (const [id, roles] of Object.entries(members)) this.join(id, roles);
  }

  do<O extends Op>(participant: string | null, op: O, data: CommandData[O]): Record<string, unknown> {
    this.at += 100;
    const author = { participant, steward: participant === null };
    const decided = decide(this.state, { op, data, author } as unknown as Command, this.at);
    if (!decided.ok) throw new Error(`${op}: ${decided.error.code} ${decided.error.message}`);
    this.state = decided.value.state;
    this.events.push(...decided.value.events);
    if (isWireOp(op) && op !== 'conversation.join') this.replies.push([op, decided.value.reply]);
    return decided.value.reply;
  }

  join(participant: string, roles: readonly string[], kind: 'human' | 'agent' = 'human'): void {
    this.do(null, 'conversation.join', {
      participant,
      principal: `principal of ${participant}`,
      kind,
      displayName: participant.toUpperCase(),
      roles,
      capabilities: [],
      topics: [],
      interests: [],
      metadata: { from: 'afar' },
      verified: false,
      offers: true,
    });
  }

  /** As a client would: the data passes the wire's own schema first. */
  say<O extends Op & WireOp>(participant: string, op: O, data: CommandData[O]): Record<string, unknown> {
    const checked = validateCommand(op, data);
    if (!checked.ok) throw new Error(`${op}: ${checked.error.path}: ${checked.error.expected}`);
    return this.do(participant, op, data);
  }

  /** Lets everything happen that is due within this time. */
  wait(ms: number): void {
    const until = this.at + ms;
    for (let due = nextDeadline(this.state); due !== null && due <= until; due = nextDeadline(this.state)) {
      this.at = Math.max(this.at, due - 100);
      this.do(null, 'deadline.reached', {});
    }
    this.at = until;
  }

  get grant(): number {
    return this.state.floor.holders[0]!.grant;
  }

  /** The id of whatever is open: a bid window, a ballot, an interruption. */
  open(what: 'window' | 'ballot' | 'interruption'): string {
    const { floor } = this.state;
    return floor[what]?.id ?? `no ${what}`;
  }
}
