/**
 * What a client of one conversation saw, in its own order. Histories are all that the checkers know:
 * they are written from the wire's description and share nothing with the hub's code.
 */
export interface History {
  readonly client: string;
  readonly conversation: string;
  /** It stayed connected until everything was quiet, so it must have seen the log to its end. */
  readonly complete: boolean;
  readonly entries: readonly Entry[];
}

export type Entry =
  /** A command was sent; again under the same `id` where an answer stayed out. */
  | { readonly kind: 'invoke'; readonly id: string; readonly op: string; readonly data: Data }
  | { readonly kind: 'ok'; readonly id: string; readonly seq: number | null; readonly data: Data }
  | { readonly kind: 'fail'; readonly id: string; readonly code: string; readonly retryable: boolean }
  /** The connection ended: whatever has no answer yet has an unknown outcome. */
  | { readonly kind: 'lost' }
  /** A join was answered. The chain of events goes on behind `from`. */
  | {
      readonly kind: 'joined';
      readonly participant: string;
      readonly epoch: string;
      readonly resumed: boolean;
      readonly from: number;
    }
  | { readonly kind: 'event'; readonly event: WireEvent };

export type Data = Readonly<Record<string, unknown>>;

export interface WireEvent {
  readonly event: string;
  readonly conversation: string;
  /** Absent on ephemeral events. */
  readonly seq?: number;
  readonly after?: number;
  readonly at: string;
  readonly by?: string;
  readonly data: Data;
}

/** A durable event, as the whole log of a conversation has it when read at the end. */
export interface LoggedWireEvent extends WireEvent {
  readonly seq: number;
}

export const isLogged = (event: WireEvent): event is LoggedWireEvent => event.seq !== undefined;

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
