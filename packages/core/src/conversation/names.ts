import type { Result } from '../kernel/result.ts';
import { ok } from '../kernel/result.ts';
import type { NameKey } from '../participants/name-key.ts';
import { isAlike, literalKey } from '../participants/name-key.ts';
import type { Facts } from './commands.ts';
import { invalid } from './handler.ts';
import type { Rejection } from './rejections.ts';
import type { State } from './state.ts';

/** HU-3: the key of a name that no member has, whether it is connected or not. */
export function freeName(
  state: State,
  displayName: string,
  facts: Facts | undefined,
): Result<NameKey, Rejection> {
  const key = facts?.nameKey ?? literalKey(displayName);
  const same = Object.values(state.participants).find((member) => isAlike(member.nameKey, key));
  return same
    ? invalid(
        'data.displayName',
        `a name that nobody here has (it is too like "${same.profile.displayName}")`,
      )
    : ok(key);
}
