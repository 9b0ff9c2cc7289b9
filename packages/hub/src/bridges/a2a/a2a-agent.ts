import type { Agent, AgentControl, AgentTurn, Room, WireEvent } from '@parley/client';
import { ParleyError } from '@parley/client';
import type { ConversationView, Millis, Seq } from '@parley/core';
import type { BridgeRequest } from '../bridge.ts';
import { pause } from '../pause.ts';
import { AgentFault, faultOf, isTaskGone } from './agent-fault.ts';
import { Answer } from './answer.ts';
import { Bidding } from './bidding.ts';
import type { HearingLimits } from './hearing.ts';
import { Hearing } from './hearing.ts';
import type { RemoteAgent, Saying } from './remote-agent.ts';
import type { Told } from './saying.ts';
import { note, presentIn, tell } from './saying.ts';

export interface A2aAgentParts extends Pick<
  BridgeRequest<'a2aAgent'>,
  'conversation' | 'bridge' | 'clock' | 'metrics' | 'report'
> {
  readonly remote: RemoteAgent;
  /** After a fault: the agent by its card as it is now; the same object where the card is the same. */
  readonly renew: () => Promise<RemoteAgent>;
  readonly limits: TurnLimits;
}

export interface TurnLimits extends HearingLimits {
  /** All of a turn, whatever the floor allows. */
  readonly turnMs: Millis;
  readonly bidMs: Millis;
  /** Pause before the same message is sent again, where the agent names none; and the longest within a turn. */
  readonly againMs: Millis;
  readonly againMaxMs: Millis;
}

/** The same message so often at most, where nothing has come of it. */
const ATTEMPTS = 3;
const TYPING_MS: Millis = 3_000;

/**
 * A remote agent at the table. When it has the floor it is told what it has not heard yet, and what it answers
 * is its utterance (A2-2). The remote context lasts as long as this object; an agent that begins anew is told
 * the transcript that the hub has (ADR 38).
 */
export class A2aAgent implements Agent {
  readonly name: string;
  readonly #parts: A2aAgentParts;
  readonly #hearing: Hearing;
  readonly #bidding: Bidding;
  #remote: RemoteAgent;
  /** The last call failed: the card may tell why. */
  #failed = false;
  #control: AgentControl | null = null;
  #context = '';
  #heard: Seq = 0;
  /** An answer that waits for one from the room, or for an authorisation: its task goes on then. */
  #waiting: Answer | null = null;
  /** Something was said since it asked. */
  #answered = false;
  /** The task before this one, which the next refers to. */
  #lastTask: string | null = null;
  #typedAt = 0;

  constructor(parts: A2aAgentParts) {
    const { bridge, conversation, clock, metrics, limits } = parts;
    this.name = bridge.displayName;
    this.#parts = parts;
    this.#remote = parts.remote;
    this.#hearing = new Hearing({ clock, metrics, limits });
    this.#bidding = new Bidding({ conversation, clock, metrics, bidMs: limits.bidMs });
  }

  begin(control: AgentControl): () => void {
    this.#control = control;
    return () => {
      this.#control = null;
      this.#bidding.stop();
    };
  }

