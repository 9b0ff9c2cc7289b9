/** What a client hears from its end of a connection. */
export interface WireListener {
  open(): void;
  /** One text frame of the hub. */
  message(text: string): void;
  /** Once and last. */
  close(): void;
}

/** A client's end of a connection. */
export interface Wire {
  /** One text frame; lost where the connection has ended. */
  send(text: string): void;
  close(): void;
}

/** All that a client knows of the world: a clock that nobody sets, and how to reach the hub. */
export interface Surroundings {
  /** Milliseconds on an axis that all clients of one run share. */
  now(): number;
  /** Runs `task` once after `ms`; the returned function calls it off. */
  after(ms: number, task: () => void): () => void;
  connect(listener: WireListener): Wire;
  /** Frames of one wire reach the hub in the order in which they were sent. */
  readonly ordered: boolean;
}
