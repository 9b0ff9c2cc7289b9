import type {
  Command,
  ConversationEvent,
  ConversationId,
  Decision,
  Instant,
  Op,
  Rejection,
  Seq,
  State,
} from '@parley/core';
import { HUB, isDurable } from '@parley/core';
import { encodeEvent } from '@parley/protocol';
import type { ConversationIndex, Head, LoggedEvent, LogRecord } from '../ports/event-log.ts';
import { headOf, seal } from '../ports/record.ts';
import type { ConversationTime } from './conversation-time.ts';
import type { Decider } from './decider.ts';
import type { Pending } from './pending.ts';
import type { Standing } from './standing.ts';
import type { Indexer } from './summary.ts';
import { lastLineAfter } from './summary.ts';
import type { Logger } from './options.ts';
import type { HostRejection, PublishedEvent } from './submission.ts';
import { answeredBy, seenBy } from './causes.ts';

/** What was decided for one command (or for the hub itself), and where that leads to. */
export type Step =
  | {
      readonly kind: 'record';
      readonly pending: Pending | null;
      readonly at: Instant;
      readonly after: Standing;
      readonly record: LogRecord;
      readonly expected: Head;
      readonly index: ConversationIndex;
      readonly events: readonly PublishedEvent[];
      readonly reply: Decision['reply'];
    }
  | {
      /** Nothing to append: ephemeral events, or what the hub itself decided without any. */
      readonly kind: 'unrecorded';
      readonly pending: Pending | null;
      readonly at: Instant;
      readonly after: Standing;
      /** What comes next after it. */
      readonly due: Instant | null;
      readonly events: readonly PublishedEvent[];
      readonly reply: Decision['reply'];
    }
  | {
      readonly kind: 'refused';
      readonly pending: Pending;
      readonly rejection: Rejection | HostRejection;
    };

/** Rounds of deadlines before one command: more means that the rules make no progress. */
const DEADLINES_MAX = 1_000;

/** Decides commands in order, each on the standing that the one before it leads to. Does no I/O. */
export class Planner {
  readonly #conversation: ConversationId;
  readonly #decider: Decider;
  readonly #time: ConversationTime;
  readonly #indexer: Indexer;
  readonly #logger: Logger;
  #dueOf: { readonly state: State | null; readonly due: Instant | null } = { state: null, due: null };

  constructor(
    conversation: ConversationId,
    decider: Decider,
    time: ConversationTime,
    indexer: Indexer,
    logger: Logger,
  ) {
    this.#conversation = conversation;
    this.#decider = decider;
    this.#time = time;
    this.#indexer = indexer;
    this.#logger = logger;
  }

  /**
   * Whatever is due at the time of each command is decided before it, as records of its own. `stuck` says
   * that something is still due although it was decided: a fault of the rules that must not spin.
   */
  plan(standing: Standing, pendings: readonly Pending[]): { steps: Step[]; stuck: boolean } {
    const plan = { steps: [] as Step[], stuck: false };
    for (const pending of pendings) {
      standing = this.#planDue(standing, plan);
      standing = take(this.alone(standing, pending), standing, plan.steps);
    }
    if (pendings.length === 0) this.#planDue(standing, plan);
    return plan;
  }

