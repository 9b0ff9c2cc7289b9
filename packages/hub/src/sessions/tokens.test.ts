import { createHmac, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { SimulatedClock } from '../host/clock.simulated.ts';
import { ephemeralKeys } from './keys.ts';
import { Invites } from './invites.ts';
import { isFresh, ResumeTokens } from './resume-token.ts';
import { AUDIENCE, HUB_ISSUER, Tokens } from './tokens.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const keys = ephemeralKeys();
const clock = new SimulatedClock(START);
const tokens = new Tokens({ keys, clock, operatorToken: 'the-operator' });

/** A token like the hub's own, but for one thing. */
const forged = (change: {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  issuer?: string;
  audience?: string;
  expires?: number | null;
  key?: KeyObject;
}): Promise<string> => {
  const jwt = new SignJWT({ kinds: ['human'], ...change.claims })
    .setProtectedHeader({ alg: 'EdDSA', kid: keys.kid, ...change.header })
    .setIssuer(change.issuer ?? HUB_ISSUER)
    .setAudience(change.audience ?? AUDIENCE)
    .setSubject('ann');
  if (change.expires !== null) jwt.setExpirationTime(change.expires ?? START / 1000 + 60);
  return jwt.sign(change.key ?? keys.privateKey);
};

it('tells who a token belongs to, as what it may join and until when', async () => {
  const token = await tokens.issue({ subject: 'ann', kinds: ['human'], ttlSeconds: 60 });
  expect(await tokens.verify(token)).toEqual({
    ok: true,
    value: { principal: 'ann', kinds: ['human'], scopes: ['create', 'join'], expiresAt: START + 60_000 },
  });
  expect(await tokens.verify(await forged({}))).toMatchObject({ ok: true });
});

it('knows the operator by the token of the settings alone', async () => {
  expect(await tokens.verify('the-operator')).toMatchObject({ ok: true, value: { principal: 'operator' } });
  expect(await tokens.verify('the-operator ')).toMatchObject({ ok: false });
  const none = new Tokens({ keys, clock, operatorToken: null });
  expect(await none.verify('')).toMatchObject({ ok: false });
});

it('refuses an expired token, by the injected clock', async () => {
  const later = new SimulatedClock(START + 61_000);
  const there = new Tokens({ keys, clock: later, operatorToken: null });
  const token = await tokens.issue({ subject: 'ann', kinds: ['human'], ttlSeconds: 60 });
  expect(await there.verify(token)).toMatchObject({ ok: false, error: { code: 'auth.invalid' } });
});

it.each([
  ['another audience', { audience: 'other' }],
  ['an unknown issuer', { issuer: 'https://evil.example' }],
  ['no expiry', { expires: null }],
  ['another key under the same kid', { key: generateKeyPairSync('ed25519').privateKey }],
  ['an unknown kid', { header: { kid: 'other' } }],
  ['no kinds', { claims: { kinds: [] } }],
  ['an unknown kind', { claims: { kinds: ['robot'] } }],
])('refuses a token with %s', async (_what, change) => {
  expect(await tokens.verify(await forged(change))).toMatchObject({
    ok: false,
    error: { code: 'auth.invalid' },
  });
});

it('refuses an algorithm that the token chooses itself: none, or HMAC with the public key', async () => {
  const body = Buffer.from(
    JSON.stringify({ iss: HUB_ISSUER, aud: AUDIENCE, sub: 'ann', kinds: ['human'], exp: START / 1000 + 60 }),
  ).toString('base64url');
  const head = (alg: string) => Buffer.from(JSON.stringify({ alg, kid: keys.kid })).toString('base64url');
  const pem = keys.publicKey.export({ type: 'spki', format: 'pem' });
  const signed = `${head('HS256')}.${body}`;
  const mac = createHmac('sha256', pem).update(signed).digest('base64url');
  for (const token of [`${head('none')}.${body}.`, `${signed}.${mac}`]) {
    expect(await tokens.verify(token)).toMatchObject({ ok: false, error: { code: 'auth.invalid' } });
  }
});

it('gives every guest a principal of its own, with a token that is its own', async () => {
  const [one, two] = await Promise.all([tokens.newGuest(), tokens.newGuest()]);
  expect(one.principal).not.toBe(two.principal);
  expect(await tokens.verify(one.issued)).toMatchObject({ ok: true, value: { principal: one.principal } });
});

it('no other issuer can name a guest or the operator', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const issuer = 'https://idp.example';
  const withIdp = new Tokens({
    keys,
    clock,
    operatorToken: null,
    issuers: [{ issuer, audience: AUDIENCE, algorithms: ['EdDSA'], key: () => publicKey }],
  });
  const of = (subject: string) =>
    new SignJWT({ kinds: ['human'] })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer(issuer)
      .setAudience(AUDIENCE)
      .setSubject(subject)
      .setExpirationTime(START / 1000 + 60)
      .sign(privateKey);
  expect(await withIdp.verify(await of('ann'))).toMatchObject({ ok: true });
  for (const subject of ['operator', 'gst_x', '', ' ', 'a\u0000b']) {
    expect(await withIdp.verify(await of(subject)), subject).toMatchObject({ ok: false });
  }
});

it('resume tokens and invites are two things, and a changed one is nothing', () => {
  const resumes = new ResumeTokens(keys.secret);
  const invites = new Invites(keys.secret);
  const claims = { conversation: 'cnv_a', participant: 'prt_a', principal: 'ann', generation: 3 };
  const token = resumes.sign(claims);
  expect(resumes.read(token)).toEqual(claims);
  expect(resumes.sign(claims)).toBe(token);
  const invite = { conversation: 'cnv_a', roles: ['x'], kinds: ['human'] as const, maxUses: 2, expiresAt: 5 };
  const code = invites.create(invite);
  expect(invites.read(code)).toMatchObject(invite);
  expect(invites.create(invite)).not.toBe(code);
  expect(invites.read(token)).toBeNull();
  expect(invites.read(token.replace('rsm_', 'inv_'))).toBeNull();
  for (let index = 0; index < token.length; index += 1) {
    const other = token[index] === 'A' ? 'B' : 'A';
    expect(resumes.read(token.slice(0, index) + other + token.slice(index + 1)), `at ${index}`).toBeNull();
  }
  expect([1, 2, 3, 4].filter((generation) => isFresh(generation, 3))).toEqual([2, 3]);
});
