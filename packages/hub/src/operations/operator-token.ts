import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { keepSecret } from '../sessions/keys.ts';
import type { HubSettings } from './settings.ts';

export interface OperatorToken {
  readonly token: string;
  /** Where the hub made it and keeps it; null where it came from the settings or ends with the process. */
  readonly file: string | null;
}

/**
 * The operator's token: from the settings, or made at the first start and kept in the data directory
 * with mode 0600. It is not printed: whoever may read the file on this machine is the operator, and no
 * log or terminal's history has it.
 */
export async function operatorTokenOf(settings: HubSettings): Promise<OperatorToken> {
  if (settings.operatorToken !== undefined) return { token: settings.operatorToken, file: null };
  if (settings.log === 'memory') return { token: fresh(), file: null };
  const file = join(settings.data, 'operator-token');
  return { token: (await keepSecret(file, () => `${fresh()}\n`)).trim(), file };
}

const fresh = (): string => `opr_${randomBytes(24).toString('base64url')}`;