  /**
   * When something is due in this state. Remembered for the newest one: it is asked for before and after
   * each command, and costs a look at every member.
   */
  due(state: State): Instant | null {
    if (this.#dueOf.state !== state) this.#dueOf = { state, due: this.#decider.nextDeadline(state) };
    return this.#dueOf.due;
  }

  /** One command on this standing, as if nothing were due. */
  alone(standing: Standing, pending: Pending): Step {
    const { op, data, author, basedOn, facts } = pending.submission;
    if (standing.head.seq === 0 && op !== 'conversation.create') {
      return refused(pending, { code: 'not_found', message: 'There is no such conversation.' });
    }
    const command = {
      op,
      data,
      author,
      ...(basedOn === undefined ? {} : { basedOn }),
      ...(facts === undefined ? {} : { facts }),
    } as Command;
    return this.#decide(standing, command, pending) ?? refused(pending, internal);
  }

  #planDue(standing: Standing, plan: { steps: Step[]; stuck: boolean }): Standing {
    if (standing.head.seq === 0) return standing;
    if (standing.restarting) {
      const step = this.#decide(standing, { op: 'hub.restarted', data: {}, author: HUB }, null);
      standing = take(step ?? this.#nothing(standing), standing, plan.steps);
    }
    for (let round = 0; round < DEADLINES_MAX; round += 1) {
      const due = this.due(standing.state);
      if (due === null || due > this.#time.now(standing.state.at)) return standing;
      const step = this.#decide(standing, { op: 'deadline.reached', data: {}, author: HUB }, null);
      if (!step || (step.kind === 'unrecorded' && step.events.length === 0 && step.due === due)) break;
      standing = take(step, standing, plan.steps);
    }
    this.#logger.error({ conversation: this.#conversation }, 'a deadline does not move on');
    plan.stuck = true;
    return standing;
  }

  /** Where the rules cannot say what a restart means, it is not asked again. */
  #nothing(standing: Standing): Step {
    const { at } = standing.state;
    const after = { ...standing, restarting: false };
    return { kind: 'unrecorded', pending: null, at, after, events: [], reply: {}, due: null };
  }

  /** Null where the hub's own command was refused or deciding threw: both are faults of the rules. */
  #decide(standing: Standing, command: Command, pending: Pending | null): Step | null {
    const at = this.#time.now(standing.state.at);
    try {
      const result = this.#decider.decide(standing.state, command, at);
      if (result.ok) return this.#step(standing, result.value, pending, at);
      if (pending) return refused(pending, result.error);
      this.#logger.error(
        { conversation: this.#conversation, rejection: result.error },
        'the hub was refused',
      );
    } catch (error) {
      this.#logger.error({ conversation: this.#conversation, op: command.op, err: error }, 'deciding failed');
    }
    return null;
  }

  #step(standing: Standing, decision: Decision, pending: Pending | null, at: Instant): Step {
    const { state, events, reply } = decision;
    const seen = seenBy(pending);
    const published = events.map((event) =>
      this.#publishable(event, Math.max(seen, answeredBy(event, state))),
    );
    const durable = events.filter(isDurable);
    // Members hear `hub.restarted` before anything else; later decisions build on that.
    const restarting = false;
    const key = pending?.submission.key ?? null;
    if (durable.length === 0 && (key === null || isFleeting(pending!.submission.op))) {
      const after = { ...standing, state, restarting };
      const due = this.due(state);
      return { kind: 'unrecorded', pending, at, after, due, events: published, reply };
    }
    let lastLine = standing.lastLine;
    for (const event of durable) lastLine = lastLineAfter(lastLine, event, state);
    const logged: LoggedEvent[] = [];
    for (const [position, event] of events.entries()) {
      if (!isDurable(event)) continue;
      const { json, audience } = published[position]!;
      const hidden = event.hidden === undefined ? {} : { hidden: JSON.stringify(event.hidden) };
      logged.push({ seq: event.seq, audience, json, ...hidden });
    }
    const body = {
      conversation: this.#conversation,
      epoch: state.epoch,
      firstSeq: standing.head.seq + 1,
      lastSeq: standing.head.seq + durable.length,
      at,
      command: key,
      reply: pending ? JSON.stringify(reply) : null,
      events: logged,
    };
    const record = seal(body, standing.head);
    // As folding the record gives it: with nothing else, the time has passed.
    const after = durable.length === 0 ? { ...state, at } : state;
    return {
      kind: 'record',
      pending,
      at,
      after: { state: after, head: headOf(record), lastLine, restarting },
      record,
      expected: standing.head,
      index: this.#indexer.index(after, this.due(after), durable, lastLine),
      events: published,
      reply,
    };
  }

  #publishable(event: ConversationEvent, cause: Seq): PublishedEvent {
    return {
      seq: isDurable(event) ? event.seq : null,
      type: event.type,
      audience: event.audience,
      json: encodeEvent(this.#conversation, event),
      by: event.by,
      cause,
    };
  }
}

/**
 * What is over as soon as it is heard: it is not stored, and doing it again after a restart tells others
 * once more what they may have missed, and nothing else. Every other accepted command is remembered by the
 * log even if it changed nothing, since by the time of its repetition it might (FL-10).
 */
const isFleeting = (op: Op): boolean => op === 'signal' || op === 'presence.set' || op === 'speech.delta';

const internal: HostRejection = { code: 'internal', message: 'The hub failed to decide this command.' };

const refused = (pending: Pending, rejection: Rejection | HostRejection): Step => ({
  kind: 'refused',
  pending,
  rejection,
});

/** Adds a step and gives the standing after it. */
function take(step: Step | null, standing: Standing, steps: Step[]): Standing {
  if (!step) return standing;
  steps.push(step);
  return step.kind === 'refused' ? standing : step.after;
}
