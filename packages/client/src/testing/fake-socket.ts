import type {
  Audience,
  ConversationEvent,
  DurableEvent,
  Op,
  ParticipantId,
  Rejection,
  Result,
  State,
} from '@parley/core';
import { isDurable, iso, project } from '@parley/core';
import { encodeEvent, withAfter } from '@parley/protocol';
import type { TransportListener } from '../transport.ts';
import type { ClientFrame, Fault, Reply } from './fake-frames.ts';
import { CONVERSATION, joinData } from './fake-frames.ts';

/** What a connection needs of the hub behind it. */
export interface HubSide {
  readonly state: State;
  readonly log: readonly DurableEvent[];
  readonly epoch: string;
  readonly now: number;
  readonly received: ClientFrame[];
  readonly members: ReadonlyMap<string, { readonly principal: string; readonly token: string }>;
  readonly replies: Map<string, { readonly body: string; readonly reply: Reply }>;
  readonly helloError: Record<string, unknown> | null;
  readonly closedWith: number | null;
  readonly keepsSuffix: boolean;
  onFrame(frame: ClientFrame): Fault;
  onSend(text: string, socket: FakeSocket): Fault;
  refuse(frame: ClientFrame): Record<string, unknown> | null;
  submit(author: ParticipantId | null, op: Op, data: unknown): Result<Record<string, unknown>, Rejection>;
  nextToken(participant: string, principal: string): string;
}

const hears = (audience: Audience, id: ParticipantId): boolean => audience === 'all' || audience.includes(id);

/** One connection as the hub sees it. */
export class FakeSocket {
  readonly #hub: HubSide;
  readonly #listener: TransportListener;
  #open = true;
  #greeted: string | null = null;
  /** Who takes part over this connection, and the last seq of its chain. */
  #member: { id: ParticipantId; last: number } | null = null;
  closedBy: { code: number; reason: string } | null = null;

