/** PR-1. Times are RFC 3339. A hint to people and to `skipIdle`; only the log decides turns. */
export type Presence =
  | { readonly status: 'active'; readonly lastSeen: string }
  | { readonly status: 'idle'; readonly since: string }
  | { readonly status: 'away'; readonly expectedReturn?: string }
  | { readonly status: 'offline'; readonly since: string };
