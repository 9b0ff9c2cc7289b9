/**
 * What a client of one conversation saw, in its own order. Histories are all that the checkers know:
 * they are written from the wire's description and share nothing with the hub's code.
 */
export interface History {
  readonly client: string;
  readonly conversation: string;
  /** It stayed connected until everything was quiet, so it must have seen its chain to its end. */
  readonly complete: boolean;
  /** Its connections were never slow: as long as one lasted, every ephemeral event for all reached it. */
  readonly attentive: boolean;
  /** The commands of one connection reach the hub as they were sent; over HTTP calls can overtake each other. */
  readonly ordered: boolean;
  /** How long a frame took at most from one end of its connections to the other, in ms. */
  readonly networkMs: number;
  readonly entries: readonly Entry[];
}

/** Something that a client did or was told. */
export type Entry = Happening & {
  /** By a clock that all clients of one evidence share and nobody sets, in ms. */
  readonly when: number;
};

export type Happening =
  /** A command was sent; again under the same `id` where an answer stayed out. */
  | {
      readonly kind: 'invoke';
      readonly id: string;
      readonly op: string;
      readonly data: Data;
      readonly basedOn?: number;
    }
  | { readonly kind: 'ok'; readonly id: string; readonly seq: number | null; readonly data: Data }
  | {
      readonly kind: 'fail';
      readonly id: string;
      readonly code: string;
      readonly retryable: boolean;
      readonly details?: Data;
    }
  /** The connection ended: whatever has no answer yet has an unknown outcome. */
  | { readonly kind: 'lost' }
  /** Came back with a resume token, as far as the client is concerned: the answer may stay out. */
  | { readonly kind: 'resuming'; readonly participant: string; readonly from: number }
  /** Its resume was refused. */
  | { readonly kind: 'denied'; readonly participant: string; readonly code: string }
  /** A join was answered. The chain of events goes on behind `from`. */
  | {
      readonly kind: 'joined';
      readonly participant: string;
      readonly epoch: string;
      readonly resumed: boolean;
      readonly from: number;
      /** The events of the catch-up. */
      readonly shown: readonly WireEvent[];
      /** What else the catch-up said, and how many events it was asked for. */
      readonly catchUp?: CaughtUp;
    }
  /** It said that everything up to `seq` has arrived. */
  | { readonly kind: 'acked'; readonly seq: number }
  | { readonly kind: 'event'; readonly event: WireEvent };

/** A catch-up without its events, which are `shown`. */
export interface CaughtUp {
  readonly last: number;
  readonly state: Data;
  readonly missed: number;
  readonly waiting: readonly Data[];
  readonly summary?: { readonly text: string; readonly upTo: number; readonly cites: readonly number[] };
}

export type Data = Readonly<Record<string, unknown>>;

export interface WireEvent {
  readonly event: string;
  readonly conversation: string;
  /** Absent on ephemeral events. */
  readonly seq?: number;
  readonly after?: number;
  /** Sent ahead of a causal view's backlog (CS-3). */
  readonly early?: boolean;
  readonly at: string;
  readonly by?: string;
  readonly data: Data;
}

export interface DurableWireEvent extends WireEvent {
  readonly seq: number;
}

/** A durable event as the whole log of a conversation has it when read at the end. */
export interface LoggedWireEvent extends DurableWireEvent {
  /** Whose chain it belongs to, as stored with it (RT-7). */
  readonly audience: 'all' | readonly string[];
}

export const isLogged = (event: WireEvent): event is DurableWireEvent => event.seq !== undefined;

/** A promise that a history shows to be broken. */
export interface Violation {
  /** The rule of docs/spec that does not hold. */
  readonly rule: string;
  /** Which client, seq or command, and what is wrong. */
  readonly text: string;
}

/** Everything about one conversation that a checker may look at. */
export interface Evidence {
  readonly histories: readonly History[];
  /** The log from its beginning, read once everything was quiet. */
  readonly log: readonly LoggedWireEvent[];
}

/** All participants a client was, in the order of joining. */
export function participantsOf(history: History): ReadonlySet<string> {
  return new Set(history.entries.flatMap((entry) => (entry.kind === 'joined' ? [entry.participant] : [])));
}

/** From the answer to a join to the end of that connection, or to the next such answer. */
export interface Stay {
  readonly client: string;
  readonly joined: Entry & { readonly kind: 'joined' };
  readonly entries: readonly Entry[];
  /** How it ended; null where the history ends first. */
  readonly end: Entry | null;
}

/** A history as the stretches in which events could come, and what came outside of them. */
export function staysOf({ client, entries }: History): { stays: Stay[]; outside: Entry[] } {
  const stays: Stay[] = [];
  const outside: Entry[] = [];
  let open: { joined: Stay['joined']; entries: Entry[] } | null = null;
  const close = (end: Entry | null): void => {
    if (open) stays.push({ client, ...open, end });
    open = null;
  };
  for (const entry of entries) {
    if (entry.kind === 'joined') {
      close(entry);
      open = { joined: entry, entries: [] };
    } else if (entry.kind === 'lost') close(entry);
    else (open?.entries ?? outside).push(entry);
  }
  close(null);
  return { stays, outside };
}

/** When each durable event is known to have been published: at the latest when anybody first had it. */
export function firstSeen(histories: readonly History[]): ReadonlyMap<number, number> {
  const seen = new Map<number, number>();
  for (const { entries } of histories) {
    for (const entry of entries) {
      if (entry.kind !== 'event' || !isLogged(entry.event)) continue;
      const { seq } = entry.event;
      seen.set(seq, Math.min(entry.when, seen.get(seq) ?? entry.when));
    }
  }
  return seen;
}
