/** Sequences that a terminal acts on: CSI, the string kinds (OSC, DCS, APC, PM, SOS), and the short ones. */
const SEQUENCES = new RegExp(
  [
    '(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]',
    '(?:\\u001b[\\]PX^_]|[\\u009d\\u0090\\u0098\\u009e\\u009f])[^\\u0007\\u001b\\u009c]*(?:\\u0007|\\u001b\\\\|\\u009c)?',
    '\\u001b[ -/]*[0-~]',
  ].join('|'),
  'g',
);
/** What could still move a cursor, ring, or turn text around, once whole sequences are gone. */
const CONTROLS = new RegExp(
  '[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufff9-\\ufffb]',
  'g',
);

/**
 * What others wrote, safe to print: without control sequences, single control characters, or marks that
 * change the direction of the text around them. Line breaks stay, tabs become spaces (security.md,
 * content). Apply it to a whole text: a sequence may be cut in two where speech arrives in pieces.
 */
export function plainText(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(SEQUENCES, '')
    .replaceAll('\t', '  ')
    .replace(CONTROLS, '');
}

/** The same on one line: for names, titles, and output of one event per line. */
export const plainLine = (text: string): string =>
  plainText(text)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
