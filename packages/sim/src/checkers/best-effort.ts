import { isLogged, staysOf, type Evidence, type Stay, type Violation } from './history.ts';
import { LogFacts } from './log-facts.ts';

/**
 * CS-4: a best-effort view is never sent again what it had (`resumed` is always false), has nothing twice,
 * and every gap is told before the next event, with the exact number of events of its chain that were dropped.
 */
export function checkBestEffort({ histories, log }: Evidence): Violation[] {
  const facts = new LogFacts(log);
  const violations: Violation[] = [];
  for (const history of histories) {
    const broken = (text: string): void =>
      void violations.push({ rule: 'CS-4', text: `${history.client}: ${text}` });
    const highest = new Map<string, number>();
    for (const stay of staysOf(history).stays) {
      const { participant } = stay.joined;
      if (facts.steadyLevelOf(participant)?.kind !== 'bestEffort') continue;
      if (stay.joined.resumed) broken(`resumed behind ${stay.joined.from}, which replays`);
      const last = checkStay(stay, facts, highest.get(participant) ?? 0, broken);
      highest.set(participant, last);
    }
  }
  return violations;
}

/** The highest seq that the participant has had, in this stay or before. */
function checkStay(stay: Stay, facts: LogFacts, before: number, broken: (text: string) => void): number {
  const { participant, from } = stay.joined;
  const chain = facts.chainOf(participant);
  let highest = before;
  let last = from;
  /** Told since the last event. */
  let dropped = 0;
  for (const entry of stay.entries) {
    if (entry.kind !== 'event') continue;
    const { event } = entry;
    if (event.event === 'delivery.dropped' && event.data['participant'] === participant) {
      dropped += event.data['count'] as number;
    }
    if (!isLogged(event)) continue;
    const { seq } = event;
    if (seq <= highest) broken(`got seq ${seq} (${event.event}) again or late, had ${highest}`);
    const missing = chain.filter((each) => each > last && each < seq).length;
    if (missing !== dropped) {
      broken(`before seq ${seq} (${event.event}) ${missing} events are missing, and ${dropped} were told`);
    }
    dropped = 0;
    last = Math.max(last, seq);
    highest = Math.max(highest, seq);
  }
  return Math.max(highest, last);
}
