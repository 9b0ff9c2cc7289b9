import { isLoopback } from '../sessions/rates.ts';

/**
 * Which web pages may call the hub: its own, and those of the configuration. A browser always names the
 * page's origin on WebSockets and on calls that change something; a program that is no browser names none.
 */
export class OriginPolicy {
  readonly #allowed: ReadonlySet<string>;
  readonly #ownHosts: ReadonlySet<string>;
  readonly #open: boolean;

  constructor(options: {
    /** Foreign origins that may call. */
    allowed: readonly string[];
    /** Names under which the hub itself is reached, beside those of this machine. */
    ownHosts: readonly string[];
    /** Nobody needs a token. */
    open: boolean;
  }) {
    this.#allowed = new Set(options.allowed);
    this.#ownHosts = new Set(options.ownHosts);
    this.#open = options.open;
  }

  /** `host` is the request's own Host header: a page from there is the hub's own console. */
  allows(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined || this.#allowed.has(origin)) return true;
    const url = URL.parse(origin);
    return url !== null && /^https?:$/.test(url.protocol) && url.host === host && this.trusts(host);
  }

  /**
   * Without tokens, the name that a request came by must be one of this machine's: any other was made by
   * a page whose name was pointed here to get around the browser's rules (DNS rebinding).
   */
  trusts(host: string | undefined): boolean {
    if (!this.#open) return true;
    const name = host === undefined ? null : URL.parse(`http://${host}`)?.hostname;
    if (!name) return false;
    return isLoopback(name.replace(/^\[|\]$/g, '')) || this.#ownHosts.has(name);
  }

  /** Whether to tell a browser that a page of another origin may read the answer. */
  isForeign(origin: string | undefined): origin is string {
    return origin !== undefined && this.#allowed.has(origin);
  }
}
