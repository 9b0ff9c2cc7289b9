import type { RevokeCause } from '@parley/core';

/** Why a turn was ended, by the tokens that Open Floor gives a meaning. */
const REVOKED: Readonly<Record<RevokeCause, string>> = {
  no_content: '@timedOut',
  too_long: '@timedOut',
  inactive: '@timedOut',
  disconnected: '@timedOut',
  moderator: '@brokenPolicy',
  muted: '@brokenPolicy',
  role: '@brokenPolicy',
  preempted: '@override',
  interrupted: '@override',
  overlap: '@override',
  collision: '@override',
  reconfigured: '@override',
  left: '@complete',
  ended: '@complete',
};

const LEFT: Readonly<Record<string, string>> = {
  removed: '@brokenPolicy',
  timeout: '@timedOut',
};

/** The token, and behind it the hub's own word and what a moderator wrote. */
export const revokedBecause = (cause: RevokeCause, reason?: string): string =>
  because(REVOKED[cause], cause, reason);

export const uninvitedBecause = (cause: string, reason?: string): string =>
  because(LEFT[cause] ?? '', cause, reason);

/** A refusal: what was asked for did not happen. */
export const refusedBecause = (token: string, code: string, message: string): string =>
  because(token, code, message);

const because = (token: string, word: string, text?: string): string =>
  [token, text === undefined ? word : `${word}: ${text}`].filter((part) => part !== '').join(' ');

/** The first token of a reason, such as `@outOfDomain`; null where there is none. */
export const tokenOf = (reason: string | undefined): string | null =>
  /@[a-zA-Z0-9_]+/.exec(reason ?? '')?.[0] ?? null;
