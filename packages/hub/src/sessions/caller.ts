import type { Instant, ParticipantKind, PrincipalId } from '@parley/core';
import { PARTICIPANT_KINDS } from '@parley/core';

/** What a token lets its principal do beyond the conversations that it is a member of. */
export const SCOPES = ['create', 'join', 'operator'] as const;
export type Scope = (typeof SCOPES)[number];
/** What a token may do that names no scopes: open conversations, and join those whose id it was told. */
export const DEFAULT_SCOPES: readonly Scope[] = ['create', 'join'];

/** Who or what somebody is, as the hub or an identity provider knows it. */
export interface Described {
  readonly model?: string;
  readonly owner?: string;
  /** A signature of the participant's own was checked. */
  readonly verified?: boolean;
}

/** Who is calling, once its token has been checked. */
export interface Caller {
  readonly principal: PrincipalId;
  /** As what it may join. */
  readonly kinds: readonly ParticipantKind[];
  readonly scopes: readonly Scope[];
  /** Null where nothing expires: the operator's own token. */
  readonly expiresAt: Instant | null;
  /** What the others are told of whoever joins with it (HU-3): from the token, never from the participant. */
  readonly described?: Described;
  /** A guest's token that was made just now and must reach it; only under `--open`. */
  readonly issued?: string;
}

export const OPERATOR: Caller = {
  principal: 'operator',
  kinds: PARTICIPANT_KINDS,
  scopes: SCOPES,
  expiresAt: null,
};

export const isOperator = (caller: Caller): boolean => caller.scopes.includes('operator');

/** Guests' principals, and nobody else's, begin like this. */
const GUEST = 'gst_';
export const guestPrincipal = (random: string): PrincipalId => GUEST + random;
export const isGuest = (principal: PrincipalId): boolean => principal.startsWith(GUEST);
