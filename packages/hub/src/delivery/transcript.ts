import type { State, Viewer } from '@parley/core';
import { decodeEvent } from '@parley/protocol';
import type { Conversations } from '../host/submission.ts';
import type { StoredEvent } from './chain.ts';
import { historyFrom } from './catch-up.ts';
import { escapeMarkdown, MarkdownWriter } from './markdown.ts';
import { pagesOf } from './pages.ts';

const PAGE = { limit: 500, maxBytes: 256 * 1024 };

/**
 * The whole conversation as this viewer may read it (RT-7), piece by piece: no more than a page of it is
 * in memory, however long it is. JSON carries the stored events; Markdown is for people.
 */
export function transcript(
  conversations: Conversations,
  state: State,
  viewer: Viewer,
  format: 'json' | 'markdown',
): AsyncGenerator<string> {
  const pages = visiblePages(conversations, state, viewer);
  return format === 'json' ? asJson(state, pages) : asMarkdown(state, pages);
}

function visiblePages(
  conversations: Conversations,
  state: State,
  { participant }: Viewer,
): AsyncGenerator<StoredEvent[]> {
  const reader = { participant, historyFrom: historyFrom(state, participant) };
  const after = Math.max(0, reader.historyFrom - 1);
  return pagesOf(conversations, state.id, reader, { after, upTo: state.seq, limits: PAGE });
}

async function* asJson(state: State, pages: AsyncIterable<StoredEvent[]>): AsyncGenerator<string> {
  const { id: conversation, epoch, title, seq } = state;
  yield `${JSON.stringify({ conversation, epoch, title, seq }).slice(0, -1)},"events":[`;
  let separator = '\n';
  for await (const events of pages) {
    if (events.length === 0) continue;
    yield separator + events.map(({ json }) => json).join(',\n');
    separator = ',\n';
  }
  yield '\n]}\n';
}

async function* asMarkdown(state: State, pages: AsyncIterable<StoredEvent[]>): AsyncGenerator<string> {
  const writer = new MarkdownWriter(state);
  yield `# ${escapeMarkdown(state.title || state.id)}\n\n`;
  for await (const events of pages) {
    const text = events
      .map(({ json, audience }) => writer.write(decodeEvent(json, undefined, audience)))
      .join('');
    if (text !== '') yield text;
  }
}
