import type { Seq } from '@parley/core';
import { eventFrame } from '@parley/protocol';
import { Awaiting } from '../awaiting.fixture.ts';
import type { AnyFrame } from '../hub.fixture.ts';

/** What becomes of a command, whatever carried it. */
export interface Reply {
  readonly ok: boolean;
  readonly seq?: Seq;
  // Tests read answers freely; what they find there is what they assert.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data?: any;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly error?: any;
}

/** What a participant needs to come back as who it was. */
export interface ResumeFrom {
  readonly participant: string;
  readonly token: string;
  readonly epoch: string;
  readonly seq: Seq;
}

/** Ids are unique over all peers, as they are with the SDK. */
let ids = 0;

/**
 * A participant at the far end of a channel (CN-1): all that the suite knows of a channel is this. One
 * peer is in one conversation at a time.
 */
export abstract class ChannelPeer extends Awaiting {
  /** Durable and ephemeral events in the order in which they came. */
  readonly events: AnyFrame[] = [];
  /** The guest's token, by which it can be recognised on other connections. */
  token: string | undefined;
  conversation = '';
  /** Null until it has joined. */
  resume: ResumeFrom | null = null;
  /** Something that ended the channel without anybody asking for it. */
  failure: Error | null = null;

  /** Gives one command and waits for what becomes of it. */
  abstract exchange(frame: { id: string; op: string; conversation: string; data: unknown }): Promise<Reply>;
  /** Loses the connection as a network does, without a word. */
  abstract lose(): Promise<void>;
  /** Reads no more, while the connection stands; {@link readOn} goes on where that was. */
  abstract stopReading(): void;
  abstract readOn(): void;
  /** Ends everything. Nothing comes afterwards. */
  abstract close(): Promise<void>;
  /** Whatever comes behind `after` in this participant's chain is received, once this has resolved. */
  protected abstract follow(after: Seq): Promise<void>;
  /** Gives a command that is answered only where it is refused, or where a call has to be answered. */
  abstract push(op: string, data: object): Promise<void>;

  get me(): string {
    return this.resume?.participant ?? '';
  }

  /** Of the last durable event, or where the chain began. */
  get last(): Seq {
    return this.durable().at(-1)?.['seq'] ?? this.resume?.seq ?? 0;
  }

  durable(): AnyFrame[] {
    return this.events.filter(({ seq }) => seq !== undefined);
  }

  /** Gives a command; what becomes of it is for the test to judge. */
  ask(op: string, data: unknown = {}, id = `s${(ids += 1)}`): Promise<Reply> {
    return this.exchange({ id, op, conversation: this.conversation, data });
  }

  /** The data of an accepted command; a refusal fails the test. */
  // oxlint-disable-next-line typescript/no-explicit-any
  async do(op: string, data: unknown = {}): Promise<any> {
    const reply = await this.ask(op, data);
    if (!reply.ok) throw new Error(`${op}: ${JSON.stringify(reply.error)}`);
    return reply.data;
  }

  /**
   * Joins, or comes back where `data` says so. The answer is for the test to judge, and followed if accepted;
   * events from before are forgotten.
   */
  async tryToJoin(conversation: string, data: object, id = `s${(ids += 1)}`): Promise<Reply> {
    this.conversation = conversation;
    this.events.length = 0;
    const reply = await this.exchange({ id, op: 'conversation.join', conversation, data });
    if (!reply.ok) return reply;
    const { participant, resumeToken: token, epoch, seq, resumed } = reply.data;
    const from = resumed ? (data as { resume: ResumeFrom }).resume.seq : (seq as Seq);
    this.token = reply.data.token ?? this.token;
    this.resume = { participant, token, epoch, seq: from };
    await this.follow(from);
    return reply;
  }

  /** The data of an accepted join. */
  // oxlint-disable-next-line typescript/no-explicit-any
  async join(conversation: string, data: object): Promise<any> {
    const reply = await this.tryToJoin(conversation, data);
    if (!reply.ok) throw new Error(`join: ${JSON.stringify(reply.error)}`);
    return reply.data;
  }

  /** Resumes from the last seq it has, or with a change to that. */
  comeBack(data: object, change: Partial<ResumeFrom> = {}): Promise<Reply> {
    return this.tryToJoin(this.conversation, {
      ...data,
      resume: { ...this.resume, seq: this.last, ...change },
    });
  }

  event(type: string, match: (frame: AnyFrame) => boolean = () => true): Promise<AnyFrame> {
    return this.until(type, () => this.events.find((frame) => frame['event'] === type && match(frame)));
  }

  /** Until the event with this seq has come. */
  upTo(seq: Seq): Promise<AnyFrame> {
    return this.until(`seq ${seq}`, () => this.events.find((frame) => frame['seq'] === seq));
  }

  /**
   * Each durable event names the one before it, from where the chain began: nothing lacks, nothing comes twice.
   * @throws Error at the first that does not.
   */
  expectChain(): void {
    let last = this.resume!.seq;
    for (const { seq, after, event } of this.durable()) {
      if (after !== last || seq <= last)
        throw new Error(`seq ${seq} (${event}) after ${after}, behind ${last}`);
      last = seq;
    }
  }

  protected received(frame: AnyFrame): void {
    // Whatever a test is about: the hub sends what the protocol's documents say.
    eventFrame.parse(frame);
    if (frame['conversation'] === this.conversation) this.events.push(frame);
    this.changed();
  }

  protected failed(error: Error): void {
    this.failure ??= error;
    this.changed();
  }

  protected seen(): string {
    const events = this.events.map((frame) => JSON.stringify(frame).slice(0, 160)).join('\n');
    return `failure: ${this.failure?.message ?? 'none'}; seen:\n${events}`;
  }
}
