import type { ConversationId, Instant, NotificationKind, ParticipantId, Seq, State } from '@parley/core';
import { iso } from '@parley/core';
import { historyFrom } from '../delivery/catch-up.ts';
import { mayRead } from '../delivery/chain.ts';
import type { Conversations } from '../host/submission.ts';
import { firstCharacters } from '../host/summary.ts';

/** One attempt to tell somebody something, as the log has it. */
export interface Attempt {
  readonly conversation: ConversationId;
  readonly participant: ParticipantId;
  readonly notification: string;
  readonly attempt: number;
  readonly kind: NotificationKind;
  /** Seq of what it is about. */
  readonly about: Seq;
  /** When it began to wait. */
  readonly since: Instant;
  readonly url: string;
  /** At the moment of the attempt. */
  readonly state: State;
}

const EXCERPT_CHARACTERS = 280;
/** How far back the last words are looked for, where it is not about words. */
const LOOKED_AT = 50;
const PAGE_BYTES = 256 * 1024;

/** What a webhook is sent, as JSON: enough to decide whether to come, and nothing that its owner may not read. */
export async function noticeOf(
  conversations: Conversations,
  attempt: Attempt,
  consoleUrl: string | null,
): Promise<string> {
  const { conversation, participant, kind, about, since, state } = attempt;
  const excerpt = await excerptFor(conversations, attempt);
  return JSON.stringify({
    type: `notification.${kind}`,
    timestamp: iso(since),
    data: {
      conversation,
      title: state.title,
      participant,
      kind,
      seq: about,
      ...(excerpt === null ? {} : { excerpt }),
      ...(consoleUrl === null ? {} : { url: `${consoleUrl}/c/${conversation}` }),
    },
  });
}

/** What was said to it; of a turn or a vote, what was said last within its hearing. */
async function excerptFor(
  conversations: Conversations,
  { conversation, participant, kind, about, state }: Attempt,
): Promise<string | null> {
  const [after, limit] =
    kind === 'mention' ? [about - 1, 1] : [Math.max(0, state.seq - LOOKED_AT), LOOKED_AT];
  const page = await conversations.readEvents(conversation, after, { limit, maxBytes: PAGE_BYTES });
  const reader = { participant, historyFrom: historyFrom(state, participant) };
  for (const event of page.events.toReversed()) {
    if (kind === 'mention' && event.seq !== about) continue;
    const text = mayRead(event, reader) ? textIn(event.json) : null;
    if (text !== null) return firstCharacters(text, EXCERPT_CHARACTERS);
  }
  return null;
}

function textIn(json: string): string | null {
  const { event, data } = JSON.parse(json) as { event: string; data: { text?: string } };
  const words = event === 'speech.ended' || event === 'item.opened';
  return words && data.text ? data.text : null;
}
