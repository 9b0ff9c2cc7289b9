import type {
  BridgedKind,
  CommandData,
  ConversationView,
  ParticipantId,
  ParticipantInterface,
  ParticipantKind,
  ParticipantView,
  ReportedFailure,
  Seq,
  SpeechPart,
} from '@parley/core';
import type { BridgeSettings } from '@parley/protocol';
import type { Clock } from './clock.ts';
import type { ParleyError } from './errors.ts';
import type { DurableWireEvent, WireEvent } from './events.ts';
import type { TranscriptLine } from './transcript-lines.ts';

export interface ConnectOptions {
  /** Without one, a hub started with `--open` makes the caller a guest. */
  readonly token?: string;
  /** How this program names itself to the hub, such as `console/0.1.0`. */
  readonly client?: string;
  /** Closes the connection when aborted, also long after it was made. */
  readonly signal?: AbortSignal;
  readonly reconnect?: ReconnectOptions;
  readonly clock?: Clock;
  /** Commands that may wait for an answer at the same time; further ones are refused here. Default 256. */
  readonly maxInFlight?: number;
  /** Lines that each room's transcript keeps. Default 2 000. */
  readonly transcriptLines?: number;
  /** Told what the listeners of this program throw; default: written to the console. */
  readonly onError?: (error: unknown) => void;
}

export interface ReconnectOptions {
  /** Ceiling of the first delay. Default 250. */
  readonly minMs?: number;
  /** Ceiling of every delay. Default 15 000. */
  readonly maxMs?: number;
  /** Where the jitter comes from: [0, 1). */
  readonly random?: () => number;
}

export type ConnectionStatus = 'connecting' | 'open' | 'reconnecting' | 'closed';

/** One connection to a hub; takes part in any number of conversations and reconnects by itself. */
export interface Connection {
  readonly principal: string;
  /** The token that was given, or the guest's that the hub gave. */
  readonly token: string | undefined;
  readonly status: ConnectionStatus;
  /** Why it is closed; null while it is not, or when it was closed here. */
  readonly closeError: ParleyError | null;
  onStatus(fn: (status: ConnectionStatus) => void): () => void;
  /** Milliseconds since 1970 by the hub's clock, as well as it is known here; never steps back. */
  serverNow(): number;
  join(conversation: string, options: JoinOptions): Promise<Room>;
  /** Leaves no conversation: within the grace the same participant can resume. */
  close(): Promise<void>;
}

export interface JoinOptions {
  readonly kind: ParticipantKind;
  readonly displayName: string;
  readonly roles?: readonly string[];
  readonly capabilities?: readonly string[];
  readonly topics?: readonly string[];
  readonly interests?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Whether it is offered the floor unasked where turns go round; agents are, humans are not. */
  readonly offers?: boolean;
  /** Stays a member while absent for long. */
  readonly async?: boolean;
  /** Humans: called while one is away and something waits; see {@link Room.setWebhook}. */
  readonly webhook?: { readonly url: string };
  /** By what one takes part, such as `console` or `terminal`, and what that can do. */
  readonly interface?: ParticipantInterface | string;
  readonly invite?: string;
  /**
   * How this participant's view is kept, where not as the conversation says: `strong`, `eventual`, `causal`
   * or `bestEffort`, with settings of its own (docs/guides/delivery.md).
   */
  readonly consistency?: { readonly kind: string; readonly [setting: string]: unknown };
  /** How many of the last events come along, for the transcript. */
  readonly catchUp?: { readonly last: number };
  /** Come back as the same participant; kept from an earlier {@link Room.resume}. */
  readonly resume?: ResumeState;
  readonly signal?: AbortSignal;
}

/** What is needed to come back: plain JSON. The token in it is a secret, and changes at each use. */
export interface ResumeState {
  readonly participant: ParticipantId;
  readonly token: string;
  readonly epoch: string;
  readonly seq: Seq;
}

/** How far this program's view is behind, as the hub says (CS-1, CS-2). */
export interface ViewLag {
  /** It has everything up to here. */
  readonly seq: Seq;
  /** What it lacks reaches up to here. */
  readonly head: Seq;
  /** How long the first of it had been waiting; null where the hub did not say. */
  readonly lagMs: number | null;
}