  onEvent(event: WireEvent): void {
    if (this.#waiting?.progress !== 'inputRequired' || event.event !== 'speech.ended') return;
    if (event.data.participant === this.#control?.room.me) return;
    this.#answered = true;
    this.#control?.want();
  }

  async *onTurn(turn: AgentTurn, signal: AbortSignal): AsyncGenerator<string> {
    const { clock, metrics, limits } = this.#parts;
    const late = new AbortController();
    const stopTimer = clock.after(limits.turnMs, () =>
      late.abort(new AgentFault('The agent did not come to an end with its turn.')),
    );
    const said = { words: false };
    try {
      await this.#renewed();
      const told = tell(turn.room, this.#heard);
      if (this.#isAsked(told)) yield* this.#answer(turn, told, AbortSignal.any([signal, late.signal]), said);
      else metrics.spared('a2aAgent');
    } catch (error) {
      metrics.called('a2aAgent', 'turn', signal.aborted ? 'aborted' : 'failed');
      if (signal.aborted) return;
      const fault = this.#fail(faultOf(error));
      // What was heard of it was heard: that was its turn, and it is not to be tried again.
      if (said.words) return;
      const { code, message, retryAfterMs } = fault;
      throw new ParleyError({ code, message, retryable: true, retryAfterMs, cause: error });
    } finally {
      stopTimer();
      metrics.turn('a2aAgent');
    }
  }

  /** Asks the agent itself; it bids as high as it can when its question was answered. */
  async bid(view: ConversationView) {
    if (this.#answered) return { urgency: 1 };
    const room = this.#control?.room;
    if (!room) return null;
    const { report } = this.#parts;
    return this.#bidding.ask(this.#remote, { room, view, heard: this.#heard }, (fault) => {
      if (fault) this.#fail(fault);
      else if (this.#failed) report(null);
    });
  }

  /** Within the time that telling the agent to stop may take. */
  async close(): Promise<void> {
    this.#bidding.stop();
    await this.#hearing.settled();
  }

  /** Whether there is a reason to call it: its first turn, news, or that it speaks when nobody else does. */
  #isAsked(told: Told): boolean {
    return this.#heard === 0 || told.news || this.#parts.bridge.engagement.kind === 'onSilence';
  }

  /** One answer: the same message again where nothing came of it (A2-3). */
  async *#answer(
    turn: AgentTurn,
    first: Told,
    signal: AbortSignal,
    said: { words: boolean },
  ): AsyncGenerator<string> {
    const { clock, metrics, limits } = this.#parts;
    const atWork = () => this.#typing(turn.room);
    let told = first;
    for (let attempt = 1; ; attempt += 1) {
      const answer = new Answer(this.#waiting ?? undefined);
      try {
        atWork();
        const saying = this.#saying(turn.room, told);
        for await (const text of this.#hearing.hear(this.#remote, saying, answer, signal, atWork)) {
          said.words = true;
          yield text;
        }
        this.#settle(answer, turn);
        metrics.called('a2aAgent', 'turn', 'ok');
        return;
      } catch (error) {
        if (signal.aborted || answer.begun || attempt === ATTEMPTS) throw error;
        const { passing, retryAfterMs } = faultOf(error);
        const gone = isTaskGone(error);
        const waitMs = gone ? 0 : (retryAfterMs ?? limits.againMs * attempt);
        if (!(passing || gone) || waitMs > limits.againMaxMs) throw error;
        if (gone) told = this.#forgotten(turn.room);
        await pause(clock, waitMs, signal);
        signal.throwIfAborted();
      } finally {
        // An answer that was wanted and did not come is wanted still.
        if (answer.begun && (signal.aborted || answer.said !== '' || isDone(answer)))
          this.#remember(answer, told);
      }
    }
  }

  #remember(answer: Answer, told: Told): void {
    this.#heard = told.upTo;
    this.#context = answer.context ?? this.#context;
    this.#answered = false;
    const waits = answer.progress === 'inputRequired' || answer.progress === 'authRequired';
    this.#waiting = waits ? answer : null;
    if (!waits) this.#lastTask = answer.task ?? this.#lastTask;
  }

  #settle(answer: Answer, turn: AgentTurn): void {
    const { report } = this.#parts;
    if (answer.progress === 'failed') throw new AgentFault('The agent says that it has failed.');
    this.#failed = false;
    if (answer.progress === 'inputRequired') turn.close({ expectsReply: true });
    if (answer.progress === 'authRequired') {
      report({ code: 'auth.required', message: 'The agent waits for somebody to authorise it.' });
    } else if (answer.cut) {
      report({
        code: 'request.too_large',
        message: 'The agent’s answer was too long; its end was left out.',
      });
    } else report(null);
  }

  #fail(fault: AgentFault): AgentFault {
    this.#failed = true;
    this.#parts.report({ code: fault.code, message: fault.message });
    return fault;
  }

  async #renewed(): Promise<void> {
    if (!this.#failed) return;
    const remote = await this.#parts.renew();
    if (remote === this.#remote) return;
    this.#remote = remote;
    this.#forget();
  }

  /** The agent does not remember: it is told the whole again. */
  #forgotten(room: Room): Told {
    this.#forget();
    return tell(room, 0);
  }

  #forget(): void {
    this.#context = '';
    this.#heard = 0;
    this.#waiting = null;
    this.#answered = false;
    this.#lastTask = null;
    this.#bidding.beginAnew();
  }

  #saying(room: Room, { parts }: Told): Saying {
    const { conversation } = this.#parts;
    const grant = room.floor.mine?.grant ?? 0;
    const task = this.#waiting?.task ?? '';
    return {
      // Whatever happens to a call: one turn, one message.
      messageId: `${conversation}/${grant}`,
      contextId: this.#context,
      taskId: task,
      referenceTaskIds: task === '' && this.#lastTask !== null ? [this.#lastTask] : [],
      parts: parts.length > 0 ? [...parts] : [note(SILENCE)],
      metadata: { conversation, grant, participant: room.me, participants: presentIn(room.view) },
    };
  }

  #typing(room: Room): void {
    const now = this.#parts.clock.now();
    if (now - this.#typedAt < TYPING_MS) return;
    this.#typedAt = now;
    // A hint that comes too late to be sent is missed by nobody.
    room.signal('typing').catch(() => undefined);
  }
}

const SILENCE = 'Nobody has said anything since. You may go on, or answer nothing.';

const isDone = ({ progress }: Answer): boolean => progress !== 'open' && progress !== 'failed';
