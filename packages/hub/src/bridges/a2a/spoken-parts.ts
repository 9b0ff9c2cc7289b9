import type { Part } from '@a2a-js/sdk';

/** Data that is shown whole; of more, nobody could take part in a conversation. */
const DATA_CHARACTERS_MAX = 4_000;

/** The parts of one artifact, whose texts follow each other without a gap: a streamed one has many. */
export const textOfArtifact = (parts: readonly Part[]): string => parts.map(spoken).join('');

/** The parts of one message, each of which stands for itself. */
export const textOfMessage = (parts: readonly Part[]): string =>
  parts
    .map((part) => spoken(part).trim())
    .filter((text) => text !== '')
    .join('\n\n');

/** A transcript is read by people and models, so that whatever is no text is named in it. */
function spoken({ content, filename, mediaType }: Part): string {
  switch (content?.$case) {
    case 'text':
      return content.value;
    case 'data':
      return `\n\n${shown(content.value)}\n\n`;
    case 'url':
      return `\n\n${[filename, content.value].filter((text) => text !== '').join(': ')}\n\n`;
    case 'raw': {
      const what = [filename || 'a file', mediaType, `${content.value.length} bytes`];
      return `\n\n(${what.filter((text) => text !== '').join(', ')})\n\n`;
    }
    default:
      return '';
  }
}

function shown(data: unknown): string {
  const json = JSON.stringify(data, null, 2) ?? '';
  if (json.length > DATA_CHARACTERS_MAX) return `(data of ${json.length} characters)`;
  return `\`\`\`json\n${json}\n\`\`\``;
}