  constructor(hub: HubSide, listener: TransportListener) {
    this.#hub = hub;
    this.#listener = listener;
    queueMicrotask(() => {
      if (hub.closedWith !== null) this.vanish(hub.closedWith);
      else if (this.#open) listener.open();
    });
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** From the client. */
  send(text: string): void {
    if (!this.#open) throw new Error('not open');
    const { data = {}, ...rest } = JSON.parse(text) as ClientFrame;
    const frame = { ...rest, data };
    queueMicrotask(() => {
      if (!this.#open) return;
      const fault = this.#hub.onFrame(frame);
      if (fault === 'drop') return;
      this.#hub.received.push(frame);
      this.#handle(frame);
      if (fault === 'twice') this.#handle(frame);
      if (fault === 'cut') this.vanish(1006);
    });
  }

  /** From the client. */
  close(code = 1000, reason = ''): void {
    if (!this.#open) return;
    this.closedBy = { code, reason };
    this.vanish(code, reason);
  }

  /** The connection ends, for whatever reason. */
  vanish(code: number, reason = ''): void {
    if (!this.#open) return;
    this.#open = false;
    const member = this.#member;
    this.#member = null;
    if (member && this.#hub.state.participants[member.id]) {
      this.#hub.submit(null, 'connection.lost', { participant: member.id });
    }
    queueMicrotask(() => this.#listener.close(code, reason));
  }

  /** To the client, as it is. */
  push(text: string): void {
    if (!this.#open) return;
    const fault = this.#hub.onSend(text, this);
    if (fault === 'drop') return;
    if (fault === 'cut') return this.vanish(1006);
    for (let times = fault === 'twice' ? 2 : 1; times > 0; times -= 1) {
      queueMicrotask(() => this.#listener.message(text));
    }
  }

  offer(event: ConversationEvent, json: string): void {
    const member = this.#member;
    if (isDurable(event)) return this.pump();
    if (member && hears(event.audience, member.id)) this.push(json);
  }

  /** Sends whatever of the log this member has not had yet. */
  pump(): void {
    const member = this.#member;
    if (!member) return;
    for (const event of this.#hub.log) {
      if (event.seq <= member.last || !hears(event.audience, member.id)) continue;
      this.push(withAfter(encodeEvent(CONVERSATION, event), member.last));
      member.last = event.seq;
    }
  }

  #handle(frame: ClientFrame): void {
    if (this.#greeted === null) return this.#hello(frame);
    if (frame.op === 'conversation.join') return this.#join(frame);
    if (frame.op === 'ack' && this.#member) {
      this.#hub.submit(this.#member.id, 'ack', frame.data);
      return undefined;
    }
    if (frame.op === 'ping' || !this.#member)
      return this.#fail(frame.id, { code: 'request.invalid', message: 'no such op' });
    const refusal = this.#hub.refuse(frame);
    if (refusal) return this.#fail(frame.id, refusal);
    this.#once(frame, this.#member.id, () => this.#decide(frame));
  }

  #hello(frame: ClientFrame): void {
    if (this.#hub.helloError) {
      this.#fail(frame.id, this.#hub.helloError);
      return this.vanish(4401);
    }
    const { token } = frame.data;
    this.#greeted = typeof token === 'string' ? token.replace('token-', '') : 'guest';
    const guest = token === undefined ? { token: 'token-guest' } : {};
    this.#reply(frame.id, {
      data: {
        principal: this.#greeted,
        protocol: '1.0.0',
        heartbeatMs: 10_000,
        serverTime: iso(this.#hub.now),
        ...guest,
      },
    });
  }

  #join(frame: ClientFrame): void {
    const refusal = this.#hub.refuse(frame);
    if (refusal) return this.#fail(frame.id, refusal);
    this.#once(frame, `principal:${this.#greeted}`, () => {
      const resume = frame.data['resume'] as
        | { participant: string; token: string; epoch: string; seq: number }
        | undefined;
      return resume ? this.#resume(frame, resume) : this.#enter(frame);
    });
  }

  #enter(frame: ClientFrame): Reply | Record<string, unknown> {
    const hub = this.#hub;
    const principal = this.#greeted!;
    const id = `prt_${principal}`;
    const { kind, displayName, roles, catchUp, consistency } = frame.data as unknown as {
      kind: 'human' | 'agent';
      displayName: string;
      roles?: string[];
      consistency?: object;
      catchUp?: { last: number };
    };
    const data = joinData(id, principal, {
      ...{ kind, displayName },
      ...(roles && { roles }),
      ...(consistency && { consistency }),
    });
    const outcome = hub.submit(null, 'conversation.join', data);
    if (!outcome.ok) return { ...outcome.error };
    this.#member = { id, last: hub.state.seq };
    return this.#answer(frame.id, id, principal, false, hub.log.slice(-(catchUp?.last ?? 20)));
  }

  #resume(
    frame: ClientFrame,
    resume: { participant: string; token: string; epoch: string; seq: number },
  ): Reply | Record<string, unknown> {
    const hub = this.#hub;
    const known = hub.members.get(resume.participant);
    const member = hub.state.participants[resume.participant];
    if (!known || known.token !== resume.token) return { code: 'resume.denied', message: 'not this token' };
    if (!member) return { code: 'resume.expired', message: 'the grace is over' };
    if (member.disconnectedAt !== null) {
      hub.submit(null, 'connection.restored', { participant: resume.participant });
    }
    const exact = hub.keepsSuffix && resume.epoch === hub.epoch && resume.seq <= hub.state.seq;
    const missing = hub.log.filter(
      ({ seq, audience }) =>
        seq > resume.seq && (audience === 'all' || audience.includes(resume.participant)),
    );
    const answer = this.#answer(
      frame.id,
      resume.participant,
      known.principal,
      exact,
      exact ? missing : missing.slice(-2),
    );
    if (!exact) {
      this.#member = { id: resume.participant, last: hub.state.seq };
      return answer;
    }
    this.#member = { id: resume.participant, last: resume.seq };
    queueMicrotask(() => this.pump());
    return answer;
  }

  #answer(
    re: string,
    id: string,
    principal: string,
    resumed: boolean,
    events: readonly DurableEvent[],
  ): Reply {
    const hub = this.#hub;
    return {
      re,
      ok: true,
      seq: hub.state.seq,
      data: {
        participant: id,
        resumeToken: hub.nextToken(id, principal),
        resumed,
        epoch: hub.epoch,
        seq: hub.state.seq,
        catchUp: {
          state: project(hub.state, { participant: id, moderator: false }),
          events: events.map((event) => JSON.parse(encodeEvent(CONVERSATION, event)) as unknown),
          missed: Math.max(0, hub.log.length - events.length),
          waiting: [],
        },
      },
    };
  }

  #decide(frame: ClientFrame): Reply | Record<string, unknown> | null {
    const member = this.#member!;
    const outcome = this.#hub.submit(member.id, frame.op as Op, frame.data);
    if (!outcome.ok) return { ...outcome.error };
    if (frame.op === 'speech.delta') return null;
    return { re: frame.id, ok: true, seq: this.#hub.state.seq, data: outcome.value };
  }

  /** Idempotency: the first accepted reply again; refusals are decided anew. */
  #once(frame: ClientFrame, author: string, carryOut: () => Reply | Record<string, unknown> | null): void {
    const key = `${author}:${frame.id}`;
    const body = JSON.stringify([frame.op, frame.data]);
    const earlier = this.#hub.replies.get(key);
    if (earlier && earlier.body !== body) {
      return this.#fail(frame.id, { code: 'idempotency.conflict', message: 'another body' });
    }
    if (earlier) {
      // A repeated join or resume attaches the new connection like the first.
      if (frame.op === 'conversation.join') this.#attach(earlier.reply, frame);
      return this.push(JSON.stringify(earlier.reply));
    }
    const outcome = carryOut();
    if (outcome === null) return;
    if (!('re' in outcome)) return this.#fail(frame.id, outcome);
    const reply = outcome as Reply;
    this.#hub.replies.set(key, { body, reply });
    this.push(JSON.stringify(reply));
  }

  #attach(reply: Reply, frame: ClientFrame): void {
    const { participant, seq, resumed } = reply['data'] as {
      participant: string;
      seq: number;
      resumed: boolean;
    };
    const resume = frame.data['resume'] as { seq: number } | undefined;
    const last = resumed && resume ? resume.seq : seq;
    if (this.#hub.state.participants[participant]?.disconnectedAt !== null) {
      this.#hub.submit(null, 'connection.restored', { participant });
    }
    this.#member = { id: participant, last };
    queueMicrotask(() => this.pump());
  }

  #reply(re: string, parts: Record<string, unknown>): void {
    this.push(JSON.stringify({ re, ok: true, ...parts }));
  }

  #fail(re: string, error: Record<string, unknown>): void {
    const defaults = { message: '', retryable: false, retryAfterMs: null, details: {} };
    this.push(JSON.stringify({ re, ok: false, error: { ...defaults, ...error } }));
  }
}
