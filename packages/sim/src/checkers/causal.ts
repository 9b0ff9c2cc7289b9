import { isLogged, staysOf, type Evidence, type History, type Stay, type Violation } from './history.ts';
import { LogFacts, predecessor } from './log-facts.ts';
import { eventsByMark, markOf } from './marks.ts';
import { Progress } from './progress.ts';

/**
 * CS-3: nothing reaches a causal view before its causes, which are what it answers (`inReplyTo`), what its
 * author said to have seen (`basedOn`) and what its author had acknowledged. Events that come early are held
 * against this; that the backlog behind them closes every gap is checked with the chain (CS-5).
 */
export function checkCausal({ histories, log }: Evidence): Violation[] {
  const facts = new LogFacts(log);
  const causes = causesOf(histories, facts);
  const violations: Violation[] = [];
  for (const history of histories) {
    for (const stay of staysOf(history).stays) {
      if (facts.steadyLevelOf(stay.joined.participant)?.kind !== 'causal') continue;
      violations.push(...checkStay(stay, facts, causes));
    }
  }
  return violations;
}

function checkStay(stay: Stay, facts: LogFacts, causes: ReadonlyMap<number, number>): Violation[] {
  const { participant, from } = stay.joined;
  const chain = facts.chainOf(participant);
  const progress = new Progress(chain, from);
  const violations: Violation[] = [];
  for (const entry of stay.entries) {
    if (entry.kind !== 'event' || !isLogged(entry.event)) continue;
    const { seq, event } = entry.event;
    // What of the causes is for others only cannot be waited for.
    const needed = predecessor(chain, (causes.get(seq) ?? 0) + 1, from);
    if (!progress.hasAllUpTo(needed)) {
      violations.push({
        rule: 'CS-3',
        text: `${stay.client}: got seq ${seq} (${event}), which rests on ${needed}, with nothing but what is up to ${progress.contiguous}`,
      });
    }
    progress.take(seq);
  }
  return violations;
}

/** The highest seq that each event has among its causes. */
function causesOf(histories: readonly History[], facts: LogFacts): ReadonlyMap<number, number> {
  const causes = new Map<number, number>();
  const note = (seq: number, cause: number): void =>
    void causes.set(seq, Math.max(cause, causes.get(seq) ?? 0));
  const utterances = new Map<unknown, number>();
  for (const { seq, event, data } of facts.log) {
    if (event === 'speech.ended') utterances.set(data['utterance'], seq);
    const answers = data['inReplyTo'];
    if (typeof answers === 'number') note(seq, answers);
    else if (typeof answers === 'string') note(seq, utterances.get(answers) ?? 0);
  }
  const marked = eventsByMark(facts.log);
  for (const history of histories) {
    for (const { mark, cause } of claimsOf(history)) {
      for (const { seq } of marked.get(mark) ?? []) note(seq, cause);
    }
  }
  return causes;
}

/** What each marked command of a client rested on when it was first sent: its `basedOn`, and what was acknowledged. */
function claimsOf({ entries }: History): { mark: string; cause: number }[] {
  const claims = new Map<string, { mark: string; cause: number }>();
  let participant = '';
  let acked = 0;
  for (const entry of entries) {
    if (entry.kind === 'joined') {
      if (entry.participant !== participant) acked = 0;
      participant = entry.participant;
    } else if (entry.kind === 'acked') acked = Math.max(acked, entry.seq);
    else if (entry.kind === 'invoke' && !claims.has(entry.id)) {
      // Whoever joins is somebody new, who has seen nothing.
      const mark = entry.op === 'conversation.join' ? null : markOf(entry);
      if (mark !== null) claims.set(entry.id, { mark, cause: Math.max(acked, entry.basedOn ?? 0) });
    }
  }
  return [...claims.values()];
}
