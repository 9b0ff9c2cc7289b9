import { createHash } from 'node:crypto';

/**
 * SHA-256 over a command's canonical JSON (keys sorted): the same body gives the same digest however a
 * client happened to order its keys, so that a retry is told from another command under the same id.
 */
export function digestOf(op: string, conversation: string, data: unknown): string {
  return createHash('sha256')
    .update(canonical([op, conversation, data]))
    .digest('base64url');
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`;
}
