import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { Link, SOUND, type Conditions } from './link.ts';

/** What can happen to a connection. */
export type Strike =
  /** Both ends get a FIN. */
  | { readonly kind: 'finished' }
  /** Both ends get a RST. */
  | { readonly kind: 'reset' }
  /** Neither end gets anything for so long, and then a RST. */
  | { readonly kind: 'halfOpen'; readonly ms: number }
  /** It goes on, but slower. */
  | { readonly kind: 'slowed'; readonly conditions: Conditions };

/** More connections than this at once are refused: a run is bounded whatever its clients do. */
const LINKS_MAX = 1_000;

/** A TCP proxy on 127.0.0.1 before one port, with connections that break as they are told. */
export class Proxy {
  readonly port: number;
  readonly #server: Server;
  readonly #links: Set<Link>;

  private constructor(server: Server, links: Set<Link>) {
    this.#server = server;
    this.#links = links;
    this.port = (server.address() as AddressInfo).port;
  }

  /** `conditions` tells of each new connection how it will be. */
  static open(target: number, conditions: () => Conditions = () => SOUND): Promise<Proxy> {
    const links = new Set<Link>();
    // A FIN of one end is passed on when what was sent before it has been.
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      if (links.size >= LINKS_MAX) return client.destroy();
      const hub = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
      const link: Link = new Link(client, hub, conditions(), () => links.delete(link));
      links.add(link);
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => resolve(new Proxy(server, links)));
    });
  }

  get size(): number {
    return this.#links.size;
  }

  /** Strikes the connection that `choose` picks among those that work; false where there is none. */
  strike(strike: Strike, choose: (many: number) => number): boolean {
    const alive = [...this.#links].filter((link) => link.alive);
    const link = alive[choose(alive.length)];
    if (!link) return false;
    if (strike.kind === 'finished') link.finish();
    else if (strike.kind === 'reset') link.reset();
    else if (strike.kind === 'halfOpen') link.stall(strike.ms);
    else link.become(strike.conditions);
    return true;
  }

  /** Whatever works is sound from now on; what does not is reset. */
  heal(): void {
    for (const link of this.#links) {
      if (link.alive) link.become(SOUND);
      else link.reset();
    }
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const link of this.#links) link.reset();
    await closed;
  }
}
