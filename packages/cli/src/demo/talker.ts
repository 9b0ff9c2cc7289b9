import type { Agent, Room, UtteranceLine } from '@parley/client';
import { plainLine } from '../terminal/plain-text.ts';
import type { Cue, Heard } from './director.ts';
import { nextCue, RECOGNISED_BY } from './director.ts';
import { yieldTo } from './replies.ts';
import type { Speaker } from './topics/topic.ts';

export const NAMES: Readonly<Record<Speaker, string>> = { brindle: 'Brindle', juniper: 'Juniper' };

/** How fast a character talks, in milliseconds. */
export interface Pace {
  /** With the floor, before the first word. */
  readonly thinkMs: number;
  readonly wordMs: number;
  /** In addition, after a comma, and after the end of a sentence. */
  readonly commaMs: number;
  readonly sentenceMs: number;
}

/** About as fast as one reads comfortably. */
export const HUMANE: Pace = { thinkMs: 1_600, wordMs: 190, commaMs: 140, sentenceMs: 420 };

export interface TalkerOptions {
  readonly pace: Pace;
  /** Resolves after `ms`, or when `signal` aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * One of the two characters as an agent. It asks for the floor when the script gives it the next line and
 * nobody else has or wants the floor, and gives way to any person who raises a hand, within a few words.
 */
export function talker(speaker: Speaker, options: TalkerOptions): Agent {
  return {
    name: NAMES[speaker],
    wantsFloor: (room) => cueFor(speaker, room) !== null && room.view.floor.holders.length === 0,
    onTurn: ({ room }, signal) => speak(speaker, room, signal, options),
  };
}

/** Null where it is another's turn to say something, nobody's, or a person's. */
function cueFor(speaker: Speaker, room: Room): Cue | null {
  if (waitingPerson(room) !== null) return null;
  const cue = nextCue(heardIn(room), somebodyListens(room));
  return cue?.speaker === speaker ? cue : null;
}

/** Yields nothing, and so gives the floor back at once, where a person wants it. */
async function* speak(
  speaker: Speaker,
  room: Room,
  signal: AbortSignal,
  { pace, pause }: TalkerOptions,
): AsyncGenerator<string> {
  // Before anybody is there, nobody has to be able to follow.
  const unheard = !somebodyListens(room);
  if (!unheard) await thinking(room, signal, pace.thinkMs, pause);
  // Things may have changed between the wish and the floor.
  const cue = cueFor(speaker, room);
  if (cue === null || signal.aborted) return;
  if (cue.topic !== undefined) await room.setTopic(cue.topic);
  let said = '';
  const words = cue.text.match(/\S+\s*/g) ?? [];
  for (const [index, word] of words.entries()) {
    const person = waitingPerson(room);
    // So far that the line is known again, and not for the sake of its last words.
    if (person !== null && said.length >= RECOGNISED_BY && index < words.length - 3) {
      yield `… ${yieldTo(speaker, person, room.view.seq)}`;
      return;
    }
    yield word;
    said += word;
    if (!unheard) await pause(lengthOf(word, pace), signal);
  }
}

/** A pause that ends early when a person raises a hand. */
async function thinking(
  room: Room,
  signal: AbortSignal,
  ms: number,
  pause: TalkerOptions['pause'],
): Promise<void> {
  const step = 200;
  for (let left = ms; left > 0 && !signal.aborted && waitingPerson(room) === null; left -= step) {
    await pause(Math.min(step, left), signal);
  }
}

function lengthOf(word: string, pace: Pace): number {
  const after = word.trimEnd();
  if (/[.?!]["”]?$/.test(after)) return pace.wordMs + pace.sentenceMs;
  return /[,;:—]$/.test(after) ? pace.wordMs + pace.commaMs : pace.wordMs;
}

const isPerson = (room: Room, participant: string): boolean =>
  room.view.participants.some(({ id, kind }) => id === participant && kind === 'human');

/** The name of the first person in the queue; null where none waits. */
function waitingPerson(room: Room): string | null {
  const waiting = room.view.floor.queue.find(({ participant }) => isPerson(room, participant));
  if (!waiting) return null;
  const person = room.view.participants.find(({ id }) => id === waiting.participant);
  return plainLine(person?.displayName ?? 'you');
}

const somebodyListens = (room: Room): boolean =>
  room.view.participants.some(({ kind, connection }) => kind === 'human' && connection === 'connected');

/** The transcript, as the director wants it. */
function heardIn(room: Room): Heard[] {
  const speakers = Object.entries(NAMES) as [Speaker, string][];
  const people = new Set(room.view.participants.filter(({ kind }) => kind === 'human').map(({ id }) => id));
  // An earlier membership of the same character counts: its lines are still its lines.
  const speakerOf = (participant: string, displayName: string): Speaker | null =>
    people.has(participant) ? null : (speakers.find(([, name]) => name === displayName)?.[0] ?? null);
  const addressees = new Map(
    room.view.participants.map(({ id, displayName }) => [id, speakerOf(id, displayName)] as const),
  );
  const said = (line: UtteranceLine): Heard => ({
    kind: 'said',
    by: speakerOf(line.participant, line.displayName),
    name: plainLine(line.displayName),
    text: line.text,
    addressedTo: line.addressedTo.flatMap((id) => addressees.get(id) ?? []),
  });
  return room.transcript.flatMap((line): Heard[] => {
    if (line.kind === 'utterance') return line.status === 'speaking' ? [] : [said(line)];
    if (line.kind !== 'joined' || !people.has(line.participant)) return [];
    return [{ kind: 'arrived', name: plainLine(line.displayName) }];
  });
}
