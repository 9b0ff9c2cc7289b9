import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

export type { Logger } from 'pino';

/** Whatever is logged, under these names nothing of it is shown. */
const SECRET = [
  'token',
  'resumeToken',
  'operatorToken',
  'invite',
  'authorization',
  'cookie',
  'text',
  'webhook',
  'webhookSecret',
];
/** Pino redacts exact paths only; secrets lie in the line itself, or in a frame or request within it. */
const PATHS = SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]);

/** What looks like one of the hub's tokens, wherever it stands in a message. */
const TOKEN =
  /\beyJ[\w-]+\.[\w-]+\.[\w-]+|\b(?:rsm|inv)_[\w-]+\.[\w-]+|\bwhsec_[\w+/=-]+|(?<=\bBearer\s)\S+/g;

/**
 * Structured lines (JSON) on `destination`, without secrets or speech. Standard error by default: standard
 * output belongs to the program that runs the hub.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: PATHS, censor: '[redacted]' },
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: {
      streamWrite: (line: string) => line.replace(TOKEN, '[redacted]'),
    },
  };
  return pino(options, destination ?? pino.destination({ dest: 2, sync: true }));
}
