import type { Part, StreamResponse } from '@a2a-js/sdk';
import type { Wish } from '../bid-answer.ts';
import { bidIn, bidOf } from '../bid-answer.ts';

/** The wish in an agent's answer; null for none, and for whatever cannot be read as one. */
export function wishIn(event: StreamResponse): Wish | null {
  for (const { content } of partsOf(event)) {
    const bid =
      content?.$case === 'data'
        ? bidOf(content.value)
        : content?.$case === 'text'
          ? bidIn(content.value)
          : null;
    if (bid) return bid;
  }
  return null;
}

function partsOf({ payload }: StreamResponse): readonly Part[] {
  if (payload?.$case === 'message') return payload.value.parts;
  if (payload?.$case !== 'task') return [];
  const { artifacts, status } = payload.value;
  return [...artifacts.flatMap(({ parts }) => parts), ...(status?.message?.parts ?? [])];
}
