import { answerTo, greetingFor } from './replies.ts';
import { TOPICS } from './topics/all.ts';
import type { Speaker } from './topics/topic.ts';

/** What has happened in the room so far, as far as it matters for what comes next. */
export type Heard =
  | {
      readonly kind: 'said';
      /** Null where it was neither of the two. */
      readonly by: Speaker | null;
      readonly name: string;
      readonly text: string;
      readonly addressedTo: readonly Speaker[];
    }
  /** A person came in. */
  | { readonly kind: 'arrived'; readonly name: string };

/** What is to be said next, and by whom. */
export interface Cue {
  readonly speaker: Speaker;
  readonly text: string;
  /** What the conversation is about from this line on; absent where that does not change. */
  readonly topic?: string;
}

/** Lines that are spoken before anybody listens, so that the first who comes finds something to read. */
export const OPENING_LINES = 8;
/** By its first characters a line of the script is known again, even if it was cut short. */
export const RECOGNISED_BY = 24;

const SCRIPT = TOPICS.flatMap((topic, index) =>
  topic.lines.map(([speaker, text], line) => ({
    speaker,
    text,
    topic: line === 0 ? topic.title : null,
    index,
  })),
);
/** Where the script goes on after its end: the greeting is for the beginning only. */
const AGAIN = SCRIPT.findIndex(({ index }) => index === 1);

/**
 * What comes next, as a function of what was heard: both speakers ask it and get the same answer, after a
 * restart of the hub too. People come first: they are answered, then greeted, and only then the script
 * goes on after its last line that was spoken. Null where nothing is to be said.
 */
export function nextCue(heard: readonly Heard[], somebodyListens: boolean): Cue | null {
  const lastOwn = heard.findLastIndex((each) => each.kind === 'said' && each.by !== null);
  const since = heard.slice(lastOwn + 1);
  const ownTurns = heard.filter((each) => each.kind === 'said' && each.by !== null).length;
  const scripted = nextInScript(heard);

  if (somebodyListens) {
    const said = since.findLast((each) => each.kind === 'said');
    if (said) {
      const speaker = whoAnswers(said, lastSpeaker(heard));
      return { speaker, text: answerTo(speaker, said, answersBefore(heard)) };
    }
    const arrival = since.findLast((each) => each.kind === 'arrived');
    // Nobody is greeted before there is a conversation to interrupt.
    if (arrival && ownTurns >= OPENING_LINES) {
      const { speaker } = scripted;
      return { speaker, text: greetingFor(speaker, arrival.name, ownTurns) };
    }
    return scripted;
  }
  return ownTurns < OPENING_LINES ? scripted : null;
}

function nextInScript(heard: readonly Heard[]): Cue {
  const last = heard.reduce((found, each) => {
    if (each.kind !== 'said' || each.by === null) return found;
    const at = SCRIPT.findIndex(({ speaker, text }) => speaker === each.by && isSameLine(text, each.text));
    return at === -1 ? found : at;
  }, -1);
  const next = SCRIPT[last + 1] ?? SCRIPT[AGAIN]!;
  return {
    speaker: next.speaker,
    text: next.text,
    ...(next.topic === null ? {} : { topic: next.topic }),
  };
}

export const isSameLine = (scripted: string, said: string): boolean =>
  said.startsWith(scripted.slice(0, RECOGNISED_BY));

/** Whoever was spoken to, by the floor's address or by name; else the one who did not speak last. */
function whoAnswers(said: Heard & { kind: 'said' }, last: Speaker | null): Speaker {
  const [addressed] = said.addressedTo;
  if (addressed !== undefined) return addressed;
  const named = /\b(brindle|juniper)\b/i.exec(said.text)?.[1]?.toLowerCase();
  if (named === 'brindle' || named === 'juniper') return named;
  return last === 'juniper' ? 'brindle' : 'juniper';
}

function lastSpeaker(heard: readonly Heard[]): Speaker | null {
  const last = heard.findLast((each) => each.kind === 'said' && each.by !== null);
  return last?.kind === 'said' ? last.by : null;
}

const answersBefore = (heard: readonly Heard[]): number =>
  heard.filter((each) => each.kind === 'said' && each.by === null).length;
