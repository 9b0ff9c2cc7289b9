import type { BallotView, CommandData, ConversationView, InterruptionView } from '@parley/core';
import type { BidData, Room } from './api.ts';
import { ParleyError } from './errors.ts';
import type { WireEvent } from './events.ts';

type Choice = CommandData['vote.cast']['choice'];
type MaybeLater<T> = T | Promise<T>;

/** Somebody who wants the floor that the agent holds. */
export type AskedInterruption = Exclude<InterruptionView, { readonly state: 'none' }>;

/** What a conversation may ask of an agent while it does not have its turn. */
export interface AgentAnswers {
  /**
   * LA-1: how much it wants the next turn, asked once for each bid window; null for not at all. An agent
   * with this bids where turns are bid for, and wins or not; elsewhere it is never asked.
   */
  bid?(view: ConversationView): MaybeLater<Omit<BidData, 'window'> | null>;
  /** What it votes in a ballot in which it may; null abstains. Left out, it does not vote. */
  vote?(ballot: BallotView, view: ConversationView): MaybeLater<Choice | null>;
  /** Whether it gives way to somebody who asks. Left out, it does not answer. */
  onInterruption?(interruption: AskedInterruption, view: ConversationView): MaybeLater<boolean>;
}

/** Refusals that only say that the answer came too late, or that one has the floor already. */
const TOO_LATE: readonly string[] = [
  'bidding.window_closed',
  'vote.closed',
  'vote.not_elector',
  'not_found',
  'floor.already_holder',
  'floor.not_holder',
  'conversation.paused',
  'conversation.ended',
];

/** Asks an agent whatever the room asks of it: each window, ballot and interruption once. */
export class Answering {
  readonly #room: Room;
  readonly #agent: AgentAnswers;
  readonly #report: (error: unknown) => void;
  #answered = { window: '', ballot: '', interruption: '' };

  constructor(room: Room, agent: AgentAnswers, report: (error: unknown) => void) {
    this.#room = room;
    this.#agent = agent;
    this.#report = report;
  }

  /** Answers whatever is open now. */
  look(): void {
    const { window, ballot, interruption } = this.#room.view.floor;
    if (window) this.#answer('window', window.window, () => this.#bid(window.window));
    if (ballot) this.#answer('ballot', ballot.ballot, () => this.#vote(ballot));
    if (interruption.state !== 'none' && interruption.stage === 'asked') {
      this.#answer('interruption', interruption.interruption, () => this.#decide(interruption));
    }
  }

  receive({ event }: WireEvent): void {
    if (event === 'bidding.opened' || event === 'ballot.opened' || event === 'interruption.requested') {
      this.look();
    }
  }

  #answer(what: 'window' | 'ballot' | 'interruption', id: string, answer: () => Promise<void>): void {
    if (this.#answered[what] === id) return;
    this.#answered[what] = id;
    answer().catch((error: unknown) => {
      const late = error instanceof ParleyError && TOO_LATE.includes(error.code);
      if (!late && !this.#room.closed) this.#report(error);
    });
  }

  async #bid(window: string): Promise<void> {
    if (!this.#agent.bid || this.#room.self?.roles.includes('observer')) return;
    const bid = await this.#agent.bid(this.#room.view);
    if (bid === null) await this.#room.bids.pass(window);
    else await this.#room.bids.place({ ...bid, window });
  }

  async #vote(ballot: BallotView): Promise<void> {
    const { me, view } = this.#room;
    if (!this.#agent.vote || !ballot.electorate.includes(me) || ballot.voted.includes(me)) return;
    const choice = await this.#agent.vote(ballot, view);
    await this.#room.vote(ballot.ballot, choice ?? 'abstain');
  }

  async #decide(interruption: AskedInterruption): Promise<void> {
    if (!this.#agent.onInterruption || interruption.holder !== this.#room.me) return;
    const grant = await this.#agent.onInterruption(interruption, this.#room.view);
    await this.#room.floor.answer(interruption.interruption, grant);
  }
}
