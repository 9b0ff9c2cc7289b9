import { isLogged, staysOf, type DurableWireEvent, type Evidence, type History } from './history.ts';
import type { Stay, Violation } from './history.ts';
import { LogFacts, predecessor } from './log-facts.ts';
import { Progress } from './progress.ts';

/**
 * CS-5 and the chain of `after`: each event names the one before it in this participant's chain, which
 * private events of others are no part of; nothing comes twice; a resume goes on exactly where the client
 * was; and who was there at the end has its whole chain. What a level allows beside is checked by its own
 * checker: gaps that are told (CS-4), events that come early (CS-3).
 */
export function checkChain({ histories, log }: Evidence): Violation[] {
  const facts = new LogFacts(log);
  return histories.flatMap((history) => new ChainCheck(history, facts).run());
}

/** Where a client's chain stood when its connection ended. */
interface Stand {
  readonly participant: string;
  readonly epoch: string;
  readonly seq: number;
}

class ChainCheck {
  readonly #history: History;
  readonly #facts: LogFacts;
  readonly #violations: Violation[] = [];
  #left: Stand | null = null;

  constructor(history: History, facts: LogFacts) {
    this.#history = history;
    this.#facts = facts;
  }

  run(): Violation[] {
    const { stays, outside } = staysOf(this.#history);
    for (const entry of outside) {
      if (entry.kind !== 'event' || !isLogged(entry.event)) continue;
      this.#broken(`got seq ${entry.event.seq} (${entry.event.event}) without having joined`);
    }
    let progress: Progress | null = null;
    for (const stay of stays) {
      this.#begins(stay);
      progress = new StayCheck(stay, this.#facts, (text) => this.#broken(text)).run();
      const { participant, epoch } = stay.joined;
      this.#left = { participant, epoch, seq: progress.contiguous };
    }
    if (this.#history.complete) this.#ended(stays.at(-1), progress);
    return this.#violations;
  }

  #begins({ joined }: Stay): void {
    const left = this.#left;
    if (joined.resumed) {
      if (!left || left.participant !== joined.participant)
        this.#broken('resumed as somebody it had not been');
      else if (left.epoch !== joined.epoch) {
        this.#broken(`resumed into epoch ${joined.epoch}, not ${left.epoch}`);
      } else if (left.seq !== joined.from) {
        this.#broken(`resumed behind ${joined.from}, but had ${left.seq}`);
      }
    } else if (left && left.participant === joined.participant && joined.from < left.seq) {
      this.#broken(`started again behind ${joined.from}, but had ${left.seq} already`);
    }
  }

  #ended(stay: Stay | undefined, progress: Progress | null): void {
    if (!stay || !progress || stay.end !== null) return this.#broken('ended without being joined');
    const { missing, contiguous } = progress;
    if (missing.length === 0) return;
    this.#broken(`ended at ${contiguous}, its chain at ${missing.at(-1)}: never got ${missing.join(', ')}`);
  }

  #broken(text: string): void {
    this.#violations.push({ rule: 'CS-5', text: `${this.#history.client}: ${text}` });
  }
}

/** One stretch of being joined: what came, against the participant's chain in the log. */
class StayCheck {
  readonly #stay: Stay;
  readonly #facts: LogFacts;
  readonly #broken: (text: string) => void;
  readonly #chain: readonly number[];
  readonly #own: ReadonlySet<number>;
  readonly #progress: Progress;

  constructor(stay: Stay, facts: LogFacts, broken: (text: string) => void) {
    this.#stay = stay;
    this.#facts = facts;
    this.#broken = broken;
    this.#chain = facts.chainOf(stay.joined.participant);
    this.#own = new Set(this.#chain);
    this.#progress = new Progress(this.#chain, stay.joined.from);
  }

  run(): Progress {
    for (const entry of this.#stay.entries) {
      if (entry.kind === 'event' && isLogged(entry.event)) this.#take(entry.event);
    }
    return this.#progress;
  }

  #take(event: DurableWireEvent): void {
    const { seq, after } = event;
    const { from, participant } = this.#stay.joined;
    const name = `seq ${seq} (${event.event})`;
    const had = this.#progress.contiguous;
    if (this.#progress.has(seq)) {
      return this.#broken(`got ${name} after ${after}, but had ${had}: it came twice`);
    }
    // An event outside of the audience is the matter of RT-7; an unknown one that of the log's order.
    if (!this.#own.has(seq)) return;
    const level = this.#facts.levelOf(participant, seq - 1).kind;
    const gap = event.early !== true && this.#progress.next !== seq;
    const before = predecessor(this.#chain, seq, from);
    if (event.early === true && level !== 'causal') {
      this.#broken(`got ${name} early in a view that is ${level}`);
    }
    if (after !== before) this.#broken(`got ${name} after ${after}, its chain has ${before} there`);
    else if (gap && level !== 'bestEffort') this.#broken(`got ${name} after ${after}, but had ${had}`);
    if (gap) this.#progress.giveUpBefore(seq);
    this.#progress.take(seq);
  }
}
