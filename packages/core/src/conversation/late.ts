import type { Seq } from '../kernel/id.ts';
import { idFor } from '../kernel/id.ts';
import type { State } from './state.ts';

/**
 * HU-2: an answer to what was resolved meanwhile is kept beside the first one, and says that it is late.
 * Known of the latest `LIMITS.openItems` resolved items.
 */
export const wasResolved = ({ context }: State, item: string): boolean =>
  context.resolvedItems.includes(item);

/** The same of an utterance, which answers an item by the seq of its `item.opened`. */
export const lateAnswer = (state: State, inReplyTo: Seq | string | null | undefined): { late?: true } =>
  typeof inReplyTo === 'number' && wasResolved(state, idFor.item(inReplyTo)) ? { late: true } : {};
