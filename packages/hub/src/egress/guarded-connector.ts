import { lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { EgressError } from './egress-error.ts';
import type { EgressRules, Trust } from './egress-rules.ts';
import { isWithin, portOf } from './egress-rules.ts';

/** All addresses of a name, as the machine's resolver knows them. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export const systemResolver: Resolve = (hostname) => lookup(hostname, { all: true });

/**
 * Opens connections and nothing but the ones that the rules allow. The look-up that is checked is the one
 * whose addresses are connected to: a name that resolves differently a moment later is checked then, too.
 */
export function guardedConnector(
  rules: EgressRules,
  resolve: Resolve,
  connectMs: number,
): buildConnector.connector {
  const connectorFor = (trust: Trust): buildConnector.connector =>
    buildConnector({ timeout: connectMs, allowH2: false, lookup: guardedLookup(trust, resolve) });
  const connectors: Readonly<Record<Trust, buildConnector.connector>> = {
    anything: connectorFor('anything'),
    loopback: connectorFor('loopback'),
    public: connectorFor('public'),
  };
  return (options, callback) => {
    const trust = rules.trustIn(options.hostname, portOf(options));
    // A literal address is never looked up, so it is checked here.
    if (isIP(options.hostname) !== 0 && !isWithin(trust, options.hostname)) {
      callback(new EgressError('address'), null);
      return;
    }
    connectors[trust](options, callback);
  };
}

/** One address of the wrong sort spoils the name: which one is taken would be the attacker's choice. */
function guardedLookup(trust: Trust, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    const refuse = (error: EgressError): void => callback(error, '', 0);
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (!first) return refuse(new EgressError('resolution'));
        if (!addresses.every(({ address }) => isWithin(trust, address))) {
          return refuse(new EgressError('address'));
        }
        if (options.all) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => refuse(new EgressError('resolution', { cause: error })),
    );
  };
}
