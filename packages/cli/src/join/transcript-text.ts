import type { TranscriptLine, UtteranceLine } from '@parley/client';
import { plainLine, plainText } from '../terminal/plain-text.ts';
import { muteText } from '../wording.ts';
import { listed } from './names.ts';

/** A transcript line as the terminal shows it: a speaker with a text, or one sentence about the room. */
export interface ShownLine {
  readonly key: string;
  /** Null for sentences about the room. */
  readonly speaker: string | null;
  readonly text: string;
  /** Still growing. */
  readonly live: boolean;
  /** Reactions to it, such as `👍 2`. */
  readonly reactions: string;
}

/** `nameOf` names whom a whisper was for. */
export function shownLine(line: TranscriptLine, nameOf: (id: string) => string): ShownLine {
  const name = plainLine(line.displayName);
  const about = (text: string): ShownLine => ({
    key: line.key,
    speaker: null,
    text,
    live: false,
    reactions: '',
  });
  switch (line.kind) {
    case 'utterance': {
      const cut = line.interrupted || line.status === 'lost' ? ' —' : '';
      const late = line.late ? ' (late answer)' : '';
      return {
        key: line.key,
        speaker: `${name}${reachOf(line, nameOf)}`,
        text: `${plainText(line.text)}${cut}${late}`,
        live: line.status === 'speaking',
        reactions: tally(line.reactions.map(({ kind }) => plainLine(kind))),
      };
    }
    case 'joined':
      return about(`${name} came in`);
    case 'left':
      return about(
        line.cause === null || line.cause === 'left' ? `${name} left` : `${name} left (${line.cause})`,
      );
    case 'disconnected':
      return about(`${name} lost the connection`);
    case 'returned':
      return about(`${name} is back`);
    case 'muted':
      return about(`${name} is muted (${muteText(line)})`);
    case 'unmuted':
      return about(`${name} may speak again`);
    case 'topic':
      return about(`topic: ${plainLine(line.text)}`);
    case 'itemOpened':
      return about(`${name} asks for: ${plainLine(line.text)}`);
    case 'itemResolved':
      return about(`${line.late ? `${name} answers late` : 'resolved'}: ${plainLine(line.text)}`);
    case 'decision':
      return about(`decided: ${plainLine(line.text)}`);
    case 'floor':
      return about(plainLine(line.text));
    case 'paused':
      return about(`paused (${line.cause.replaceAll('_', ' ')})`);
    case 'resumed':
      return about('the conversation goes on');
    case 'ended':
      return about('the conversation has ended');
    case 'gap':
      return about(`${line.missed} events are missing here`);
  }
}

/** RT-6: whom it was whispered to, or that not everybody hears it; and the topics it stands under. */
function reachOf({ whisperedTo, narrowed, topics }: UtteranceLine, nameOf: (id: string) => string): string {
  const marks = topics.map((topic) => `#${plainLine(topic)}`);
  if (whisperedTo !== null) marks.unshift(`whispers to ${listed(whisperedTo.map(nameOf))}`);
  else if (narrowed) marks.push('not for all');
  return marks.length === 0 ? '' : ` (${marks.join(', ')})`;
}

function tally(kinds: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => (count === 1 ? kind : `${kind} ${count}`)).join('  ');
}
