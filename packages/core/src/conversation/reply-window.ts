import { mayHold } from './floor-view.ts';
import type { State } from './state.ts';

/** FL-13: the reply window that holds everybody else back at this instant. */
export function openReplyWindow(state: State, at: number): State['floor']['replyWindow'] {
  const window = state.floor.replyWindow;
  if (!window || at >= window.closesAt) return null;
  return window.addressees.some((id) => mayHold(state, id)) ? window : null;
}
