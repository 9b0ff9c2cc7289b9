import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the hub sends: https://www.standardwebhooks.com, with this in `data`. */
export interface Notice {
  readonly type: 'notification.turn' | 'notification.vote' | 'notification.mention';
  readonly timestamp: string;
  readonly data: {
    readonly conversation: string;
    readonly title: string;
    readonly participant: string;
    readonly kind: 'turn' | 'vote' | 'mention';
    readonly seq: number;
    readonly excerpt?: string;
    readonly url?: string;
  };
}

/** Older calls are refused, so that one that was overheard cannot be played again. */
const TOLERANCE_SECONDS = 300;

/** The call's notice if the hub that gave out `secret` made it just now; else null. */
export function verify(secret: string, headers: IncomingHttpHeaders, body: string): Notice | null {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  const age = Math.abs(Date.now() / 1_000 - Number(timestamp));
  if (typeof signatures !== 'string' || !(age <= TOLERANCE_SECONDS)) return null;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key)
    .update(`${String(id)}.${String(timestamp)}.${body}`)
    .digest();
  const genuine = signatures.split(' ').some((each) => {
    const [version, signature = ''] = each.split(',');
    const given = Buffer.from(signature, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
  return genuine ? (JSON.parse(body) as Notice) : null;
}

/**
 * Answers the hub's calls on a free port of this machine. `secretOf` is asked at each call, because the
 * secret is known only when one has joined with the receiver's address.
 */
export async function startReceiver(secretOf: () => string | null, told: (notice: Notice) => void) {
  const seen = new Set<string>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const secret = secretOf();
      const notice = secret === null ? null : verify(secret, request.headers, body);
      // At once: the hub takes a slow answer for none, and calls again.
      response.writeHead(notice ? 204 : 401).end();
      const id = String(request.headers['webhook-id']);
      // The same notification may come more than once; its id stays the same.
      if (!notice || seen.has(id)) return;
      seen.add(id);
      told(notice);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
