import { checkFinalState } from './final-state.ts';
import { staysOf, type CaughtUp, type Data, type Evidence, type Stay, type Violation } from './history.ts';
import { hears, LogFacts } from './log-facts.ts';
import { content } from './order.ts';

/**
 * CU-1 for whoever joins, CU-2 for whoever comes back: the answer shows the state as of its seq, the last events of the
 * participant's audience up to there (since its own joining, or since it was last there), how many it leaves out,
 * and whether the floor or a place in the queue waits for it; and a summary cites what the reader may read of its gap.
 */
export function checkCatchUp({ histories, log }: Evidence): Violation[] {
  const facts = new LogFacts(log);
  return histories.flatMap((history) => staysOf(history).stays.flatMap((stay) => checkStay(stay, facts)));
}

function checkStay({ client, joined }: Stay, facts: LogFacts): Violation[] {
  const { participant, resumed, shown, catchUp } = joined;
  if (!catchUp) return [];
  const { state, missed, summary } = catchUp;
  const violations: Violation[] = [];
  const rule = resumed ? 'CU-2' : 'CU-1';
  const broken = (text: string): void => void violations.push({ rule, text: `${client}: ${text}` });
  const upTo = state['seq'] as number;
  if (upTo < joined.from) broken(`caught up as of ${upTo}, and goes on behind ${joined.from}`);
  for (const { text } of checkFinalState(facts.log.slice(0, upTo), state)) broken(`as of ${upTo}, ${text}`);

  const member = facts.members.get(participant)?.joined ?? 0;
  const visibleFrom = facts.sinceJoinAt(upTo) ? member : 1;
  const first = Math.max(resumed ? joined.from : 0, visibleFrom - 1);
  const own = facts.log.filter(
    ({ seq, audience }) => seq > first && seq <= upTo && hears(audience, participant),
  );
  const expected = own.slice(-catchUp.last);
  const texts = (events: readonly { seq?: number }[]): string => events.map(({ seq }) => seq).join(', ');
  if (texts(shown) !== texts(expected)) {
    broken(`as of ${upTo}, shown ${texts(shown) || 'nothing'}, and not ${texts(expected) || 'nothing'}`);
  } else if (shown.some((event, index) => content(event as never) !== content(expected[index]!))) {
    broken(`as of ${upTo}, shown other events than the log has`);
  }
  // What was not looked at counts whole, also what is for others only.
  const left = own.length - expected.length;
  const most = (expected[0]?.seq ?? upTo + 1) - 1 - first;
  if (missed < left || missed > most) {
    broken(`as of ${upTo}, said to have missed ${missed}, of ${left} (with what is for others ${most})`);
  }
  if (JSON.stringify(floorsIn(catchUp)) !== JSON.stringify(floorsFor(participant, state))) {
    broken(
      `as of ${upTo}, ${JSON.stringify(floorsIn(catchUp))} waits for it in ${JSON.stringify(state['floor'])}`,
    );
  }
  const readable = new Set(own.map(({ seq }) => seq));
  const strange = (summary?.cites ?? []).filter((seq) => !readable.has(seq));
  if (strange.length > 0) broken(`as of ${upTo}, summed up by ${strange.join(', ')}, which it cannot read`);
  return violations;
}

const floorsIn = ({ waiting }: CaughtUp): unknown[] =>
  waiting.flatMap(({ kind, grant, position }) =>
    kind === 'floor' ? [grant ?? `place ${String(position)}`] : [],
  );

function floorsFor(participant: string, state: Data): unknown[] {
  const { holders, queue } = state['floor'] as {
    holders: { participant: string; grant: number }[];
    queue: { participant: string; position: number }[];
  };
  const mine = (each: { participant: string }): boolean => each.participant === participant;
  const places = queue.filter(mine).map(({ position }) => `place ${position}`);
  return [...holders.filter(mine).map(({ grant }) => grant), ...places];
}
