import { A2AError, TaskNotFoundError } from '@a2a-js/sdk/errors';
import type { Millis } from '@parley/core';
import { EgressError } from '../../egress/egress-error.ts';

interface FaultOptions {
  readonly code?: AgentFault['code'];
  readonly passing?: boolean;
  readonly retryAfterMs?: Millis | null;
  readonly cause?: unknown;
}

/** What a call of a remote agent came to. The message is for moderators and never quotes the agent. */
export class AgentFault extends Error {
  override readonly name = 'AgentFault';
  readonly code: 'agent.unreachable' | 'endpoint.blocked' | 'auth.required';
  /** The same call may succeed a moment later: the agent was not reached, or said that it is busy. */
  readonly passing: boolean;
  /** How long the agent asked to be left alone; null where it did not say. */
  readonly retryAfterMs: Millis | null;

  constructor(
    message: string,
    { code = 'agent.unreachable', passing = false, retryAfterMs = null, cause }: FaultOptions = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.passing = passing;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Whatever the client library made of it. */
export function faultOf(error: unknown): AgentFault {
  const known = inChain(error, AgentFault);
  if (known) return known;
  const egress = inChain(error, EgressError);
  if (egress) {
    const passing = PASSING.has(egress.reason);
    return new AgentFault(egress.message, { code: egress.code, passing, cause: egress });
  }
  const refusal = inChain(error, A2AError);
  // Its reason is one of a closed set of the protocol; its message could be anything.
  if (refusal) return new AgentFault(`The agent refuses the call (${reasonOf(refusal)}).`, { cause: error });
  return new AgentFault('The agent answers with something that is not A2A.', { cause: error });
}

/** The agent does not know the task any more, as after a restart of its own. */
export const isTaskGone = (error: unknown): boolean => inChain(error, TaskNotFoundError) !== null;

/** Nothing can have come of these, so that trying again repeats nothing. */
const PASSING: ReadonlySet<string> = new Set(['connection', 'resolution', 'busy']);

const reasonOf = ({ reason }: A2AError): string => (/^[A-Z_]{1,64}$/.test(reason) ? reason : 'UNKNOWN');

/** `Kind` is matched by `instanceof`, which the library's errors answer themselves. */
function inChain<E extends Error>(error: unknown, Kind: abstract new (...args: never[]) => E): E | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    if (at instanceof Kind) return at;
  }
  return null;
}