/** Something that waits for this participant: a vote, a question, its place in the queue. */
export interface WaitingItem {
  readonly kind: string;
  readonly [detail: string]: unknown;
}

/** CU-1, CU-2: what the last join or resume answered. */
export interface CatchUp {
  readonly state: ConversationView;
  readonly events: readonly DurableWireEvent[];
  /** Events that `events` leaves out. */
  readonly missed: number;
  readonly waiting: readonly WaitingItem[];
  /** Of what `events` leaves out, where that is much. */
  readonly summary?: CatchUpSummary;
}

export interface CatchUpSummary {
  /** Plain text; `[#18]` in it stands for the event with that seq. Made of what people said. */
  readonly text: string;
  readonly upTo: Seq;
  /** The seqs that the text names. */
  readonly cites: readonly Seq[];
}

export interface SendOptions {
  /** The last seq the author had seen. */
  readonly basedOn?: Seq;
  /** Stops waiting; a command that has been sent may still be carried out. */
  readonly signal?: AbortSignal;
}

/** A reply's data; `seq` is that of the last event that the command caused, where there was one. */
export type ReplyData = Readonly<Record<string, unknown>>;

export interface FloorRequestReply {
  /** `denied`: it was decided against at once, and the events say why. */
  readonly status: 'granted' | 'accepted' | 'pending' | 'denied';
  readonly grant?: Seq;
  readonly queuePosition?: number;
  readonly estimatedWaitMs?: number;
  readonly window?: string;
  readonly ballot?: string;
  readonly closesAt?: string;
}

export interface InterruptReply {
  readonly outcome: 'granted' | 'denied' | 'queued' | 'asked' | 'voting' | 'overlap' | 'deferred';
  /** Null where the floor was idle: then this was a request. */
  readonly interruption?: string | null;
  /** Why it was denied, and for people. */
  readonly code?: string;
  readonly message?: string;
  readonly ballot?: string;
  readonly grant?: Seq;
  readonly [detail: string]: unknown;
}

export type FloorRequestData = CommandData['floor.request'];

/** A bid for the next turn (TS-5). */
export type BidData = Omit<CommandData['bid.place'], 'window' | 'estimatedMs'> & {
  /** The one that is open, where left out. */
  readonly window?: string;
  /** How long the turn will take; as long as one's turns took so far, where left out. */
  readonly estimatedMs?: number;
};

/** Bidding for turns. Both throw `bidding.window_closed` where no window is open. */
export interface Bids {
  /** Bids, or bids anew: the last one counts. What is offered is in escrow until the window closes. */
  place(bid: BidData, options?: SendOptions): Promise<{ readonly bid: string; readonly submittedAt: string }>;
  /** Does not want this turn; what was bid is withdrawn. */
  pass(window?: string, options?: SendOptions): Promise<void>;
}

/** Somebody whom the hub is to reach for a conversation: an A2A agent, a model, an agent of the hub's own. */
export type BridgeRequest = {
  readonly [K in BridgedKind]: {
    readonly kind: K;
    readonly displayName: string;
    /** How it is reached. Never holds a secret: those are the operator's. */
    readonly settings: BridgeSettings<K>;
    /** When it wants the floor; when it is addressed, where left out. */
    readonly engagement?: { readonly kind: string; readonly [setting: string]: unknown };
    readonly roles?: readonly string[];
    readonly topics?: readonly string[];
    readonly interests?: readonly string[];
  };
}[BridgedKind];

/** What moderators do about participants that the hub reaches; those that there are stand in `view.bridges`. */
export interface Bridges {
  /** `pending` until a human moderator approves of it, where the one who asks is an agent. */
  add(
    request: BridgeRequest,
    options?: SendOptions,
  ): Promise<{ readonly bridge: string; readonly status: 'pending' | 'active' }>;
  approve(bridge: string, options?: SendOptions): Promise<void>;
  /** The participant leaves; also turns down what is pending. */
  remove(bridge: string, reason?: string, options?: SendOptions): Promise<void>;
}

/** What {@link Room.withFloor} takes beside the request itself. */
export interface TurnOptions {
  readonly signal?: AbortSignal;
  /** A bid that lost is made again for the next turn; false gives up. Default true. */
  readonly retry?: boolean;
  /** What the hub is told of an error that ended the work (DG-3); left out, or for null, nothing. */
  readonly failed?: (error: unknown) => ReportedFailure | null;
}

