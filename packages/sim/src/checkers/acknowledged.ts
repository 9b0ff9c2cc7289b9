import {
  participantsOf,
  type Data,
  type Evidence,
  type History,
  type LoggedWireEvent,
  type Violation,
} from './history.ts';
import { eventsByMark, markOf } from './marks.ts';

/**
 * RL-1: an acknowledged command is in the log exactly once, one that was only ever refused never (DG-2), one
 * without an answer at most once; and whatever its reply claims is true. Clients mark every command with
 * a text of its own, so that it can be found in the log.
 */
export function checkAcknowledged({ histories, log }: Evidence): Violation[] {
  const marked = eventsByMark(log);
  const violations: Violation[] = [];
  const known = new Set<string>();
  for (const history of histories) {
    for (const command of commandsOf(history)) {
      const mark = markOf(command);
      if (mark !== null) known.add(mark);
      violations.push(...checkOne(history, command, mark === null ? null : (marked.get(mark) ?? []), log));
    }
  }
  for (const [mark, events] of marked) {
    if (known.has(mark) || events.every((event) => isInPieces(event, log, mark, known))) continue;
    violations.push({ rule: 'RL-1', text: `seq ${events[0]!.seq}: nobody sent ${mark}` });
  }
  return violations;
}

/** A command of a client over all its sendings. */
export interface Command {
  readonly id: string;
  readonly op: string;
  readonly data: Data;
  /** The first accepted answer. */
  ok: { readonly seq: number | null; readonly data: Data } | null;
  /** Sendings that have no answer: they may be carried out late, even after another was refused. */
  open: number;
  /** Every sending was refused, so none was carried out. */
  refused: boolean;
}

/** Every command of a client with what became of it, over all sendings under its id. */
export function commandsOf(history: History): Command[] {
  const commands = new Map<string, Command>();
  for (const entry of history.entries) {
    if (entry.kind === 'invoke') {
      const known = commands.get(entry.id);
      if (known) Object.assign(known, { open: known.open + 1, refused: false });
      else commands.set(entry.id, { ...entry, ok: null, open: 1, refused: false });
    } else if (entry.kind === 'ok' || entry.kind === 'fail') {
      const command = commands.get(entry.id);
      if (!command) continue;
      command.open -= 1;
      if (entry.kind === 'ok') command.ok ??= entry;
      command.refused = command.ok === null && command.open === 0;
    }
  }
  return [...commands.values()];
}

function checkOne(
  history: History,
  command: Command,
  events: readonly LoggedWireEvent[] | null,
  log: readonly LoggedWireEvent[],
): Violation[] {
  const violations: Violation[] = [];
  const broken = (text: string): void =>
    void violations.push({ rule: 'RL-1', text: `${history.client}, ${command.op} ${command.id}: ${text}` });
  if (events !== null) {
    if (events.length > 1 && !isAnew(command, events, log)) {
      broken(`carried out ${events.length} times: seqs ${events.map((e) => e.seq).join(', ')}`);
    }
    // A join may also be answered by taking a disconnected member back; its claim is checked below.
    if (command.ok && events.length === 0 && command.op !== 'conversation.join') {
      broken('acknowledged, but not in the log');
    }
    if (!command.ok && command.refused && events.length > 0) {
      broken(`refused, but seq ${events[0]!.seq} of the log carries it out`);
    }
    const mine = participantsOf(history);
    for (const event of command.op === 'conversation.join' ? [] : events) {
      if (event.by !== undefined && !mine.has(event.by) && mine.size > 0) {
        broken(`seq ${event.seq} says it was by ${event.by}`);
      }
    }
  }
  if (command.ok?.seq != null) {
    if (command.ok.seq > log.length)
      broken(`acknowledged with seq ${command.ok.seq}, the log ends at ${log.length}`);
    else if (events?.[0] && events[0].seq > command.ok.seq) {
      broken(`acknowledged with seq ${command.ok.seq}, carried out at ${events[0].seq}`);
    }
  }
  if (command.ok) {
    const claim = claimOf(command.op, command.ok.data);
    if (claim && !claim.holds(log)) broken(`answered ${claim.text}, which the log does not show`);
  }
  return violations;
}

/** A turn that is given up in the middle of an utterance leaves what was delivered of it. */
function isInPieces(
  { event, data }: LoggedWireEvent,
  log: readonly LoggedWireEvent[],
  mark: string,
  known: ReadonlySet<string>,
): boolean {
  if (event !== 'speech.ended') return false;
  const { utterance } = data;
  const begun = log.some((each) => each.event === 'speech.started' && each.data['utterance'] === utterance);
  return begun && (data['text'] === '' || [...known].some((each) => each.startsWith(mark)));
}

/** A join that is repeated after what came of it first is over, say by a time-out, is a join like any other. */
function isAnew(
  { op }: Command,
  events: readonly LoggedWireEvent[],
  log: readonly LoggedWireEvent[],
): boolean {
  if (op !== 'conversation.join') return false;
  return events.slice(0, -1).every(({ data }, index) => {
    const { id } = data['participant'] as { id: string };
    const next = events[index + 1]!.seq;
    return log.some(
      ({ seq, event, data: left }) =>
        event === 'participant.left' && left['participant'] === id && seq < next,
    );
  });
}

/** What a reply says has happened, beyond the mark. */
function claimOf(
  op: string,
  reply: Data,
): { text: string; holds(log: readonly LoggedWireEvent[]): boolean } | null {
  const once =
    (type: string, matches: (data: Data) => boolean) =>
    (log: readonly LoggedWireEvent[]): boolean =>
      log.filter(({ event, data }) => event === type && matches(data)).length === 1;
  const happenedOnce = (type: string, key: string, value: unknown) =>
    once(type, (data) => data[key] === value);
  if (op === 'conversation.join') {
    return {
      text: `participant ${String(reply['participant'])}`,
      holds: once(
        'participant.joined',
        ({ participant }) => (participant as Data)['id'] === reply['participant'],
      ),
    };
  }
  if (op === 'floor.request' && reply['status'] === 'granted') {
    return {
      text: `grant ${String(reply['grant'])}`,
      holds: happenedOnce('floor.granted', 'grant', reply['grant']),
    };
  }
  if (op === 'floor.release') {
    return {
      text: `release of ${String(reply['grant'])}`,
      holds: happenedOnce('floor.released', 'grant', reply['grant']),
    };
  }
  if (op === 'speech' || op === 'speech.start' || op === 'speech.end') {
    const type = op === 'speech.start' ? 'speech.started' : 'speech.ended';
    return {
      text: `utterance ${String(reply['utterance'])}`,
      holds: happenedOnce(type, 'utterance', reply['utterance']),
    };
  }
  return null;
}
