import { isIP } from 'node:net';
import { isLoopback, isPublicUnicast } from './addresses.ts';
import { EgressError } from './egress-error.ts';

/** What an operator lets users' addresses be, beside public ones. */
export interface EgressPolicy {
  /** `host:port` that may be called by http too, and whatever they resolve to. */
  readonly allow: readonly string[];
  /** This machine by its own names, by http too: under `--open`, where everybody is on it. */
  readonly loopback: boolean;
}

/** What a connection to a host and port may lead to. */
export type Trust = 'anything' | 'loopback' | 'public';

/** Decides, without asking the network, what an address may be and where its name may lead. */
export class EgressRules {
  readonly #allow: ReadonlySet<string>;
  readonly #loopback: boolean;

  constructor({ allow, loopback }: EgressPolicy) {
    this.#allow = new Set(allow.map((entry) => entry.toLowerCase().replace(/^\[(.*)\]:/, '$1:')));
    this.#loopback = loopback;
  }

  /**
   * The parsed address. The parser has turned every notation of an IPv4 address (decimal, octal,
   * hexadecimal, shortened, full-width) into the plain one.
   * @throws EgressError `endpoint.blocked`
   */
  check(address: string): URL {
    const url = URL.parse(address);
    if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') throw new EgressError('url');
    if (url.username !== '' || url.password !== '') throw new EgressError('credentials');
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const trust = this.trustIn(host, portOf(url));
    if (isIP(host) !== 0 && !isWithin(trust, host)) throw new EgressError('address');
    if (url.protocol !== 'https:' && trust === 'public') throw new EgressError('scheme');
    return url;
  }

  /** `host` as in a parsed URL, an IPv6 address without its brackets. */
  trustIn(host: string, port: number): Trust {
    if (this.#allow.has(`${host}:${port}`)) return 'anything';
    // Not a name that merely resolves to this machine: whoever owns the name chose where it leads.
    return this.#loopback && (host === 'localhost' || isLoopback(host)) ? 'loopback' : 'public';
  }
}

export const portOf = ({ port, protocol }: { port: string; protocol: string }): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

export const isWithin = (trust: Trust, address: string): boolean =>
  trust === 'anything' ||
  (trust === 'loopback' && isLoopback(address)) ||
  (trust === 'public' && isPublicUnicast(address));
