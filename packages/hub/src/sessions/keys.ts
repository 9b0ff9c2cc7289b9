import {
  createHash,
  generateKeyPairSync,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = 'hub-key.pem';

/** What the hub signs with. Whoever holds the private half can be anybody: it never leaves the hub. */
export interface HubKeys {
  /** Names the key in a token's header, so that keys can be rotated. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** For resume tokens and invites, which only this hub ever reads: short and without a key exchange. */
  readonly secret: Buffer;
  /** What the secrets of webhooks are derived from. */
  readonly webhookKey: Buffer;
}

/** Keys that live as long as the process: for a hub whose log does too. */
export function ephemeralKeys(): HubKeys {
  return keysOf(generateKeyPairSync('ed25519').privateKey);
}

/**
 * The hub's own signing key, made at the first start in `directory` with mode 0600 and read from there
 * ever after, so that tokens outlive a restart. A key that others could read is refused rather than used.
 */
export async function loadKeys(directory: string): Promise<HubKeys> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const pem = await keepSecret(join(directory, FILE), () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new Error(`${join(directory, FILE)} holds a ${key.asymmetricKeyType} key; expected ed25519`);
  }
  return keysOf(key);
}

/**
 * The text in `path`; where there is none yet, `make()` is written there with mode 0600, whole or not
 * at all, and the first of several writers wins.
 */
export async function keepSecret(path: string, make: () => string): Promise<string> {
  const present = await readIfThere(path);
  if (present !== null) return present;
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(fresh, make(), { mode: 0o600, flag: 'wx', flush: true });
  await chmod(fresh, 0o600);
  try {
    await link(fresh, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(fresh);
  }
  return readFile(path, 'utf8');
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function keysOf(privateKey: KeyObject): HubKeys {
  const publicKey = createPublicKey(privateKey);
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  const derived = (purpose: string) => Buffer.from(hkdfSync('sha256', der, '', purpose, 32));
  return {
    kid: createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64url')
      .slice(0, 16),
    privateKey,
    publicKey,
    secret: derived('parley resume and invite codes'),
    webhookKey: derived('parley webhooks'),
  };
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
