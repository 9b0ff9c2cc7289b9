/** A member by a bare socket: it takes all events and acknowledges none of them. */
export class Silent {
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async joins(hub: string, conversation: string, displayName: string): Promise<Silent> {
    const socket = new WebSocket(hub.replace(/^http/, 'ws') + '/v1/ws', 'parley.v1');
    const joined = Promise.withResolvers<Silent>();
    socket.addEventListener('error', () => joined.reject(new Error('the socket failed')));
    socket.addEventListener('open', () =>
      socket.send(JSON.stringify({ id: 'hello', op: 'hello', data: {} })),
    );
    socket.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(String(data)) as { re?: string; ok?: boolean };
      if (frame.ok === false) joined.reject(new Error(String(data)));
      if (frame.re === 'hello') {
        const join = { kind: 'agent', displayName };
        socket.send(JSON.stringify({ id: 'join', op: 'conversation.join', conversation, data: join }));
      }
      if (frame.re === 'join') joined.resolve(new Silent(socket));
    });
    return joined.promise;
  }

  leave(): void {
    this.#socket.close();
  }
}
