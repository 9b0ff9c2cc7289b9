import type { Surroundings } from '../clients/surroundings.ts';

/** The real clock, and a real WebSocket to the hub on `port`. */
export function realSurroundings(port: number): Surroundings {
  return {
    now: () => Date.now(),
    after: (ms, task) => {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
    connect: (listener) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/ws`, ['parley.v1']);
      socket.addEventListener('open', () => listener.open());
      socket.addEventListener('message', ({ data }) => listener.message(String(data)));
      socket.addEventListener('close', () => listener.close());
      // A refused connection is followed by `close`, after which the client tries again.
      socket.addEventListener('error', () => socket.close());
      return {
        send: (text) => socket.send(text),
        close: () => socket.close(),
      };
    },
  };
}
