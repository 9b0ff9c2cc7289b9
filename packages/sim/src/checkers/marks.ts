import type { Data, LoggedWireEvent } from './history.ts';

/** Where a command's data, and the event that it brings about, carry what the client marked it with. */
const MARKS: Readonly<
  Record<string, { readonly command: string; readonly event: string; mark(data: Data): unknown }>
> = {
  speech: { command: 'text', event: 'speech.ended', mark: ({ text }) => text },
  'speech.end': { command: 'text', event: 'speech.ended', mark: ({ text }) => text },
  'reaction.add': { command: 'kind', event: 'reaction.added', mark: ({ kind }) => kind },
  'topic.set': { command: 'topic', event: 'topic.changed', mark: ({ topic }) => topic },
  'item.open': { command: 'text', event: 'item.opened', mark: ({ text }) => text },
  'decision.record': { command: 'text', event: 'decision.recorded', mark: ({ text }) => text },
  'floor.request': { command: 'preview', event: 'floor.requested', mark: ({ preview }) => preview },
  'conversation.join': {
    command: 'displayName',
    event: 'participant.joined',
    mark: ({ participant }) => (participant as Data)['displayName'],
  },
};

/** What the client marked a command with; null where it has no mark. */
export function markOf({ op, data }: { op: string; data: Data }): string | null {
  const mark = MARKS[op];
  const value = mark && data[mark.command];
  return mark && typeof value === 'string' ? `${mark.event} ${value}` : null;
}

/** The events of a log by the mark of the command that they carry out. */
export function eventsByMark(log: readonly LoggedWireEvent[]): Map<string, LoggedWireEvent[]> {
  const readers = new Map(Object.values(MARKS).map(({ event, mark }) => [event, mark]));
  const marked = new Map<string, LoggedWireEvent[]>();
  for (const event of log) {
    const value = readers.get(event.event)?.(event.data);
    // An utterance that was cut off carries what was delivered of it and answers no command.
    if (typeof value !== 'string' || event.data['interrupted'] === true) continue;
    const mark = `${event.event} ${value}`;
    marked.set(mark, [...(marked.get(mark) ?? []), event]);
  }
  return marked;
}
