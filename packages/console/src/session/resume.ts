import type { ResumeState, Room } from '@parley/client';

const key = (conversation: string): string => `parley.resume.${conversation}`;

/** How this tab comes back to a conversation as the participant that it was. */
export function keptResume(conversation: string): ResumeState | undefined {
  const text = sessionStorage.getItem(key(conversation));
  return text === null ? undefined : (JSON.parse(text) as ResumeState);
}

export const dropResume = (conversation: string): void => sessionStorage.removeItem(key(conversation));

/** At most so long after an event the tab has noted it: a reload then only reads those events again. */
const NOTE_AFTER_MS = 300;

/**
 * Keeps the room's resume state for the tab while the room lasts. Its token rotates at every use, so the
 * newest is also written when the page goes.
 */
export function keepResuming(room: Room): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const note = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (room.closed === null || room.closed.cause === 'closed') {
      sessionStorage.setItem(key(room.id), JSON.stringify(room.resume));
    }
  };
  note();
  const stop = room.subscribe(() => {
    timer ??= setTimeout(note, NOTE_AFTER_MS);
  });
  addEventListener('pagehide', note);
  return () => {
    note();
    stop();
    removeEventListener('pagehide', note);
  };
}
