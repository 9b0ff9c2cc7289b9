import type { ConversationId, Instant } from '@parley/core';
import { iso } from '@parley/core';
import type { ClientFrame, CloseCode } from '@parley/protocol';
import { acceptReply, parseFrame, PROTOCOL_VERSION, refusalReply } from '@parley/protocol';
import type { Outbox } from '../delivery/outbox.ts';
import type { Outcome } from '../host/submission.ts';
import { authenticateOrWelcome } from './authentication.ts';
import type { Caller } from './caller.ts';
import type { Actor, CommandFrame } from './commands.ts';
import { answerTo, outsider, submissionOf } from './commands.ts';
import { join } from './joining.ts';
import type { SessionParts } from './parts.ts';
import { Seat } from './seat.ts';
import type { Answer, Refusal } from './refusal.ts';
import { notJoined, refusalOfError, refuse } from './refusal.ts';
import { TokenBucket } from './rates.ts';

/** The connection that a session lives on, whatever channel it came by. */
export interface Peer {
  readonly address: string;
  readonly outbox: Outbox;
  readonly heartbeatMs: number;
  readonly helloMs: number;
  close(code: CloseCode, reason: string): void;
}

/** Frames that wait behind a hello or a join; a client that sends more does not wait for answers at all. */
const WAITING_MAX = 256;
/** Conversations that one connection can take part in at once. */
const SEATS_MAX = 1_000;

/** A connection's authenticated life: reads frames, answers them, and keeps its places in conversations. */
export class Session {
  readonly #parts: SessionParts;
  readonly #peer: Peer;
  readonly #seats = new Map<ConversationId, Seat>();
  readonly #budget: TokenBucket;
  #caller: Caller | null = null;
  #closed = false;
  /** Frames behind a hello or a join, which what follows may rest upon; null while nothing waits. */
  #waiting: ClientFrame[] | null = null;
  #timer: () => void;
  #refusedSince: Instant | null = null;
  #refusedAt: Instant = 0;

  constructor(parts: SessionParts, peer: Peer) {
    this.#parts = parts;
    this.#peer = peer;
    this.#budget = new TokenBucket(parts.rates.limits.commands, parts.clock.now());
    this.#timer = parts.clock.after(peer.helloMs, () => this.#end(4401, 'no hello in time'));
  }

