import { expect, it } from 'vitest';
import { revokedBecause, uninvitedBecause } from './reasons.ts';

it.each([
  ['@timedOut', ['no_content', 'too_long', 'inactive', 'disconnected']],
  ['@brokenPolicy', ['moderator', 'muted', 'role']],
  ['@override', ['preempted', 'interrupted', 'overlap', 'collision', 'reconfigured']],
  ['@complete', ['left', 'ended']],
] as const)('[OF-3] the token of Open Floor is %s for %j', (token, causes) => {
  for (const cause of causes) {
    expect(revokedBecause(cause)).toBe(`${token} ${cause}`);
    expect(revokedBecause(cause, 'in their words')).toBe(`${token} ${cause}: in their words`);
  }
});

it('[OF-7] being sent away has the token of why, where there is one', () => {
  expect(uninvitedBecause('removed', 'too loud')).toBe('@brokenPolicy removed: too loud');
  expect(uninvitedBecause('timeout')).toBe('@timedOut timeout');
  expect(uninvitedBecause('ended')).toBe('ended');
});
