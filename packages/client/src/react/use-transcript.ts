import type { Room } from '../api.ts';
import type { TranscriptLine } from '../transcript-lines.ts';
import { useRoomValue } from './use-room-value.ts';

/** Every line, also the one being spoken; a line that did not change is the same object. */
export function useTranscript(room: Room): readonly TranscriptLine[] {
  return useRoomValue(room, ({ transcript }) => transcript);
}