/** The floor, as this participant can act on it. */
export interface Floor {
  request(data?: FloorRequestData, options?: SendOptions): Promise<FloorRequestReply>;
  cancel(options?: SendOptions): Promise<{ readonly cancelled: boolean }>;
  /** `failed` says that there was something to say, and why it was not said (DG-3). */
  release(options?: SendOptions & { readonly failed?: ReportedFailure }): Promise<void>;
  interrupt(data?: CommandData['floor.interrupt'], options?: SendOptions): Promise<InterruptReply>;
  /** Says whether one gives way to somebody who asks (IP-4). */
  answer(interruption: string, grant: boolean, options?: SendOptions): Promise<void>;
  /** `endsAt` is null for the moment between the hub's answer and its event. */
  readonly mine: { readonly grant: Seq; readonly endsAt: string | null } | null;
  /** It was asked for here, and that has not come to an end: a floor that is held without it was offered. */
  readonly asked: boolean;
  /** My place in the queue, from 1; null when I am not in it. */
  readonly position: number | null;
  /** As the hub estimated it when I asked, less the time since; null where it is not known. */
  readonly estimatedWaitMs: number | null;
  revoke(participant: ParticipantId, reason?: string): Promise<void>;
  extend(ms: number): Promise<void>;
  reorder(participant: ParticipantId, position: number): Promise<void>;
}

export interface SayOptions {
  /** False keeps the floor. Default true. */
  readonly final?: boolean;
  readonly addressedTo?: readonly ParticipantId[];
  readonly expectsReply?: boolean;
  readonly inReplyTo?: Seq | string;
  readonly topics?: readonly string[];
  readonly to?: readonly ParticipantId[];
  /** Pieces that are not text, kept and passed on as they are. */
  readonly parts?: readonly SpeechPart[];
  readonly signal?: AbortSignal;
}

/** What a speaker adds when it has finished an utterance. */
export type Closing = Pick<SayOptions, 'addressedTo' | 'expectsReply'>;

/** Speech that is sent while it comes into being. */
export interface Utterance {
  readonly id: string;
  /** All that was written. */
  readonly text: string;
  /** Sends more; throws once the utterance is over or was cut off. */
  write(text: string): void;
  end(options?: {
    readonly final?: boolean;
    readonly addressedTo?: readonly ParticipantId[];
    readonly expectsReply?: boolean;
    readonly parts?: readonly SpeechPart[];
    readonly signal?: AbortSignal;
  }): Promise<void>;
}

/** The floor, held for the length of {@link Room.withFloor}. */
export interface Turn {
  readonly grant: Seq;
  /** Aborts when the floor is lost; its reason is a {@link ParleyError} `client.floor_lost`. */
  readonly signal: AbortSignal;
  /** Keeps the floor unless `final` is true. */
  say(text: string, options?: SayOptions): Promise<{ readonly utterance: string }>;
  /**
   * Says the pieces as they come; those that are not text are kept until the end. Answers the whole text;
   * rejects when the floor is lost meanwhile. `closing` is asked when all has been said.
   */
  stream(
    pieces: AsyncIterable<string | SpeechPart>,
    options?: SayOptions & { readonly closing?: () => Closing },
  ): Promise<string>;
}

/** Why a room is over, for this program. */
export interface RoomClosed {
  readonly cause: 'left' | 'removed' | 'timeout' | 'ended' | 'replaced' | 'lost' | 'closed';
  /** Null when one left, or closed the connection. */
  readonly error: ParleyError | null;
}

