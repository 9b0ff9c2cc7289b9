import type {
  Command,
  CommandData,
  ConversationEvent,
  DurableEvent,
  Op,
  ParticipantId,
  Rejection,
  Result,
  State,
} from '@parley/core';
import { HUB, decide, durableState, initialState, isDurable, nextDeadline } from '@parley/core';
import { encodeEvent } from '@parley/protocol';
import type { TransportFactory } from '../transport.ts';
import type { ClientFrame, Fault, Reply } from './fake-frames.ts';
import { CONVERSATION, joinData } from './fake-frames.ts';
import type { HubSide } from './fake-socket.ts';
import { FakeSocket } from './fake-socket.ts';
import type { ManualClock } from './manual-clock.ts';

export { CONVERSATION } from './fake-frames.ts';
export type { ClientFrame, Fault } from './fake-frames.ts';

/**
 * One conversation of the real core behind the real wire, in memory, with the faults that a test asks
 * for. Not a hub: one log, no storage, and only as much of sessions as clients can see.
 */
export class FakeHub implements HubSide {
  readonly clock: ManualClock;
  state: State;
  epoch = 'e1';
  log: DurableEvent[] = [];
  readonly sockets: FakeSocket[] = [];
  /** Every frame that reached the hub. */
  readonly received: ClientFrame[] = [];
  readonly members = new Map<string, { principal: string; token: string }>();
  readonly replies = new Map<string, { body: string; reply: Reply }>();
  /** Hub's clock minus the clients'. */
  skewMs = 0;
  helloError: Record<string, unknown> | null = null;
  /** Refuses connections with this code while it is set. */
  closedWith: number | null = null;
  keepsSuffix = true;
  onFrame: (frame: ClientFrame) => Fault = () => 'pass';
  onSend: (text: string, socket: FakeSocket) => Fault = () => 'pass';
  /** Answers instead of the core, for refusals that are hard to bring about. */
  refuse: (frame: ClientFrame) => Record<string, unknown> | null = () => null;
  #tokens = 0;

  constructor(clock: ManualClock) {
    this.clock = clock;
    this.state = initialState();
    this.act(null, 'conversation.create', {
      id: CONVERSATION,
      epoch: this.epoch,
      title: 'Test',
      createdBy: 'creator',
      config: {},
    });
  }

  get now(): number {
    return this.clock.now() + this.skewMs;
  }

  /** For `connect`: each call is one more socket. */
  readonly transport: TransportFactory = (listener) => {
    const socket = new FakeSocket(this, listener);
    this.sockets.push(socket);
    return socket;
  };

  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  /** A command of somebody who is not a client under test. */
  act<O extends Op>(author: ParticipantId | null, op: O, data: CommandData[O]): Record<string, unknown> {
    const outcome = this.submit(author, op, data);
    if (!outcome.ok) throw new Error(`${op}: ${outcome.error.code} ${outcome.error.message}`);
    return outcome.value;
  }

  /** Somebody joins who has no connection. */
  addMember(id: ParticipantId, displayName = id): void {
    this.act(null, 'conversation.join', joinData(id, `p-${id}`, { kind: 'human', displayName }));
  }

  submit(author: ParticipantId | null, op: Op, data: unknown): Result<Record<string, unknown>, Rejection> {
    this.passDeadlines();
    const command = {
      op,
      data,
      author: author === null ? HUB : { participant: author, steward: false },
    } as Command;
    const outcome = decide(this.state, command, this.now);
    if (!outcome.ok) return outcome;
    this.state = outcome.value.state;
    this.#publish(outcome.value.events);
    return { ok: true, value: outcome.value.reply };
  }

  passDeadlines(): void {
    for (;;) {
      const at = nextDeadline(this.state);
      if (at === null || at > this.now) return;
      const outcome = decide(this.state, { op: 'deadline.reached', data: {}, author: HUB }, this.now);
      if (!outcome.ok || outcome.value.events.length === 0) return;
      this.state = outcome.value.state;
      this.#publish(outcome.value.events);
    }
  }

  /** As after a restart: the log is there, what was only in memory is not, and everybody is gone. */
  restart(code = 1006): void {
    this.state = durableState(this.state);
    this.disconnect(code);
    this.act(null, 'hub.restarted', {});
  }

  disconnect(code = 1006, reason = ''): void {
    for (const socket of this.sockets) socket.vanish(code, reason);
  }

  nextToken(participant: string, principal: string): string {
    this.#tokens += 1;
    const token = `resume-${this.#tokens}`;
    this.members.set(participant, { principal, token });
    return token;
  }

  #publish(events: readonly ConversationEvent[]): void {
    const encoded = events.map((event) => {
      if (isDurable(event)) this.log.push(event);
      return { event, json: encodeEvent(CONVERSATION, event) };
    });
    // After the reply of the command that caused them.
    queueMicrotask(() => {
      for (const { event, json } of encoded) for (const socket of this.sockets) socket.offer(event, json);
    });
  }
}
