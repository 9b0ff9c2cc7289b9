import type { Millis } from '@parley/core';

/** Bounds of the host, and why each has its value. */
export interface HostLimits {
  /** Commands that may wait for one conversation: about a second's worth on a slow disk. */
  readonly queueMax: number;
  /** Commands that are decided and appended together; one commit of the disk then carries them all. */
  readonly batchMax: number;
  /** Conversations held in memory. At more, idle ones go first; if none can go, commands are refused. */
  readonly awakeMax: number;
  /** Conversations that are read from the log at once: more would only wait for the same disk. */
  readonly wakesAtOnce: number;
  /** An unattended conversation is dropped from memory after this long without a command or deadline. */
  readonly sleepAfterMs: Millis;
  /** Records between snapshots: what a wake folds at most, a few milliseconds. */
  readonly snapshotEvery: number;
  /** Newest events kept as text for each awake conversation, in characters. */
  readonly tailMax: number;
  /** Answers kept for repeated commands, for each awake conversation; the log has the rest. */
  readonly answersMax: number;
  /** Longest time between two looks for deadlines of sleeping conversations. */
  readonly scanEveryMs: Millis;
  /** First and longest wait before a deadline is tried again that could not be written. */
  readonly retryMs: Millis;
  readonly retryMaxMs: Millis;
  /** How often a command is decided anew because somebody else wrote in between. */
  readonly conflictsMax: number;
  /** How long `stop` waits for appends, and then again for snapshots. */
  readonly stopMs: Millis;
}

export const HOST_LIMITS: HostLimits = {
  queueMax: 1_000,
  batchMax: 64,
  awakeMax: 20_000,
  wakesAtOnce: 32,
  sleepAfterMs: 60_000,
  snapshotEvery: 500,
  tailMax: 32 * 1024,
  answersMax: 256,
  scanEveryMs: 2_000,
  retryMs: 250,
  retryMaxMs: 5_000,
  conflictsMax: 5,
  stopMs: 4_000,
};

/** What a logger must be able to do; pino's loggers do. */
export interface Logger {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Called at what an operator counts; must not throw. */
export interface HostMetrics {
  /** A command was decided and is durable, or needed no record. `waitedMs` since it was handed in. */
  readonly commandAccepted?: (op: string, waitedMs: Millis) => void;
  readonly commandRejected?: (op: string, code: string) => void;
  /** An accepted command came again and got its first answer. */
  readonly commandRepeated?: (op: string) => void;
  /** Records of one conversation that went to the log together, and how long it took. */
  readonly appended?: (records: number, events: number, tookMs: Millis) => void;
  readonly appendFailed?: (reason: 'conflict' | 'duplicate' | 'storage') => void;
  readonly awakeChanged?: (awake: number) => void;
  readonly snapshotSaved?: (characters: number) => void;
}

/** For tests and tools that run without a logger. */
export const silent: Logger = { warn: () => undefined, error: () => undefined };
