/** `moderator`, `participant`, `observer`, or a free name that only routing looks at. */
export type Role = string;

export const isModerator = (roles: readonly Role[]): boolean => roles.includes('moderator');
/** An observer listens: it never holds the floor, bids or votes (FL-2). */
export const isObserver = (roles: readonly Role[]): boolean => roles.includes('observer');
