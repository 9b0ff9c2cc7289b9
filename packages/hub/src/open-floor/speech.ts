import type { SpeechPart } from '@parley/core';
import type { DialogEvent } from './envelope.ts';

/** Said by somebody, in the words of a conversation. */
export interface Said {
  readonly text: string;
  readonly parts: readonly SpeechPart[];
}

/** The type of a part that is an Open Floor feature; it keeps everything that came with it. */
const FEATURE = 'openFloor';

/** The text is what the tokens of its feature make when put together; all other features are kept as parts. */
export function saidIn({ features }: Pick<DialogEvent, 'features'>): Said {
  const parts: SpeechPart[] = [];
  for (const [name, feature] of Object.entries(features)) {
    if (name !== 'text') parts.push({ type: FEATURE, feature: name, ...feature });
  }
  const tokens = features['text']?.tokens ?? [];
  return { text: tokens.map(({ value }) => (typeof value === 'string' ? value : '')).join(''), parts };
}

export interface Uttered extends Said {
  readonly utterance: string;
  readonly speakerUri: string;
  readonly startedAt: string;
  readonly endedAt?: string;
}

/** An utterance as Open Floor has it. */
export function dialogEventOf({ utterance, speakerUri, startedAt, endedAt, text, parts }: Uttered) {
  const others = parts.map((part): [string, unknown] => {
    const { type, feature, ...rest } = part as SpeechPart & { readonly feature?: unknown };
    if (type === FEATURE && typeof feature === 'string') return [feature, rest];
    return [type, { mimeType: 'application/json', tokens: [{ value: part }] }];
  });
  return {
    id: utterance,
    speakerUri,
    span: { startTime: startedAt, ...(endedAt !== undefined && { endTime: endedAt }) },
    features: {
      ...Object.fromEntries(others),
      text: { mimeType: 'text/plain', tokens: [{ value: text }] },
    },
  };
}
