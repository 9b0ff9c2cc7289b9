import type { ParticipantId, Seq } from '@parley/core';
import type { Summariser, Summary, SummaryMaterial } from '../ports/summariser.ts';
import type { SummaryLine } from './lines.ts';
import { mark, nameIn, oneLine, summaryOf } from './lines.ts';

const QUOTE_MAX = 140;
/** Lines of one kind; of more, the newest, and how many others there are. */
const QUESTIONS_MAX = 5;
const DECISIONS_MAX = 6;
const ITEMS_MAX = 5;
const TOPICS_MAX = 3;
const RATED_MAX = 3;
const SPEAKERS_MAX = 6;

/**
 * Picks out instead of wording anew: what the reader was asked, what was decided, what is open, what it was
 * about, what was liked, and who spoke how often. The most important comes first, and is kept where not
 * all fits. Costs no model and tells nobody anything.
 */
export class ExtractiveSummariser implements Summariser {
  summarise(material: SummaryMaterial): Promise<Summary | null> {
    const lines = [
      ...questions(material),
      ...decisions(material),
      ...openItems(material),
      ...topics(material),
      ...bestRated(material),
      ...speakers(material),
    ];
    return Promise.resolve(summaryOf(lines, material.upTo));
  }
}

const quote = (text: string): string => `“${oneLine(text, QUOTE_MAX)}”`;

function questions(material: SummaryMaterial): SummaryLine[] {
  return newest(material.questions, QUESTIONS_MAX, 'questions to you', ({ seq, participant, text }) =>
    line(seq, `${nameIn(material, participant)} asked you: ${quote(text)}`),
  );
}

function decisions(material: SummaryMaterial): SummaryLine[] {
  return newest(material.decisions, DECISIONS_MAX, 'decisions', ({ seq, text, by }) =>
    line(seq, `Decided: ${quote(text)} (${nameIn(material, by)})`),
  );
}

function openItems(material: SummaryMaterial): SummaryLine[] {
  return newest(material.openItems, ITEMS_MAX, 'open items', ({ seq, kind, text, assignee }) => {
    const own = assignee !== null && assignee === material.reader;
    const whose = assignee === null ? '' : ` for ${own ? 'you' : nameIn(material, assignee)}`;
    return line(seq, `Open ${kind}${whose}: ${quote(text)}`);
  });
}

function topics(material: SummaryMaterial): SummaryLine[] {
  return newest(material.topics, TOPICS_MAX, 'changes of topic', ({ seq, topic, by }) =>
    line(seq, `${nameIn(material, by)} changed the topic to ${quote(topic)}`),
  );
}

function bestRated(material: SummaryMaterial): SummaryLine[] {
  return material.utterances
    .filter(({ rated }) => rated > 0)
    .toSorted((a, b) => b.rated - a.rated || a.seq - b.seq)
    .slice(0, RATED_MAX)
    .map(({ seq, participant, text, rated }) =>
      line(seq, `Rated +${Math.round(rated * 10) / 10}: ${nameIn(material, participant)}, ${quote(text)}`),
    );
}

/** How often each spoke; the last time stands for all of them. */
function speakers(material: SummaryMaterial): SummaryLine[] {
  const spoken = new Map<ParticipantId, { times: number; last: Seq }>();
  for (const { seq, participant } of material.utterances) {
    spoken.set(participant, { times: (spoken.get(participant)?.times ?? 0) + 1, last: seq });
  }
  if (spoken.size === 0) return [];
  const most = [...spoken].toSorted(([, a], [, b]) => b.times - a.times || a.last - b.last);
  const shown = most.slice(0, SPEAKERS_MAX);
  const each = shown.map(([id, { times, last }]) => `${nameIn(material, id)} ${times} ×, last ${mark(last)}`);
  const others = most.length > shown.length ? `; and ${most.length - shown.length} others` : '';
  const since = material.shortened ? 'Spoke lately' : 'Spoke';
  return [{ text: `${since}: ${each.join('; ')}${others}`, cites: shown.map(([, { last }]) => last) }];
}

const line = (seq: Seq, text: string): SummaryLine => ({ text: `${text} ${mark(seq)}`, cites: [seq] });

/** The newest, oldest first, under a line that stands for those before them. */
function newest<T extends { readonly seq: Seq }>(
  all: readonly T[],
  max: number,
  what: string,
  tell: (entry: T) => SummaryLine,
): SummaryLine[] {
  const told = all.slice(-max).map(tell);
  const before = all.at(-max - 1);
  return before ? [line(before.seq, `${all.length - max} earlier ${what}, the last of them`), ...told] : told;
}
