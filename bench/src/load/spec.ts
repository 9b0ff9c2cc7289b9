import type { DialectName } from './dialects.ts';

/** One speaker, everybody told: `inFlight` utterances are on their way until the last participant has them. */
export interface FanOutSpec {
  readonly kind: 'fan-out';
  readonly dialect: DialectName;
  readonly port: number;
  readonly participants: number;
  readonly inFlight: number;
  readonly warmUp: number;
  readonly utterances: number;
}

/**
 * Many conversations at once, each with a speaker that gives its next command when the last one was
 * answered and all its members were told.
 */
export interface CommandsSpec {
  readonly kind: 'commands';
  readonly dialect: DialectName;
  readonly port: number;
  readonly conversations: number;
  readonly members: number;
  /** Over all conversations. */
  readonly warmUp: number;
  readonly commands: number;
}

/** Printed as a line of its own when the warm-up is over and when the last one counted is complete. */
export type Mark = 'measuring' | 'measured';

export function announce(mark: Mark): void {
  process.stdout.write(`${mark}\n`);
}

/** What one run of either gives. */
export interface LoadResult {
  /** How many were counted: deliveries, or commands. */
  readonly units: number;
  /** Utterances told to one participant (fan-out), or commands answered (commands), each second. */
  readonly perSecond: number;
  /** Until everybody was told (fan-out), or until the reply (commands), in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly seconds: number;
  /** One utterance's bytes as they came, so that the baselines can send the same. */
  readonly sample: string;
}

/** The text of every utterance: with it a stored event has about 500 bytes. */
export const TEXT = 'The quick brown fox jumps over the lazy dog and back again. '.repeat(3).trim();

/** Every member's connection carries at most this many conversations. */
export const CONVERSATIONS_PER_CONNECTION = 10;
