import type { ParticipantId } from '@parley/core';
import { plainLine } from '../terminal/plain-text.ts';
import type { Found, Named } from './names.ts';
import { whoIs } from './names.ts';
import type { Problem } from './floor-commands.ts';
import { problem } from './floor-commands.ts';

/** Speech with a say in who hears it, as typed; and what one wants to hear. */
export type SpeechInput =
  | { readonly kind: 'whisper'; readonly rest: string }
  | { readonly kind: 'about'; readonly topics: readonly string[]; readonly text: string }
  | { readonly kind: 'topics'; readonly topics?: readonly string[] };

/** Follows nothing any more. */
const NONE = 'none';

export function parseWhisper(rest: string): SpeechInput | Problem {
  return rest === '' ? problem('whisper what to whom? /whisper @NAME TEXT') : { kind: 'whisper', rest };
}

export function parseAbout(rest: string): SpeechInput | Problem {
  const found = /^(\S+)\s+([\s\S]+)$/.exec(rest);
  if (!found) return problem('about what, and what do you say? /about TOPIC,TOPIC TEXT');
  return { kind: 'about', topics: listOf(found[1]!), text: found[2]! };
}

export function parseTopics(rest: string): SpeechInput {
  if (rest === '') return { kind: 'topics' };
  // With a comma somewhere, a topic may have spaces in it.
  const topics = listOf(rest.includes(',') ? rest : rest.replaceAll(/\s+/g, ','));
  return { kind: 'topics', topics: rest.toLowerCase() === NONE ? [] : topics };
}

const listOf = (text: string): readonly string[] => [
  ...new Set(
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ),
];

/** Whom a whisper is for, and the whisper. */
export interface Whisper {
  readonly to: readonly ParticipantId[];
  readonly text: string;
}

/**
 * Takes the names off the beginning: `@Ada hello`, `@Ada Lovelace hello`, `@Ada,@Bo hello`. A whole name of
 * several words goes before a beginning of one word.
 */
export function whisperOf(rest: string, among: readonly Named[]): Found<Whisper> {
  const meant: Named[] = [];
  let text = rest;
  for (let more = true; more;) {
    const { length, found, problem: why } = nameAt(text, among);
    if (found === undefined) return { problem: why };
    if (!meant.includes(found)) meant.push(found);
    text = text.slice(length).trimStart();
    more = text.startsWith(',');
    if (more) text = text.slice(1).trimStart();
  }
  if (text === '') return { problem: 'Whisper what? /whisper @NAME TEXT' };
  return { found: { to: meant.map(({ id }) => id), text } };
}

type NameAt = Found<Named> & { readonly length: number };

function nameAt(text: string, among: readonly Named[]): NameAt {
  const start = text.startsWith('@') ? 1 : 0;
  const lower = text.toLowerCase();
  const whole = among
    .map((named) => ({ named, name: plainLine(named.displayName) }))
    .filter(({ name }) => name !== '' && lower.startsWith(name.toLowerCase(), start))
    .filter(({ name }) => /^(\s|,|$)/.test(text.slice(start + name.length)))
    .toSorted((one, other) => other.name.length - one.name.length)[0];
  // Of several with the same name it is asked which one.
  const wanted = whole?.name ?? /^[^\s,]*/.exec(text.slice(start))![0];
  return { ...whoIs(wanted, among), length: start + wanted.length };
}
