import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Texts that the hub hands out and later believes: JSON with an HMAC behind it. The prefix says what it
 * is for and is covered by the signature, so that one kind never passes for another.
 */
export class SignedCodes {
  readonly #secret: Buffer;
  readonly #prefix: string;

  constructor(secret: Buffer, prefix: string) {
    this.#secret = secret;
    this.#prefix = prefix;
  }

  sign(fields: readonly unknown[]): string {
    const body = Buffer.from(JSON.stringify(fields)).toString('base64url');
    return `${this.#prefix}${body}.${this.#mac(body)}`;
  }

  /** Null for anything that this hub did not sign for this purpose. */
  read(code: string): unknown[] | null {
    if (!code.startsWith(this.#prefix)) return null;
    const [body, mac, ...rest] = code.slice(this.#prefix.length).split('.');
    if (!body || !mac || rest.length > 0) return null;
    const given = Buffer.from(mac);
    const expected = Buffer.from(this.#mac(body));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    return JSON.parse(Buffer.from(body, 'base64url').toString()) as unknown[];
  }

  #mac(body: string): string {
    return createHmac('sha256', this.#secret).update(this.#prefix).update(body).digest('base64url');
  }
}
