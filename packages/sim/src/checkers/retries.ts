import { commandsOf } from './acknowledged.ts';
import type { Data, Evidence, History, Violation } from './history.ts';
import { canonical } from './order.ts';

/** A hub that cannot decide now may say so to a retry as well; that is not another answer. */
const PASSING = new Set(['storage.unavailable', 'storage.full', 'hub.overloaded', 'rate.limited']);

/**
 * FL-10: a command that was accepted once gets that answer again however often it is sent, also by
 * another run of the hub and where it changed nothing; and another body under its id is a conflict.
 * Signals are not kept: another run of the hub sends them again, or refuses them, and answers with the seq of
 * its time; and who has left is nobody any more that a repeated leaving could be answered to, nor, over HTTP,
 * a repetition that was sent before the leaving and overtaken by it.
 */
export function checkRetries({ histories }: Evidence): Violation[] {
  return histories.flatMap(checkOne);
}

function checkOne(history: History): Violation[] {
  const { client, ordered, entries } = history;
  const violations: Violation[] = [];
  const bodies = new Map<string, string>();
  const ops = new Map<string, string>();
  const accepted = new Map<string, { readonly seq: number | null; readonly data: Data }>();
  /** Leavings that did not take place: every sending of them was refused. */
  const stayed = new Set(commandsOf(history).flatMap(({ id, refused }) => (refused ? [id] : [])));
  /** Sendings on this connection that have no answer. */
  const open = new Map<string, number>();
  /** Those of them with another body than the first. */
  const changed = new Map<string, number>();
  /** Those of them that were sent before an acceptance was heard of: their answers are still to come, over HTTP in any order. */
  const late = new Map<string, number>();
  /** Those of them that a leaving may have overtaken. */
  const overtaken = new Map<string, number>();
  const one = (many: Map<string, number>, id: string): boolean => {
    const left = many.get(id) ?? 0;
    if (left > 0) many.set(id, left - 1);
    return left > 0;
  };
  for (const entry of entries) {
    if (entry.kind === 'lost') {
      open.clear();
      changed.clear();
      late.clear();
      overtaken.clear();
    } else if (entry.kind === 'invoke') open.set(entry.id, (open.get(entry.id) ?? 0) + 1);
    // Whose answer it is cannot always be told: a conflict is another body's where one waits, else it comes first.
    const isConflict = entry.kind === 'fail' && entry.code === 'idempotency.conflict';
    const toChanged =
      (entry.kind === 'ok' || entry.kind === 'fail') &&
      (isConflict || (open.get(entry.id) ?? 0) <= (changed.get(entry.id) ?? 0)) &&
      one(changed, entry.id);
    if (entry.kind === 'ok' || entry.kind === 'fail') one(open, entry.id);
    const broken = (text: string): void =>
      void violations.push({ rule: 'FL-10', text: `${client}, ${'id' in entry ? entry.id : ''}: ${text}` });
    if (entry.kind === 'invoke') {
      const body = canonical([entry.op, entry.data]);
      const first = bodies.get(entry.id);
      ops.set(entry.id, entry.op);
      if (!ordered && entry.op === 'conversation.leave' && !stayed.has(entry.id)) {
        for (const [id, many] of open) overtaken.set(id, many);
      }
      if (first === undefined) bodies.set(entry.id, body);
      else if (first !== body) changed.set(entry.id, (changed.get(entry.id) ?? 0) + 1);
    } else if (entry.kind === 'ok') {
      const first = accepted.get(entry.id);
      if (!bodies.has(entry.id)) {
        broken('answered, but never sent');
        continue;
      }
      if (!first) {
        accepted.set(entry.id, entry);
        late.set(entry.id, open.get(entry.id) ?? 0);
        continue;
      }
      one(late, entry.id);
      if (toChanged) broken('accepted with another body under the same id');
      else if (
        (first.seq !== entry.seq && ops.get(entry.id) !== 'signal') ||
        canonical(first.data) !== canonical(entry.data)
      ) {
        broken(
          `first answered ${canonical(first.data)} at ${first.seq}, then ${canonical(entry.data)} at ${entry.seq}`,
        );
      }
    } else if (entry.kind === 'fail' && accepted.has(entry.id) && !PASSING.has(entry.code)) {
      if (one(late, entry.id) && !ordered) continue;
      const op = ops.get(entry.id);
      if (op === 'signal' && !toChanged) continue;
      const isNobody = entry.code === 'participant.not_joined';
      if (isNobody && (op === 'conversation.leave' || one(overtaken, entry.id))) continue;
      if (!(toChanged && isConflict)) {
        broken(`accepted before, now refused with ${entry.code}`);
      }
    }
  }
  return violations;
}
