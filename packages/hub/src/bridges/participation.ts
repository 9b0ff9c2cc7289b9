import type { Agent, JoinOptions, RunAgentOptions, TransportFactory } from '@parley/client';
import { connect, isParleyError, runAgent } from '@parley/client';
import type { Millis, ParticipantKind } from '@parley/core';
import type { Clock } from '../ports/clock.ts';
import { pause } from './pause.ts';

/** What every participant of this process needs of the hub: no more than a client has. */
export interface ParticipationParts {
  readonly transport: TransportFactory;
  readonly issueToken: (request: TokenRequest) => Promise<string>;
  readonly clock: Clock;
  /** Told every failure that a participant's life survives, and the one that ends it. */
  readonly failed: (agent: string, error: unknown) => void;
}

export interface TokenRequest {
  readonly subject: string;
  readonly kind: ParticipantKind;
  readonly model?: string;
  readonly owner?: string;
  readonly verified?: boolean;
}

export interface Participation extends Pick<RunAgentOptions, 'request' | 'onError' | 'answerMs' | 'backoff'> {
  readonly conversation: string;
  readonly token: TokenRequest;
  /** How this client names itself. */
  readonly client: string;
  readonly join: Omit<JoinOptions, 'kind' | 'signal'>;
  /** True leaves the conversation when it is stopped; false stays a member and comes back (a hub that restarts). */
  readonly leaves?: () => boolean;
  /** A moderator removed it, or it left by itself: it does not come back. */
  readonly removed?: () => void;
  /** It could not come in, or was thrown out, and is going to try again. */
  readonly out?: (error: unknown) => void;
}

const RETRY_MS: Millis = 5_000;

/**
 * An agent's life in one conversation: it comes in, takes its turns, and comes back should anything throw it
 * out. Resolves when it was stopped or there is nothing to come back to; rejects when it was refused for good.
 */
export async function takePart(
  parts: ParticipationParts,
  agent: Agent,
  participation: Participation,
  signal: AbortSignal,
  joined: (participant: string) => void = () => undefined,
): Promise<void> {
  while (!signal.aborted) {
    try {
      if (await once(parts, agent, participation, signal, joined)) return;
    } catch (error) {
      if (signal.aborted) return;
      tell(parts, agent, participation, error);
      if (isParleyError(error) && REFUSED_FOR_GOOD.has(error.code)) throw error;
      participation.out?.(error);
    }
    await pause(parts.clock, RETRY_MS, signal);
  }
}

/** True when there is nothing to come back to. */
async function once(
  parts: ParticipationParts,
  agent: Agent,
  participation: Participation,
  signal: AbortSignal,
  joined: (participant: string) => void,
): Promise<boolean> {
  const { conversation, token, client, join, request, answerMs, backoff, leaves } = participation;
  // Not ended by `signal`: the floor is to be given back first.
  const connection = await connect(parts.transport, {
    token: await parts.issueToken(token),
    client,
    onError: (error) => tell(parts, agent, participation, error),
  });
  try {
    const room = await connection.join(conversation, { ...join, kind: token.kind });
    joined(room.me);
    const run = runAgent(room, agent, {
      signal,
      onError: (error) => tell(parts, agent, participation, error),
      // How often it may fail, and how long it is then left out, is the conversation's to say (DG-3).
      maxFailures: Number.POSITIVE_INFINITY,
      ...(request === undefined ? {} : { request }),
      ...(answerMs === undefined ? {} : { answerMs }),
      ...(backoff === undefined ? {} : { backoff }),
    });
    await run.catch((error: unknown) => {
      if (room.closed?.cause !== 'removed') throw error;
    });
    // It left by itself, or was made to: there is nothing to come back to.
    if (room.closed?.cause === 'removed' || room.closed?.cause === 'left') {
      participation.removed?.();
      return true;
    }
    if (signal.aborted && leaves?.() === true && !room.closed) await room.leave();
    return signal.aborted || room.view.status === 'ended' || room.view.status === 'archived';
  } finally {
    await connection.close();
  }
}

function tell(
  parts: ParticipationParts,
  agent: Agent,
  { onError }: Pick<Participation, 'onError'>,
  error: unknown,
): void {
  parts.failed(agent.name, error);
  onError?.(error);
}

/** Trying again would get the same answer. */
const REFUSED_FOR_GOOD: ReadonlySet<string> = new Set([
  'auth.forbidden',
  'not_found',
  'conversation.ended',
  'request.invalid',
]);
