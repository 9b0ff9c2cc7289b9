import type { Artifact, Message, Part } from '@a2a-js/sdk';
import { Role } from '@a2a-js/sdk';
import type { SpeechPart } from '@parley/core';

/** What a message says: its text parts as text, the others as parts of the utterance. */
export interface Said {
  readonly text: string;
  readonly parts: readonly SpeechPart[];
}

/** Names the first part that has no content, or one that this protocol does not know. */
export function saidIn(message: Message): Said | { readonly wrongPart: number } {
  const texts: string[] = [];
  const parts: SpeechPart[] = [];
  for (const [index, part] of message.parts.entries()) {
    switch (part.content?.$case) {
      case 'text':
        if (part.content.value !== '') texts.push(part.content.value);
        break;
      case 'raw':
        parts.push({ type: 'file', bytes: part.content.value.toString('base64'), ...namesOf(part) });
        break;
      case 'url':
        parts.push({ type: 'file', url: part.content.value, ...namesOf(part) });
        break;
      case 'data':
        parts.push({ type: 'data', data: part.content.value as unknown, ...namesOf(part) });
        break;
      default:
        return { wrongPart: index };
    }
  }
  return { text: texts.join('\n'), parts };
}

/** An utterance as parts: at least one, since A2A has no artifact without. */
export const partsOf = ({ text, parts }: Said): Part[] =>
  text === '' && parts.length > 0 ? parts.map(toPart) : [textPart(text, 'text/plain'), ...parts.map(toPart)];

export const textPart = (text: string, mediaType = ''): Part => ({
  content: { $case: 'text', value: text },
  metadata: undefined,
  filename: '',
  mediaType,
});

export const dataPart = (value: unknown): Part => ({
  content: { $case: 'data', value },
  metadata: undefined,
  filename: '',
  mediaType: 'application/json',
});

/** Parts that other participants made their own way are data, as they are. */
function toPart(part: SpeechPart): Part {
  const { type, bytes, url, data, mediaType, filename } = part as Readonly<Record<string, unknown>>;
  const names = {
    metadata: undefined,
    filename: typeof filename === 'string' ? filename : '',
    mediaType: typeof mediaType === 'string' ? mediaType : '',
  };
  if (type === 'file' && typeof bytes === 'string') {
    return { content: { $case: 'raw', value: Buffer.from(bytes, 'base64') }, ...names };
  }
  if (type === 'file' && typeof url === 'string') return { content: { $case: 'url', value: url }, ...names };
  if (type === 'data' && data !== undefined) return { content: { $case: 'data', value: data }, ...names };
  return dataPart(part);
}

function namesOf({ mediaType, filename }: Part): Record<string, string> {
  return { ...(mediaType === '' ? {} : { mediaType }), ...(filename === '' ? {} : { filename }) };
}

type About = Readonly<Record<string, unknown>>;

/** A message of the room, with what the hub knows about it under `parley` in its metadata. */
export const messageOf = (
  role: 'agent' | 'user',
  fields: Pick<Message, 'messageId' | 'contextId' | 'taskId' | 'parts'>,
  about?: About,
): Message => ({
  ...fields,
  role: role === 'agent' ? Role.ROLE_AGENT : Role.ROLE_USER,
  metadata: about && { parley: about },
  extensions: [],
  referenceTaskIds: [],
});

export const artifactOf = (
  fields: Pick<Artifact, 'artifactId' | 'name' | 'parts'>,
  about: About,
): Artifact => ({
  ...fields,
  description: '',
  metadata: { parley: about },
  extensions: [],
});
