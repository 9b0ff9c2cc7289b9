import { isLogged, type Evidence, type History, type Violation } from './history.ts';

/**
 * CS-5 and the chain of `after`: each event follows the last one that this client had, a resume goes on
 * exactly there, nothing comes twice, and who was there at the end has the whole log. The conversation
 * broadcasts (RT-1), so every event belongs to everybody's chain.
 */
export function checkChain({ histories, log }: Evidence): Violation[] {
  return histories.flatMap((history) => checkOne(history, log.length));
}

function checkOne({ client, complete, entries }: History, head: number): Violation[] {
  const violations: Violation[] = [];
  const broken = (text: string): void => void violations.push({ rule: 'CS-5', text: `${client}: ${text}` });
  /** Null while not joined: no durable event may come then. */
  let last: number | null = null;
  /** Where the chain stood when the connection was lost. */
  let left: { participant: string; epoch: string; seq: number } | null = null;
  let current: { participant: string; epoch: string } | null = null;

  for (const entry of entries) {
    if (entry.kind === 'lost') {
      if (current && last !== null) left = { ...current, seq: last };
      last = null;
    } else if (entry.kind === 'joined') {
      if (entry.resumed) {
        if (!left || left.participant !== entry.participant) broken('resumed as somebody it had not been');
        else if (left.epoch !== entry.epoch) broken(`resumed into epoch ${entry.epoch}, not ${left.epoch}`);
        else if (left.seq !== entry.from) broken(`resumed behind ${entry.from}, but had ${left.seq}`);
      } else if (left && left.participant === entry.participant && entry.from < left.seq) {
        broken(`started again behind ${entry.from}, but had ${left.seq} already`);
      }
      current = { participant: entry.participant, epoch: entry.epoch };
      last = entry.from;
    } else if (entry.kind === 'event' && isLogged(entry.event)) {
      const { seq, after, event } = entry.event;
      if (last === null) {
        broken(`got seq ${seq} (${event}) without having joined`);
        continue;
      }
      if (after !== last) broken(`got seq ${seq} (${event}) after ${after}, but had ${last}`);
      else if (seq !== last + 1)
        broken(`seq ${seq} (${event}) leaves out ${last + 1}, which was for everybody`);
      last = seq;
    }
  }
  if (complete && last !== head) broken(`ended at ${last ?? 'nothing'}, the log at ${head}`);
  return violations;
}
