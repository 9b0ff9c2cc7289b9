import { batchFrame } from '@parley/protocol';

/** Longest frame made of several events: what a client parses in about a millisecond. */
export const BATCH_CHARACTERS = 64 * 1024;

/** Several events in one frame, where the channel takes that, up to a bound. */
export function batches(jsons: readonly string[], accepted: boolean): readonly string[] {
  if (!accepted) return jsons;
  const frames: string[] = [];
  let batch: string[] = [];
  let characters = 0;
  for (const json of jsons) {
    if (batch.length > 0 && characters + json.length > BATCH_CHARACTERS) {
      frames.push(batchFrame(batch));
      batch = [];
      characters = 0;
    }
    batch.push(json);
    characters += json.length;
  }
  if (batch.length > 0) frames.push(batchFrame(batch));
  return frames;
}
