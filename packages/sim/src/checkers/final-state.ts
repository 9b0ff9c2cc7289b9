import type { Data, LoggedWireEvent, Violation } from './history.ts';

/**
 * FL-10: the state that a hub shows is what the log says: head, members, holder, topic and status. A fold of its
 * own, over the few things that everybody agrees on.
 */
export function checkFinalState(log: readonly LoggedWireEvent[], state: Data): Violation[] {
  const violations: Violation[] = [];
  const same = (what: string, shown: unknown, logged: unknown): void => {
    if (JSON.stringify(shown) !== JSON.stringify(logged)) {
      violations.push({
        rule: 'FL-10',
        text: `${what}: the state shows ${JSON.stringify(shown)}, the log ${JSON.stringify(logged)}`,
      });
    }
  };
  const members = new Set<string>();
  let holders: { participant: unknown; grant: unknown }[] = [];
  let topic: unknown = null;
  let status = 'active';
  for (const { event, data } of log) {
    if (event === 'participant.joined') members.add((data['participant'] as { id: string }).id);
    if (event === 'participant.left') members.delete(data['participant'] as string);
    if (event === 'floor.granted') {
      holders.push({ participant: data['participant'], grant: data['grant'] });
    }
    if (event === 'floor.released' || event === 'floor.revoked') {
      holders = holders.filter(({ grant }) => grant !== data['grant']);
    }
    if (event === 'topic.changed') topic = data['topic'];
    if (event === 'conversation.paused') status = 'paused';
    if (event === 'conversation.resumed') status = 'active';
    if (event === 'conversation.ended') status = 'ended';
  }
  const floor = state['floor'] as { holders: { participant: string; grant: number }[] };
  const shown = state['participants'] as { id: string }[];
  same('seq', state['seq'], log.length);
  same('status', state['status'], status);
  same('members', shown.map(({ id }) => id).toSorted(), [...members].toSorted());
  same(
    'holders',
    floor.holders.map(({ participant, grant }) => ({ participant, grant })),
    holders,
  );
  same('topic', (state['context'] as { topic: unknown }).topic, topic);
  return violations;
}
