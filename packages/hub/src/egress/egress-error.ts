/** Why a call to an address outside did not come about, or was cut short. A closed set, for tests of callers. */
export type EgressReason =
  /** Blocked: the address itself is not one that may be called. */
  | 'url'
  | 'scheme'
  | 'credentials'
  | 'address'
  | 'redirect'
  /** Unreachable: it might be called, but no usable answer came. */
  | 'resolution'
  | 'connection'
  | 'timeout'
  | 'size'
  | 'busy'
  | 'cancelled';

const MESSAGES: Readonly<Record<EgressReason, string>> = {
  url: 'This is not an address that can be called.',
  scheme: 'Addresses outside are called by https only.',
  credentials: 'An address must not carry a user name or password.',
  address: 'This address is not a public one.',
  redirect: 'The address answers with a redirect, which is not followed.',
  resolution: 'The name of the address cannot be resolved.',
  connection: 'The address cannot be reached, or broke off.',
  timeout: 'The address did not answer in time.',
  size: 'The answer of the address is too large.',
  busy: 'Too many different addresses are being called.',
  cancelled: 'The call was called off.',
};

const BLOCKED: ReadonlySet<EgressReason> = new Set(['url', 'scheme', 'credentials', 'address', 'redirect']);

/**
 * A call that was refused by the guard (`endpoint.blocked`) or had no usable answer (`agent.unreachable`).
 * The message is for users: it never says what a name resolved to.
 */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly code: 'endpoint.blocked' | 'agent.unreachable';
  readonly reason: EgressReason;

  constructor(reason: EgressReason, options?: ErrorOptions) {
    super(MESSAGES[reason], options);
    this.code = BLOCKED.has(reason) ? 'endpoint.blocked' : 'agent.unreachable';
    this.reason = reason;
  }
}

/** The guard's own error wherever it lies in what a client library made of it; else a failed connection. */
export function egressErrorOf(error: unknown): EgressError {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    if (at instanceof EgressError) return at;
    if ('code' in at && at.code === 'UND_ERR_MAX_ORIGINS_REACHED') return new EgressError('busy');
  }
  return new EgressError('connection', { cause: error });
}
