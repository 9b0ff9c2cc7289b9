import type { Data, LoggedWireEvent } from './history.ts';

/** How a view is kept (delivery.md), with the settings that its promise depends on. */
export type Level =
  | { readonly kind: 'strong'; readonly barrierTimeoutMs: number }
  | { readonly kind: 'eventual'; readonly maxLagMs: number }
  | { readonly kind: 'causal' }
  | { readonly kind: 'bestEffort' };

/** One participant's time as a member. */
export interface Membership {
  /** Seq of its `participant.joined`. */
  readonly joined: number;
  /** Seq of its `participant.left`; null where it is a member at the end. */
  left: number | null;
  /** Level that it chose itself. */
  readonly own: Data | null;
}

/** What a log says about members, connections, levels and chains: a reading of its own, for the checkers. */
export class LogFacts {
  readonly log: readonly LoggedWireEvent[];
  readonly members = new Map<string, Membership>();
  readonly #levels: { readonly seq: number; readonly level: Data | undefined }[] = [];
  readonly #visibility: { readonly seq: number; readonly sinceJoin: boolean }[] = [];
  readonly #connections = new Map<string, { readonly seq: number; readonly connected: boolean }[]>();
  readonly #chains = new Map<string, readonly number[]>();

  constructor(log: readonly LoggedWireEvent[]) {
    this.log = log;
    for (const event of log) this.#take(event);
  }

  /** Seqs that belong to the participant's chain, its own joining left out: the join's answer stands for it. */
  chainOf(participant: string): readonly number[] {
    const known = this.#chains.get(participant);
    if (known) return known;
    const membership = this.members.get(participant);
    const { joined, left } = membership ?? { joined: Number.POSITIVE_INFINITY, left: null };
    const chain = this.log
      .filter(({ seq, audience }) => seq > joined && seq <= (left ?? seq) && hears(audience, participant))
      .map(({ seq }) => seq);
    this.#chains.set(participant, chain);
    return chain;
  }

  at(seq: number): LoggedWireEvent | undefined {
    return this.log[seq - 1];
  }

  /** In force for what comes behind `seq`. */
  levelOf(participant: string, seq: number): Level {
    const own = this.members.get(participant)?.own;
    const configured = this.#levels.findLast((change) => change.seq <= seq)?.level;
    return withDefaults(own ?? configured ?? { kind: 'eventual' });
  }

  /** The level if it never changed in the log; null where it did. */
  steadyLevelOf(participant: string): Level | null {
    if (this.members.get(participant)?.own) return this.levelOf(participant, 0);
    const texts = new Set(this.#levels.map(({ level }) => JSON.stringify(level)));
    return texts.size > 1 ? null : this.levelOf(participant, this.log.length);
  }

  /** Whether newcomers see nothing from before their joining, behind `seq` (`history.visibility`). */
  sinceJoinAt(seq: number): boolean {
    return this.#visibility.findLast((change) => change.seq <= seq)?.sinceJoin ?? false;
  }

  /** Seq of the event that connected the participant, where it was connected just before `seq`; else null. */
  connectedBefore(participant: string, seq: number): number | null {
    const last = this.#connections.get(participant)?.findLast((change) => change.seq < seq);
    return last?.connected ? last.seq : null;
  }

  get participants(): IterableIterator<string> {
    return this.members.keys();
  }

  #take({ event, seq, data }: LoggedWireEvent): void {
    switch (event) {
      case 'conversation.created':
      case 'conversation.configured': {
        const config = data['config'] as
          | { consistency?: Data; history?: { visibility?: string } }
          | undefined;
        this.#levels.push({ seq, level: config?.consistency });
        this.#visibility.push({ seq, sinceJoin: config?.history?.visibility === 'sinceJoin' });
        return;
      }
      case 'participant.joined': {
        const participant = data['participant'] as { id: string; consistency?: Data };
        this.members.set(participant.id, { joined: seq, left: null, own: participant.consistency ?? null });
        return this.#connected(participant.id, seq, true);
      }
      case 'participant.returned':
        return this.#connected(data['participant'] as string, seq, true);
      case 'participant.disconnected':
        return this.#connected(data['participant'] as string, seq, false);
      case 'participant.left': {
        const membership = this.members.get(data['participant'] as string);
        if (membership) membership.left = seq;
        return this.#connected(data['participant'] as string, seq, false);
      }
    }
  }

  #connected(participant: string, seq: number, connected: boolean): void {
    const changes = this.#connections.get(participant);
    if (changes) changes.push({ seq, connected });
    else this.#connections.set(participant, [{ seq, connected }]);
  }
}

export const hears = (audience: LoggedWireEvent['audience'], participant: string): boolean =>
  audience === 'all' || audience.includes(participant);

/** The defaults that delivery.md names. */
const DEFAULTS = { barrierTimeoutMs: 5_000, maxLagMs: 200 };

const withDefaults = (level: Data): Level => ({ ...DEFAULTS, ...level }) as unknown as Level;

/** The greatest of `seqs` (ascending) that is below `seq`, else `start`. */
export function predecessor(seqs: readonly number[], seq: number, start: number): number {
  let [low, high] = [0, seqs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (seqs[middle]! < seq) low = middle + 1;
    else high = middle;
  }
  return Math.max(start, seqs[low - 1] ?? start);
}