  /** One text frame of the client. */
  receive(text: string): void {
    if (this.#closed) return;
    const parsed = parseFrame(text);
    if (parsed.kind === 'fatal') return this.#end(parsed.closeCode, parsed.reason);
    const now = this.#parts.clock.now();
    const retryAfterMs = this.#budget.take(now);
    if (retryAfterMs > 0) {
      const id = parsed.kind === 'reply' ? parsed.id : parsed.frame.id;
      return this.#limited(id, retryAfterMs, now);
    }
    if (parsed.kind === 'reply') return this.#peer.outbox.reply(JSON.stringify(parsed.reply));
    if (this.#waiting) this.#queue(parsed.frame);
    else this.#handle(parsed.frame);
  }

  /** The connection is gone: whoever was here is no longer, unless connected elsewhere by now. */
  closed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer();
    this.#waiting = null;
    for (const seat of this.#seats.values()) seat.lost();
    this.#seats.clear();
    if (this.#caller) this.#parts.rates.disconnectPrincipal(this.#caller.principal);
  }

  #handle(frame: ClientFrame): void {
    if (frame.op === 'hello') return this.#wait(frame.id, this.#hello(frame));
    const caller = this.#caller;
    if (!caller) return this.#refuse(frame.id, refuse('auth.required', 'Say hello first.').error);
    if (frame.op === 'conversation.join') return this.#wait(frame.id, this.#join(frame, caller));
    const conversation = frame.conversation;
    if (conversation === undefined) {
      const details = { path: 'conversation', expected: 'an id ([A-Za-z0-9_-]{1,64})' };
      return this.#refuse(frame.id, refuse('request.invalid', 'Which conversation?', { details }).error);
    }
    const seat = this.#seats.get(conversation);
    if (frame.op === 'ack') return this.#acknowledge(frame, seat);
    const command = { ...frame, conversation } as CommandFrame;
    if (seat) this.#command(command, seat.actor);
    else
      void this.#commandFromOutside(command, caller).catch((error: unknown) => this.#failed(frame.id, error));
  }

  async #hello(frame: ClientFrame<'hello'>): Promise<void> {
    const { token } = frame.data;
    const known = this.#caller;
    if (known && token === undefined) return this.#greet(frame.id, known);
    if (!known) this.#timer();
    const { address } = this.#peer;
    const result = await this.#parts.turns.run(address, async () =>
      this.#closed ? null : authenticateOrWelcome(this.#parts, token, address),
    );
    if (this.#closed || !result) return;
    if (!result.ok) {
      this.#refuse(frame.id, result.error);
      return this.#end(result.error.code === 'rate.limited' ? 4429 : 4401, result.error.message);
    }
    const caller = result.value;
    if (known && known.principal !== caller.principal) {
      return this.#refuse(frame.id, refuse('auth.forbidden', 'A connection belongs to one principal.').error);
    }
    if (!known && !this.#parts.rates.connectPrincipal(caller.principal)) {
      const error = refuse('rate.limited', 'Too many connections of this principal.', {
        retryAfterMs: 5_000,
      });
      this.#refuse(frame.id, error.error);
      return this.#end(4429, 'too many connections of this principal');
    }
    this.#caller = caller;
    this.#timer();
    if (caller.expiresAt !== null) {
      this.#timer = this.#parts.clock.at(caller.expiresAt, () => this.#end(4401, 'the token has expired'));
    }
    this.#greet(frame.id, caller);
  }

  #greet(id: string, caller: Caller): void {
    this.#reply(id, {
      ok: true,
      data: {
        principal: caller.principal,
        protocol: PROTOCOL_VERSION,
        heartbeatMs: this.#peer.heartbeatMs,
        serverTime: iso(this.#parts.clock.now()),
        ...(caller.issued === undefined ? {} : { token: caller.issued }),
      },
    });
  }

  async #join(frame: ClientFrame<'conversation.join'>, caller: Caller): Promise<void> {
    const conversation = frame.conversation as ConversationId;
    if (this.#seats.size >= SEATS_MAX && !this.#seats.has(conversation)) {
      const message = `One connection takes part in at most ${SEATS_MAX} conversations.`;
      return this.#refuse(frame.id, refuse('hub.overloaded', message).error);
    }
    const seat = new Seat(this.#parts, conversation, this.#peer.outbox, {
      replaced: (old) => this.#replaced(old),
      ended: (old) => this.#forget(old),
    });
    const joining = join(this.#parts, {
      caller,
      address: this.#peer.address,
      conversation,
      data: frame.data,
      id: frame.id,
      gone: () => this.#closed,
      place: {
        take: (membership, start) => {
          // Joining again here, say after a gap, is no connection elsewhere.
          this.#seats.get(conversation)?.abandon();
          if (!this.#closed) this.#seats.set(conversation, seat);
          seat.take(membership, start);
          if (this.#closed) seat.lost();
        },
      },
    });
    const answer = await joining.catch((error: unknown) => {
      // Taken in, but there is no answer: whoever tries again must not find its own place taken.
      if (seat.taken) this.#drop(seat);
      throw error;
    });
    this.#reply(frame.id, answer);
    if (answer.ok) seat.open();
    else if (seat.taken) this.#drop(seat);
  }

  #acknowledge({ id, data }: ClientFrame<'ack'>, seat: Seat | undefined): void {
    const refused = seat ? seat.acknowledge(data.seq) : notJoined();
    if (refused) this.#refuse(id, refused.error);
  }

  #command(frame: CommandFrame, actor: Actor): void {
    const checked = submissionOf(this.#parts, frame, actor, frame.id);
    if (!checked.ok) return this.#refuse(frame.id, checked.error);
    const silent = frame.op === 'speech.delta';
    this.#parts.conversations
      .submit(frame.conversation, {
        ...checked.submission,
        onSettled: (outcome: Outcome) => {
          if (!silent || !outcome.ok) this.#reply(frame.id, answerTo(this.#parts, frame, actor, outcome));
        },
      })
      .catch((error: unknown) => this.#failed(frame.id, error));
  }

  async #commandFromOutside(frame: CommandFrame, caller: Caller): Promise<void> {
    const state = await this.#parts.conversations.state(frame.conversation);
    const found = outsider(this.#parts, state, caller);
    if (!found.ok) return this.#refuse(frame.id, found.error);
    this.#command(frame, found.actor);
  }

  /** Holds what comes behind a frame that later ones rest upon, so that clients need not wait for it. */
  #wait(id: string, work: Promise<void>): void {
    this.#waiting ??= [];
    work
      .catch((error: unknown) => this.#failed(id, error))
      .finally(() => {
        const waiting = this.#waiting ?? [];
        this.#waiting = null;
        while (waiting.length > 0 && !this.#closed) {
          this.#handle(waiting.shift()!);
          // It was another such frame: the rest goes on waiting, behind it.
          if (this.#waiting as ClientFrame[] | null) {
            this.#waiting = waiting;
            return;
          }
        }
      });
  }

  #queue(frame: ClientFrame): void {
    const waiting = this.#waiting!;
    if (waiting.length < WAITING_MAX) waiting.push(frame);
    else {
      const message = 'Too many frames before the answer to hello or join.';
      this.#refuse(frame.id, refuse('hub.overloaded', message, { retryAfterMs: 100 }).error);
    }
  }

  #limited(id: string, retryAfterMs: number, now: Instant): void {
    const { heldMs } = this.#parts.rates.limits;
    // A second without a refusal is a pause; a client that keeps to the rate never comes near the end.
    if (this.#refusedSince === null || now - this.#refusedAt > 1_000) this.#refusedSince = now;
    this.#refusedAt = now;
    this.#refuse(id, refuse('rate.limited', 'Too many frames.', { retryAfterMs }).error);
    if (now - this.#refusedSince >= heldMs) this.#end(4429, 'rate limit held for long');
  }

  /** The same participant is connected elsewhere now. */
  #replaced(seat: Seat): void {
    this.#forget(seat);
    if (this.#seats.size === 0) return this.#end(4409, 'the same participant connected elsewhere');
    const { conversation, participant } = seat;
    const frame = {
      event: 'session.replaced',
      conversation,
      at: iso(this.#parts.clock.now()),
      data: { participant },
    };
    this.#peer.outbox.reply(JSON.stringify(frame));
  }

  #forget(seat: Seat): void {
    if (this.#seats.get(seat.conversation) === seat) this.#seats.delete(seat.conversation);
  }

  #drop(seat: Seat): void {
    this.#forget(seat);
    seat.lost();
  }

  #reply(id: string, answer: Answer): void {
    if (this.#closed) return;
    if (!answer.ok) return this.#refuse(id, answer.error);
    this.#peer.outbox.reply(JSON.stringify(acceptReply(id, answer.data, answer.seq)));
  }

  #refuse(id: string, error: Refusal): void {
    if (this.#closed) return;
    this.#peer.outbox.reply(JSON.stringify(refusalReply(id, error)));
  }

  #failed(id: string, error: unknown): void {
    const known = refusalOfError(error);
    if (!known) this.#parts.logger.error({ err: error }, 'a frame could not be handled');
    this.#refuse(id, known ?? refuse('internal', 'The hub failed to handle this frame.').error);
  }

  #end(code: CloseCode, reason: string): void {
    if (this.#closed) return;
    this.#peer.close(code, reason);
    this.closed();
  }
}
