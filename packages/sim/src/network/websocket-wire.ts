import type { Wire, WireListener } from '../clients/surroundings.ts';

/** A real WebSocket to the hub on `port`. */
export function webSocketWire(port: number, listener: WireListener): Wire {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/ws`, ['parley.v1']);
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    listener.close();
  };
  socket.addEventListener('open', () => listener.open());
  socket.addEventListener('message', ({ data }) => {
    if (!over) listener.message(String(data));
  });
  socket.addEventListener('close', end);
  // A refused connection is followed by `close`, after which the client tries again.
  socket.addEventListener('error', () => socket.close());
  return {
    send: (text) => socket.send(text),
    close: () => {
      socket.close();
      // On a half-open connection nobody answers the close: it is over when the client says so.
      end();
    },
  };
}
