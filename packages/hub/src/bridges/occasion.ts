import type { Room, WireEvent } from '@parley/client';
import { isQuestion, type Occasion } from '@parley/core';

/** What somebody else said, as its bridge judges it; null for what is no reason to speak. */
export function occasionOf(event: WireEvent, { me, self }: Room): Occasion | null {
  if (event.event === 'item.opened') {
    const { kind, assignee } = event.data;
    if (event.by === me || (kind === 'task' && assignee !== me)) return null;
    return { addressed: assignee === me, question: assignee === undefined || assignee === me };
  }
  if (event.event !== 'speech.ended' || event.data.participant === me) return null;
  const { addressedTo, text, expectsReply } = event.data;
  return judged({ addressedTo, text, expectsReply: expectsReply === true }, me, self?.displayName ?? '');
}

/** An utterance by what it says. */
export function judged(
  said: { readonly addressedTo: readonly string[]; readonly text: string; readonly expectsReply: boolean },
  me: string,
  displayName: string,
): Occasion {
  const named = displayName !== '' && said.text.toLowerCase().includes(`@${displayName.toLowerCase()}`);
  const addressed = said.addressedTo.includes(me) || named;
  const toAll = said.addressedTo.length === 0;
  return { addressed, question: (addressed || toAll) && (said.expectsReply || isQuestion(said.text)) };
}
