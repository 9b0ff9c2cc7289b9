import type {
  Command,
  CommandData,
  ConversationEvent,
  Instant,
  Millis,
  Op,
  ParticipantId,
  Rejection,
  State,
} from '@parley/core';
import { decide, HUB, initialState, nextDeadline } from '@parley/core';
import { Random } from '../random.ts';

/** What a command came to: the data of its reply, or why it was refused. */
export type Outcome =
  | { readonly ok: true; readonly reply: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly rejection: Rejection };

type Listener = (event: ConversationEvent) => void;

interface Plan {
  readonly at: Instant;
  /** Plans for one instant are carried out in the order in which they were made. */
  readonly order: number;
  readonly run: () => void;
}

/**
 * One conversation in the pure core, with time that jumps from one thing that happens to the next: a day of
 * talk takes seconds. The same configuration, actors and seed give the same events.
 */
export class Simulation {
  state: State = initialState();
  at: Instant = Date.UTC(2026, 0, 1);
  readonly random: Random;
  /** Durable and ephemeral events so far. */
  events = 0;
  readonly #listeners: Listener[] = [];
  readonly #plans: Plan[] = [];
  #made = 0;

  constructor(config: unknown, seed: number) {
    this.random = new Random(seed);
    this.#must('conversation.create', {
      id: 'cnv_1',
      epoch: 'e1',
      title: 'Fairness',
      createdBy: 'sim',
      config,
    });
  }

  /** An agent that stays connected all the time. */
  join(id: ParticipantId, roles: readonly string[] = ['participant']): void {
    this.#must('conversation.join', {
      participant: id,
      principal: id,
      kind: 'agent',
      displayName: id,
      roles,
      capabilities: [],
      topics: [],
      interests: [],
      metadata: {},
      verified: false,
    });
  }

  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  submit<O extends Op>(who: ParticipantId, op: O, data: CommandData[O]): Outcome {
    return this.#decide({ op, data, author: { participant: who, steward: false } } as Command);
  }

  /** Has something done after `ms`. */
  later(ms: Millis, run: () => void): void {
    const plan = { at: this.at + Math.max(0, Math.round(ms)), order: this.#made++, run };
    let place = this.#plans.length;
    while (place > 0 && this.#plans[place - 1]!.at > plan.at) place -= 1;
    this.#plans.splice(place, 0, plan);
  }

  /** Lets time pass until it is `until`, `enough` says so, or nothing will ever happen again. */
  run(until: Instant, enough: () => boolean = () => false): void {
    while (!enough()) {
      const due = nextDeadline(this.state);
      const plan = this.#plans[0];
      const next = Math.min(due ?? Number.POSITIVE_INFINITY, plan?.at ?? Number.POSITIVE_INFINITY);
      if (next > until) break;
      this.at = Math.max(this.at, next);
      // What is due by itself comes before what somebody does at the same instant.
      if (due !== null && due <= this.at) {
        this.#decide({ op: 'deadline.reached', data: {}, author: HUB });
      } else {
        this.#plans.shift();
        plan?.run();
      }
    }
    if (!enough()) this.at = Math.max(this.at, Number.isFinite(until) ? until : this.at);
  }

  #must<O extends Op>(op: O, data: CommandData[O]): void {
    const outcome = this.#decide({ op, data, author: HUB } as Command);
    if (!outcome.ok) throw new Error(`${op} was refused: ${outcome.rejection.message}`);
  }

  #decide(command: Command): Outcome {
    const result = decide(this.state, command, this.at);
    if (!result.ok) return { ok: false, rejection: result.error };
    this.state = result.value.state;
    for (const event of result.value.events) {
      this.events += 1;
      for (const listener of this.#listeners) listener(event);
    }
    return { ok: true, reply: result.value.reply };
  }
}
