import { WS_PATH, WS_SUBPROTOCOL } from '@parley/protocol';
import { ParleyError } from './errors.ts';

/** What a transport tells its one listener. `open` at most once, `close` exactly once and last. */
export interface TransportListener {
  open(): void;
  message(text: string): void;
  /** `code` as in the wire's table of close codes; 1006 where the other side just vanished. */
  close(code: number, reason: string): void;
}

/** A way to exchange text frames with a hub: a WebSocket, or a hub in the same process. */
export interface Transport {
  /** Only called between `open` and `close`. */
  send(text: string): void;
  /** Ends it; the listener's `close` follows, or has been called. */
  close(code?: number, reason?: string): void;
}

/** Opens one transport; called again for every reconnect. Failures are reported as `close`, not thrown. */
export type TransportFactory = (listener: TransportListener) => Transport;

/**
 * The address of a hub's API under `path`, from whatever a person pastes: http(s) or ws(s), with or
 * without a path of its own.
 */
export function hubUrl(url: string, path: string, scheme: 'http' | 'ws'): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (cause) {
    throw new ParleyError({ code: 'request.invalid', message: `not an address: ${url}`, cause });
  }
  const secure = parsed.protocol === 'https:' || parsed.protocol === 'wss:';
  if (!secure && parsed.protocol !== 'http:' && parsed.protocol !== 'ws:') {
    throw new ParleyError({
      code: 'request.invalid',
      message: `a hub's address starts with http, https, ws or wss, not ${parsed.protocol}`,
    });
  }
  const base = parsed.pathname.replace(/\/(v1(\/ws)?\/?)?$/, '');
  return `${scheme}${secure ? 's' : ''}://${parsed.host}${base}${path}`;
}

/** WebSockets as browsers and Node have them. */
export function webSocketTransport(url: string): TransportFactory {
  const address = hubUrl(url, WS_PATH, 'ws');
  return (listener) => {
    const socket = new WebSocket(address, WS_SUBPROTOCOL);
    socket.addEventListener('open', () => listener.open());
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') listener.message(data);
    });
    // An `error` is always followed by a `close`, which says as much.
    socket.addEventListener('close', ({ code, reason }) => listener.close(code, reason));
    return {
      send: (text) => socket.send(text),
      close: (code = 1000, reason = '') => socket.close(code, reason),
    };
  };
}