/** One conversation, seen and acted in as one participant. */
export interface Room {
  readonly id: string;
  /** My participant id. */
  readonly me: ParticipantId;
  readonly self: ParticipantView | undefined;
  /** The conversation now. Never changed in place: a new object after each event. */
  readonly view: ConversationView;
  /** `view` as of the last event that was no piece of speech: the same object while somebody just talks. */
  readonly outline: ConversationView;
  readonly transcript: readonly TranscriptLine[];
  readonly resume: ResumeState;
  readonly catchUp: CatchUp;
  /** What the calls of one's webhook are signed with (Standard Webhooks); null without a webhook. */
  readonly webhookSecret: string | null;
  /** Null unless the hub says that this view is behind: what is seen may be old. */
  readonly lag: ViewLag | null;
  /** Null while one takes part. */
  readonly closed: RoomClosed | null;
  /** False between a disconnect and the resume after it: what is seen may be old. */
  readonly live: boolean;
  /** View, transcript, `live` or `closed` changed. Called once per microtask at most. */
  subscribe(fn: () => void): () => void;
  /**
   * Every event, durable and ephemeral, each once and in order. One that is `early` comes ahead of others;
   * view and transcript take it in at its place (CS-3).
   */
  on(fn: (event: WireEvent) => void): () => void;
  /** The suffix could not be had (CS-5): `view` was replaced by a snapshot, and events in between are missing. */
  onReset(fn: (catchUp: CatchUp) => void): () => void;
  onClosed(fn: (closed: RoomClosed) => void): () => void;
  /**
   * Every event from now on. Ends when the room closes; throws `client.buffer_overflow` when more
   * than `buffer` (default 4 096) events wait for their reader.
   */
  events(options?: { readonly signal?: AbortSignal; readonly buffer?: number }): AsyncIterable<WireEvent>;
  /** Puts older events, read by HTTP, before what the transcript has. */
  addHistory(events: readonly DurableWireEvent[]): void;

  readonly floor: Floor;
  /** Says one whole utterance. Needs the floor. */
  say(text: string, options?: SayOptions): Promise<{ readonly utterance: string }>;
  /** Begins an utterance that is sent in pieces. Needs the floor. */
  utter(options?: Omit<SayOptions, 'final' | 'expectsReply' | 'parts'>): Promise<Utterance>;
  /**
   * Requests the floor, waits for it, runs `work`, releases. A floor that is held already (an offer, a
   * turn given back) is used. Calls of one room follow each other.
   */
  withFloor<T>(work: (turn: Turn) => Promise<T>, request?: FloorRequestData & TurnOptions): Promise<T>;
  readonly bids: Bids;
  readonly bridges: Bridges;
  /** Votes in an open ballot: a candidate, a ranking, approvals, yes, no, or `abstain`. The last vote counts. */
  vote(ballot: string, choice: CommandData['vote.cast']['choice'], options?: SendOptions): Promise<void>;
  /** Moderators: gives credits out of nothing; a negative value burns. Answers the account. */
  mint(
    participant: ParticipantId,
    value: number,
    reason?: string,
  ): Promise<{ readonly balance: number; readonly escrow: number }>;
  /** Moderators: keeps the floor from somebody, for `ms` or until {@link unmute} (DG-3). */
  mute(
    participant: ParticipantId,
    options?: { readonly reason?: string; readonly ms?: number },
  ): Promise<void>;
  /** Answers whether it was muted. */
  unmute(participant: ParticipantId): Promise<boolean>;

  react(to: Seq | string, kind: string, rating?: number): Promise<void>;
  signal(kind: CommandData['signal']['kind'], text?: string): Promise<void>;
  /**
   * The shared context. Where this view is strong, each of these is refused with `context.conflict` if
   * something was said meanwhile that it does not have (CS-1).
   */
  setTopic(topic: string, options?: SendOptions): Promise<void>;
  openItem(item: CommandData['item.open'], options?: SendOptions): Promise<ReplyData>;
  resolveItem(item: string, resolution: string, options?: SendOptions): Promise<void>;
  recordDecision(
    decision: Omit<CommandData['decision.record'], 'basedOn'> & { readonly basedOn?: Seq },
    options?: SendOptions,
  ): Promise<ReplyData>;
  setPresence(status: CommandData['presence.set']['status'], expectedReturn?: string): Promise<void>;
  subscribeTopics(topics: readonly string[], interests?: readonly string[]): Promise<void>;
  /**
   * Where the hub calls this human while it is away and its turn, a vote or a mention waits; null for
   * nowhere. Answers {@link webhookSecret}. Throws `endpoint.blocked` where the hub would not call there.
   */
  setWebhook(url: string | null): Promise<string | null>;
  leave(reason?: string): Promise<void>;
  /** Any command of the wire. It is sent again after a reconnect until it is answered, and carried out once. */
  send(op: string, data?: Readonly<Record<string, unknown>>, options?: SendOptions): Promise<ReplyData>;
}
