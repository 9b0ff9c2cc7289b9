import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { decodeJwt, errors, jwtVerify, SignJWT } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import type { ParticipantKind, PrincipalId, Result } from '@parley/core';
import { err, ok, PARTICIPANT_KINDS } from '@parley/core';
import type { Clock } from '../ports/clock.ts';
import type { Caller, Described, Scope } from './caller.ts';
import { DEFAULT_SCOPES, guestPrincipal, isGuest, OPERATOR, SCOPES } from './caller.ts';
import type { HubKeys } from './keys.ts';
import type { SessionRejection } from './refusal.ts';

export const HUB_ISSUER = 'parley';
export const AUDIENCE = 'parley';
/** A guest's token outlives the longest absence that a conversation forgives. */
const GUEST_TTL_SECONDS = 30 * 24 * 3600;
const MAX_TOKEN_CHARACTERS = 8192;

/** Somebody whose tokens are believed: the hub itself, or an identity provider from the configuration. */
export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  /** Pinned: a token's own header never chooses how it is checked. */
  readonly algorithms: readonly string[];
  /** Finds the key by the header's `kid`, so keys can be rotated. */
  readonly key: JWTVerifyGetKey;
}

export interface TokenRequest {
  readonly subject: PrincipalId;
  readonly kinds: readonly ParticipantKind[];
  readonly scopes?: readonly Scope[];
  readonly described?: Described;
  readonly ttlSeconds: number;
}

/** Issues the hub's tokens and tells who a token belongs to. */
export class Tokens {
  readonly #keys: HubKeys;
  readonly #clock: Clock;
  readonly #operatorDigest: Buffer | null;
  readonly #issuers: ReadonlyMap<string, Issuer>;

  constructor(options: {
    keys: HubKeys;
    clock: Clock;
    /** Never kept: only its digest is. */
    operatorToken: string | null;
    /** Beside the hub itself. */
    issuers?: readonly Issuer[];
  }) {
    this.#keys = options.keys;
    this.#clock = options.clock;
    this.#operatorDigest = options.operatorToken === null ? null : digest(options.operatorToken);
    const all = [ownIssuer(options.keys), ...(options.issuers ?? [])];
    this.#issuers = new Map(all.map((issuer) => [issuer.issuer, issuer]));
  }

  issue(request: TokenRequest): Promise<string> {
    const now = Math.floor(this.#clock.now() / 1000);
    const { kinds, scopes = DEFAULT_SCOPES, described } = request;
    return new SignJWT({ kinds, scopes, ...(described && { described }) })
      .setProtectedHeader({ alg: 'EdDSA', kid: this.#keys.kid, typ: 'JWT' })
      .setIssuer(HUB_ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(request.subject)
      .setIssuedAt(now)
      .setExpirationTime(now + request.ttlSeconds)
      .sign(this.#keys.privateKey);
  }

  /** Under `--open`: somebody new, who may be of any kind, with the token to come back with. */
  async newGuest(): Promise<Caller & { readonly issued: string }> {
    const principal = guestPrincipal(randomBytes(12).toString('base64url'));
    return { ...this.#guest(principal), issued: await this.guestToken(principal) };
  }

  guestToken(principal: PrincipalId): Promise<string> {
    const { kinds, scopes } = this.#guest(principal);
    return this.issue({ subject: principal, kinds, scopes, ttlSeconds: GUEST_TTL_SECONDS });
  }

  /** Whose token this is; `auth.invalid` for any that is not wholly in order, without saying much more. */
  async verify(token: string): Promise<Result<Caller, SessionRejection>> {
    if (token.length > MAX_TOKEN_CHARACTERS) return invalid('The token is too long.');
    if (this.#operatorDigest && timingSafeEqual(digest(token), this.#operatorDigest)) return ok(OPERATOR);
    try {
      const issuer = this.#issuers.get(decodeJwt(token).iss ?? '');
      if (!issuer) return invalid('The token comes from nobody this hub believes.');
      const { payload } = await jwtVerify(token, issuer.key, {
        issuer: issuer.issuer,
        audience: issuer.audience,
        algorithms: [...issuer.algorithms],
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(this.#clock.now()),
      });
      return this.#callerOf(payload, issuer.issuer === HUB_ISSUER);
    } catch (error) {
      if (error instanceof errors.JWTExpired) return invalid('The token has expired.');
      if (error instanceof errors.JOSEError || error instanceof TypeError) {
        return invalid('The token is not valid here.');
      }
      throw error;
    }
  }

  #callerOf(payload: JWTPayload, own: boolean): Result<Caller, SessionRejection> {
    const principal = payload.sub ?? '';
    if (principal.trim() === '' || principal.length > 200 || /\p{Cc}/u.test(principal))
      return invalid('The token names nobody.');
    if (!own && (isGuest(principal) || principal === OPERATOR.principal)) {
      return invalid('The token names somebody that only this hub can.');
    }
    const kinds = listed(payload['kinds'], PARTICIPANT_KINDS);
    if (kinds.length === 0) return invalid('The token says no kind of participant.');
    const scopes = payload['scopes'] === undefined ? DEFAULT_SCOPES : listed(payload['scopes'], SCOPES);
    const described = own ? (payload['described'] as Described | undefined) : undefined;
    return ok({
      principal,
      kinds,
      scopes,
      expiresAt: (payload.exp ?? 0) * 1000,
      ...(described && { described }),
    });
  }

  #guest(principal: PrincipalId): Caller {
    return { principal, kinds: PARTICIPANT_KINDS, scopes: DEFAULT_SCOPES, expiresAt: null };
  }
}

/** The hub as its own issuer: one algorithm, one key, found by its name. */
function ownIssuer(keys: HubKeys): Issuer {
  return {
    issuer: HUB_ISSUER,
    audience: AUDIENCE,
    algorithms: ['EdDSA'],
    key: (header): KeyObject => {
      if (header.kid !== keys.kid) throw new errors.JWKSNoMatchingKey();
      return keys.publicKey;
    },
  };
}

/** Equal lengths, so that comparing takes the same time whatever was sent. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const invalid = (message: string) => err<SessionRejection>({ code: 'auth.invalid', message });

function listed<T extends string>(value: unknown, known: readonly T[]): T[] {
  return Array.isArray(value) ? known.filter((name) => value.includes(name)) : [];
}
