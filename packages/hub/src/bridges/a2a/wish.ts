import type { Part, StreamResponse } from '@a2a-js/sdk';
import { LIMITS } from '@parley/core';
import { toSpeakableText } from '@parley/protocol';
import { z } from 'zod';

/** How much somebody wants the next turn. */
export interface Wish {
  readonly urgency: number;
  readonly preview?: string;
}

const bid = z.union([
  z.object({ pass: z.literal(true) }).transform(() => null),
  z.object({ urgency: z.number().min(0).max(1), preview: z.string().optional() }),
]);

/** The wish in an agent's answer; null for none, and for whatever cannot be read as one. */
export function wishIn(event: StreamResponse): Wish | null {
  for (const { content } of partsOf(event)) {
    const said =
      content?.$case === 'data'
        ? content.value
        : content?.$case === 'text'
          ? jsonIn(content.value)
          : undefined;
    const read = bid.safeParse(said);
    if (read.success) return read.data && wishOf(read.data);
  }
  return null;
}

function partsOf({ payload }: StreamResponse): readonly Part[] {
  if (payload?.$case === 'message') return payload.value.parts;
  if (payload?.$case !== 'task') return [];
  const { artifacts, status } = payload.value;
  return [...artifacts.flatMap(({ parts }) => parts), ...(status?.message?.parts ?? [])];
}

/** Models like to put it into a fence, or to say a word before. */
function jsonIn(text: string): unknown {
  const [json = ''] = /\{[^]*\}/.exec(text) ?? [];
  try {
    return JSON.parse(json);
  } catch {
    // An answer that is no JSON is no bid.
    return undefined;
  }
}

function wishOf({ urgency, preview = '' }: { urgency: number; preview?: string | undefined }): Wish {
  const line = toSpeakableText(preview).replace(/\s+/g, ' ').trim();
  const short = line.slice(0, LIMITS.previewCharacters).toWellFormed();
  return { urgency, ...(short === '' ? {} : { preview: short }) };
}
