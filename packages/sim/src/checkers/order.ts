import { isLogged, type DurableWireEvent, type Evidence, type Violation } from './history.ts';

/**
 * One order for all (delivery.md, the order of things): seqs are dense from 1, and whoever saw an event
 * saw the same one under its seq as everybody else and as the log has it at the end.
 */
export function checkOrder({ histories, log }: Evidence): Violation[] {
  const violations: Violation[] = [];
  for (const [index, event] of log.entries()) {
    if (event.seq !== index + 1) {
      violations.push({ rule: 'RL-1', text: `the log has seq ${event.seq} where ${index + 1} should be` });
      return violations;
    }
  }
  for (const { client, entries } of histories) {
    for (const entry of entries) {
      if (entry.kind !== 'event' || !isLogged(entry.event)) continue;
      const logged = log[entry.event.seq - 1];
      if (logged === undefined) {
        violations.push({
          rule: 'RL-1',
          text: `${client} was told seq ${entry.event.seq} (${entry.event.event}), which the log does not have`,
        });
      } else if (content(logged) !== content(entry.event)) {
        violations.push({
          rule: 'RL-1',
          text: `${client} saw another event under seq ${entry.event.seq} than the log has: ${content(entry.event)}, not ${content(logged)}`,
        });
      }
    }
  }
  return violations;
}

/** The event without what is the recipient's own, or the log's; keys in a fixed order. */
export function content(event: DurableWireEvent & { readonly audience?: unknown }): string {
  const { after: _after, early: _early, audience: _audience, ...rest } = event;
  return canonical(rest);
}

/** JSON with sorted keys: equal texts for equal values. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
