import type { Hub } from '../../app.ts';
import type { TestPeer } from '../hub.fixture.ts';
import { DUPLEX, WebSocketPeer } from '../hub.fixture.ts';
import type { Reply } from './peer.fixture.ts';
import { ChannelPeer } from './peer.fixture.ts';

/** A participant over a channel that carries frames both ways: one connection for commands and events. */
export class FramePeer extends ChannelPeer {
  readonly #hub: Hub;
  readonly #kind: keyof typeof DUPLEX;
  #wire: TestPeer | null = null;
  #taken = 0;
  #pushed = 0;

  constructor(hub: Hub, kind: keyof typeof DUPLEX) {
    super();
    this.#hub = hub;
    this.#kind = kind;
  }

  async exchange(frame: { id: string; op: string; conversation: string; data: unknown }): Promise<Reply> {
    const wire = await this.#connected();
    const { id, op, conversation, data } = frame;
    const reply = await wire.ask(op, conversation, data, id);
    return reply as unknown as Reply;
  }

  async lose(): Promise<void> {
    const wire = this.#wire;
    this.#wire = null;
    if (!wire) return;
    // A socket that is torn down says no good-bye; within a process, being closed is all there is.
    if (wire instanceof WebSocketPeer) wire.ws.terminate();
    else wire.close();
    await wire.closing();
  }

  stopReading(): void {
    if (!(this.#wire instanceof WebSocketPeer)) throw new Error('what this channel sends has arrived');
    this.#wire.ws.pause();
  }

  readOn(): void {
    if (this.#wire instanceof WebSocketPeer) this.#wire.ws.resume();
  }

  async push(op: string, data: object): Promise<void> {
    const wire = await this.#connected();
    const id = `push${(this.#pushed += 1)}`;
    wire.sendText(JSON.stringify({ id, op, conversation: this.conversation, data }));
  }

  close(): Promise<void> {
    return this.lose();
  }

  /** Events come by themselves. */
  protected async follow(): Promise<void> {}

  async #connected(): Promise<TestPeer> {
    if (this.#wire && !this.#wire.closedWith) return this.#wire;
    const wire = await DUPLEX[this.#kind]!(this.#hub);
    this.#wire = wire;
    this.#taken = 0;
    wire.onChange = () => this.#take(wire);
    const greeting = await wire.do('hello', undefined, this.token === undefined ? {} : { token: this.token });
    this.token = (greeting.token as string | undefined) ?? this.token;
    return wire;
  }

  #take(wire: TestPeer): void {
    if (wire !== this.#wire) return;
    for (const frame of wire.frames.slice(this.#taken))
      if (frame['event'] !== undefined) this.received(frame);
    this.#taken = wire.frames.length;
    if (wire.closedWith) this.failed(new Error(`closed with ${wire.closedWith.code}`));
  }
}
