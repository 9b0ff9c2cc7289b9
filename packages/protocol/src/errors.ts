import { ERRORS } from './error-catalogue.ts';
import type { ErrorCode } from './error-catalogue.ts';

/** What an occurrence adds to its row of the catalogue. */
export interface ErrorOptions {
  /** For people: this occurrence in a sentence. The row's meaning if left out. */
  readonly detail?: string | undefined;
  /** For programs, such as `{path, expected}` of `request.invalid`. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** When asking again makes sense, in milliseconds. */
  readonly retryAfterMs?: number | null | undefined;
}

/** The `error` of a refused frame. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The answer to a frame that was refused: nothing was appended. */
export interface ErrorReply {
  readonly re: string;
  readonly ok: false;
  readonly error: WireError;
}

/** An error as HTTP shows it: `application/problem+json` (RFC 9457) with the wire's code. */
export interface ProblemDocument {
  /** Points into `/errors.json`, where the code is explained. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  readonly details: Readonly<Record<string, unknown>>;
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** An error as a frame carries it. */
export function wireError(code: ErrorCode, options: ErrorOptions = {}): WireError {
  const row = ERRORS[code];
  return {
    code,
    message: options.detail ?? row.meaning,
    retryable: row.retryable,
    retryAfterMs: options.retryAfterMs ?? null,
    details: options.details ?? {},
  };
}

/** The reply frame that refuses the frame with the id `re`. */
export function errorReply(re: string, code: ErrorCode, options: ErrorOptions = {}): ErrorReply {
  return { re, ok: false, error: wireError(code, options) };
}

/** The problem document to answer an HTTP call with; its `status` is the response's. */
export function problem(code: ErrorCode, options: ErrorOptions = {}): ProblemDocument {
  const row = ERRORS[code];
  const { message, ...rest } = wireError(code, options);
  return { type: problemType(code), title: row.meaning, status: row.status, detail: message, ...rest };
}

/** A refusal as core and hub make it, before a wire puts it into its own form. */
export interface Refused {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number | null | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** A refusal as a reply frame. */
export const refusalReply = (re: string, { code, message, ...rest }: Refused): ErrorReply =>
  errorReply(re, code, { detail: message, ...rest });

/** A refusal, or the error of a reply frame, as HTTP tells it. */
export const refusalProblem = ({ code, message, details, retryAfterMs }: Refused): ProblemDocument =>
  problem(code, { detail: message, details, retryAfterMs });

const problemType = (code: ErrorCode): string => `/errors.json#/errors/${code}`;
