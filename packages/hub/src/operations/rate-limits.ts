import type { RateLimits } from '../sessions/rates.ts';
import type { HubSettings } from './settings.ts';

/** The settings' limits as sessions keep to them. */
export function rateLimitsOf({ limits }: HubSettings): RateLimits {
  return {
    commands: { perSecond: limits.commandsPerSecond, burst: limits.commandsBurst },
    joins: { perSecond: limits.joinsPerSecond, burst: limits.joinsPerSecond },
    backchannels: { perSecond: limits.backchannelsPerSecond, burst: limits.backchannelsPerSecond },
    failures: { perSecond: limits.failuresPerMinute / 60, burst: limits.failuresPerMinute },
    connectionsPerPrincipal: limits.connectionsPerPrincipal,
    connectionsPerAddress: limits.connectionsPerAddress,
    connectionsFromLoopback: limits.connectionsFromLoopback,
    heldMs: limits.heldMs,
  };
}
