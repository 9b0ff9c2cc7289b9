import type { Data, LoggedWireEvent } from './history.ts';

/** Where a command carries what the client marked it with, and what kind of mark that is. */
const COMMANDS: Readonly<Record<string, { readonly field: string; readonly kind: string }>> = {
  speech: { field: 'text', kind: 'utterance' },
  'speech.end': { field: 'text', kind: 'utterance' },
  'reaction.add': { field: 'kind', kind: 'reaction' },
  'topic.set': { field: 'topic', kind: 'topic' },
  'item.open': { field: 'text', kind: 'item' },
  'decision.record': { field: 'text', kind: 'decision' },
  'floor.request': { field: 'preview', kind: 'request' },
  'conversation.join': { field: 'displayName', kind: 'member' },
};

/** Where the event that carries a command out shows its mark. A request that is a bid is sealed (TS-4). */
const EVENTS: Readonly<Record<string, { readonly kind: string; mark(data: Data): unknown }>> = {
  'speech.ended': { kind: 'utterance', mark: ({ text }) => text },
  'reaction.added': { kind: 'reaction', mark: ({ kind }) => kind },
  'topic.changed': { kind: 'topic', mark: ({ topic }) => topic },
  'item.opened': { kind: 'item', mark: ({ text }) => text },
  'decision.recorded': { kind: 'decision', mark: ({ text }) => text },
  'floor.requested': { kind: 'request', mark: ({ preview }) => preview },
  'bid.placed': { kind: 'request', mark: ({ preview }) => preview },
  'participant.joined': { kind: 'member', mark: ({ participant }) => (participant as Data)['displayName'] },
};

/** What the client marked a command with; null where it has no mark. */
export function markOf({ op, data }: { op: string; data: Data }): string | null {
  const command = COMMANDS[op];
  const value = command && data[command.field];
  return command && typeof value === 'string' ? `${command.kind} ${value}` : null;
}

/** The events of a log by the mark of the command that they carry out. */
export function eventsByMark(log: readonly LoggedWireEvent[]): Map<string, LoggedWireEvent[]> {
  const marked = new Map<string, LoggedWireEvent[]>();
  for (const event of log) {
    const reader = EVENTS[event.event];
    const value = reader?.mark(event.data);
    // An utterance that was cut off carries what was delivered of it and answers no command.
    if (!reader || typeof value !== 'string' || event.data['interrupted'] === true) continue;
    const mark = `${reader.kind} ${value}`;
    marked.set(mark, [...(marked.get(mark) ?? []), event]);
  }
  return marked;
}
