import type { TransportFactory } from '@parley/client';
import type { LocalConnection } from '@parley/hub';

/** The SDK's transport over a connection within the hub's own process. */
export const localTransport =
  (connectLocal: () => LocalConnection): TransportFactory =>
  (listener) => {
    const connection = connectLocal();
    let closed = false;
    connection.onClose((code, reason) => {
      closed = true;
      listener.close(code, reason);
    });
    // Not from within this call: whoever opens a transport has it in hand before it speaks.
    queueMicrotask(() => {
      if (closed) return;
      listener.open();
      connection.onMessage((text) => listener.message(text));
    });
    return {
      send: (text) => connection.send(text),
      close: (code, reason) => connection.close(code, reason),
    };
  };
