import { lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
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
  const addressesOf = callbackify(async (hostname: string): Promise<[LookupAddress, ...LookupAddress[]]> => {
    const [first, ...others] = await resolved(hostname, resolve);
    if (!first) throw new EgressError('resolution');
    const all = [first, ...others] as const;
    if (!all.every(({ address }) => isWithin(trust, address))) throw new EgressError('address');
    return [...all];
  });
  return (hostname, options, callback) => {
    addressesOf(hostname, (error, addresses) => {
      if (error) callback(error, '', 0);
      else if (options.all) callback(null, addresses);
      else callback(null, addresses[0].address, addresses[0].family);
    });
  };
}

async function resolved(hostname: string, resolve: Resolve): Promise<readonly LookupAddress[]> {
  try {
    return await resolve(hostname);
  } catch (error) {
    throw new EgressError('resolution', { cause: error });
  }
}
