import type { AgentCard, AgentCardSignature } from '@a2a-js/sdk';
import { canonicalizeAgentCard } from '@a2a-js/sdk';
import { base64url, createLocalJWKSet, decodeProtectedHeader, errors, flattenedVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import type { Egress } from '../../egress/egress.ts';
import { EgressError } from '../../egress/egress-error.ts';
import type { FoundCard } from './card.ts';

/**
 * - `vouched`: a signature of the card is by a key of an origin that the operator names
 * - `own`: one is by a key of the card's own origin, which proves whose place it is and not whose name
 * - `unknown`: there is no signature, or none by such a key
 * - `wrong`: there is one by such a key, and it is of another card
 */
export type SignatureFinding = 'vouched' | 'own' | 'unknown' | 'wrong';

export interface SignatureParts {
  readonly egress: Egress;
  /** Origins, beside the card's own, whose keys an operator takes for their agents'. */
  readonly keyOrigins: readonly string[];
  readonly signal: AbortSignal;
}

/** Only such as prove who signed: a secret that two share proves nothing to a third. */
const ALGORITHMS = [
  'EdDSA',
  'Ed25519',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
];
/** More than one is for changing keys; each can cost a call. */
const SIGNATURES_MAX = 4;
const KEYS_BYTES_MAX = 64 * 1024;
const KEYS_MS = 10_000;

/**
 * Checks a card's signatures (A2-1): JWS over the canonical card, by a key that the address in the protected
 * header leads to. Whoever may sign is bounded to the card's own origin and those that the operator names:
 * anybody can sign anything with a key of his own.
 */
export async function verifySignature(found: FoundCard, parts: SignatureParts): Promise<SignatureFinding> {
  const { card, address } = found;
  const own = new URL(address).origin;
  const findings = new Set<SignatureFinding>();
  for (const signature of card.signatures.slice(0, SIGNATURES_MAX)) {
    const origin = originOf(signature);
    const vouched = origin !== null && parts.keyOrigins.includes(origin);
    if (!vouched && origin !== own) continue;
    const keys = await keysOf(signature, parts);
    const checked = keys && (await check(card, signature, keys));
    if (checked) findings.add(checked === 'holds' ? (vouched ? 'vouched' : 'own') : checked);
  }
  return (['vouched', 'own', 'wrong'] as const).find((finding) => findings.has(finding)) ?? 'unknown';
}

async function keysOf(
  signature: AgentCardSignature,
  { egress, signal }: SignatureParts,
): Promise<JSONWebKeySet | null> {
  const address = keyAddressOf(signature);
  if (address === null) return null;
  try {
    const response = await egress.fetch('agentCard', address, {
      headers: { accept: 'application/json' },
      maxBytes: KEYS_BYTES_MAX,
      timeoutMs: KEYS_MS,
      signal,
    });
    return response.ok ? ((await response.json()) as JSONWebKeySet) : (await response.body?.cancel(), null);
  } catch (error) {
    // Who signed is not known then, and the agent is shown as one that nobody vouches for.
    if (error instanceof EgressError || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Where the signature's key is said to be. */
function originOf(signature: AgentCardSignature): string | null {
  const address = keyAddressOf(signature);
  return (address === null ? null : URL.parse(address)?.origin) ?? null;
}

function keyAddressOf(signature: AgentCardSignature): string | null {
  try {
    const { jku } = decodeProtectedHeader(signature);
    return typeof jku === 'string' ? jku : null;
  } catch {
    // A header that cannot be read names no key.
    return null;
  }
}

async function check(
  card: AgentCard,
  signature: AgentCardSignature,
  keys: JSONWebKeySet,
): Promise<'holds' | 'wrong' | 'unknown'> {
  const jws = {
    payload: base64url.encode(canonicalizeAgentCard(card)),
    protected: signature.protected,
    signature: signature.signature,
  };
  try {
    await flattenedVerify(jws, createLocalJWKSet(keys), { algorithms: ALGORITHMS });
    return 'holds';
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return 'wrong';
    if (error instanceof errors.JOSEError) return 'unknown';
    throw error;
  }
}
