import type { Room, TranscriptLine } from '@parley/client';
import { useRoomStatus } from '@parley/client/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReadMark } from '../../session/read-marks.ts';
import { markRead, readMark } from '../../session/read-marks.ts';

/** What happened while one was away: behind `from`, up to `until`. */
interface Absence {
  readonly from: number;
  readonly until: number;
}

/** Where "since you left" stands, and how many lines were said behind it. */
export interface Since {
  readonly key: string;
  readonly count: number;
}

/** At most so long after a line was read it is noted as read. */
const NOTE_AFTER_MS = 500;

/**
 * Where one stopped reading: when one comes back to the page, or after a lost connection. Null where
 * nothing was said meanwhile by others.
 */
export function useSince(room: Room, lines: readonly TranscriptLine[]): Since | null {
  const { live } = useRoomStatus(room);
  const [absence, setAbsence] = useState<Absence | null>(() => {
    const mark = readMark(room.id);
    if (mark === undefined || mark.epoch !== room.resume.epoch) return null;
    return { from: mark.seq, until: Math.max(room.catchUp.state.seq, room.view.seq) };
  });
  const lostAt = useRef<number | null>(null);
  useEffect(() => {
    if (!live) lostAt.current = room.resume.seq;
    else if (lostAt.current !== null) {
      setAbsence({ from: lostAt.current, until: room.catchUp.state.seq });
      lostAt.current = null;
    }
  }, [room, live]);
  return useMemo(() => (absence === null ? null : sinceIn(lines, absence, room.me)), [absence, lines, room]);
}

/** The first line of an absence, if anything was said in it by others. */
export function sinceIn(
  lines: readonly TranscriptLine[],
  { from, until }: Absence,
  me: string,
): Since | null {
  let since: Since = { key: '', count: 0 };
  // From the end, so that it costs what is new and not all that there is.
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index]!;
    if (line.seq !== null && line.seq <= from) break;
    if (line.seq === null || line.seq > until) continue;
    const said = line.kind === 'utterance' && line.participant !== me;
    since = { key: line.key, count: since.count + (said ? 1 : 0) };
  }
  return since.count === 0 ? null : since;
}

/**
 * Notes what was read. `looking`: the transcript is on the screen, and at its end. What comes while the page
 * is hidden, or while one looks elsewhere, is not read.
 */
export function useReadMarks(room: Room, looking: boolean): void {
  useEffect(() => {
    if (!looking) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let seen: ReadMark | undefined;
    const note = (): void => {
      clearTimeout(timer);
      timer = undefined;
      if (seen !== undefined) markRead(room.id, seen);
    };
    // Up to where is settled now, and written down later: by then something unseen may have come.
    const look = (): void => {
      if (document.visibilityState !== 'visible') return;
      const { epoch, seq } = room.resume;
      seen = { epoch, seq, me: room.me };
      timer ??= setTimeout(note, NOTE_AFTER_MS);
    };
    look();
    const stop = room.subscribe(look);
    document.addEventListener('visibilitychange', look);
    addEventListener('pagehide', note);
    return () => {
      if (timer !== undefined) note();
      stop();
      document.removeEventListener('visibilitychange', look);
      removeEventListener('pagehide', note);
    };
  }, [room, looking]);
}
