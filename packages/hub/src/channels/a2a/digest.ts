import type { Millis, ParticipantId, Seq, State } from '@parley/core';
import { project } from '@parley/core';
import type { Conversations } from '../../host/submission.ts';
import type { Membership } from '../../sessions/membership.ts';
import type { Line } from './lines.ts';
import { nameIn, recentLines } from './lines.ts';

/** About what a model reads at once without losing the thread; the newest are kept. */
const CHARACTERS_MAX = 16_000;

/** One's turn, and how long one has. */
interface Turn {
  readonly grant: Seq;
  readonly endsAt: string;
  /** From the grant to the first word. */
  readonly firstContentMs: Millis;
}

export interface Digest {
  readonly text: string;
  readonly about: {
    readonly turn: Turn | null;
    /** Everything up to here is in it, or was left out for its length. */
    readonly upTo: Seq;
    /** How many utterances since one's own last are not in it; beyond the last few hundred events none is counted. */
    readonly leftOut: number;
    readonly utterances: readonly {
      readonly seq: Seq;
      readonly utterance: string;
      readonly speaker: string;
      /** Of a whisper: who hears it. */
      readonly to?: readonly ParticipantId[];
    }[];
  };
}

/** A2-7: what the others have said since this member spoke last, for who only looks when it is its turn. */
export async function digestFor(
  conversations: Conversations,
  state: State,
  { participant }: Membership,
): Promise<Digest> {
  const lines = await recentLines(conversations, state, participant);
  const own = lines.findLastIndex(({ speaker }) => speaker.id === participant);
  const since = lines.slice(own + 1);
  const shown = newest(since);
  const leftOut = since.length - shown.length;
  const turn = turnOf(state, participant);
  const paragraphs = [
    turn ? `It is your turn to speak${state.title === '' ? '' : ` in “${state.title}”`}.` : null,
    state.context.topic === null ? null : `Topic: ${state.context.topic}`,
    leftOut > 0 ? `(${leftOut} earlier utterances are left out.)` : null,
    ...shown.map((line) => `[${headOf(line, state, participant)}]: ${line.said.text || '(no text)'}`),
  ];
  return {
    text: paragraphs.filter((paragraph) => paragraph !== null).join('\n\n'),
    about: {
      turn,
      upTo: state.seq,
      leftOut,
      utterances: shown.map(({ seq, utterance, speaker, about: { to } }) => ({
        ...{ seq, utterance, speaker: speaker.id },
        ...(to !== undefined && { to: to as readonly ParticipantId[] }),
      })),
    },
  };
}

/** Who speaks, and whether it is a whisper (RT-6): its answer is not for everybody. */
function headOf({ speaker, about }: Line, state: State, reader: ParticipantId): string {
  const to = about['to'] as readonly ParticipantId[] | undefined;
  if (!to) return speaker.displayName;
  const others = to.filter((id) => id !== reader).map((id) => nameIn(state, id).displayName);
  const names = to.includes(reader) ? ['you', ...others] : others;
  return `${speaker.displayName}, in a whisper to ${names.join(', ')}`;
}

function turnOf(state: State, participant: string): Turn | null {
  const { holders } = project(state, { participant, moderator: false }).floor;
  const held = holders.find((holder) => holder.participant === participant);
  if (!held) return null;
  const { firstContentMs } = state.config.floor.timers;
  return { grant: held.grant, endsAt: held.endsAt, firstContentMs };
}

function newest(lines: readonly Line[]): Line[] {
  const shown: Line[] = [];
  let characters = 0;
  for (const line of lines.toReversed()) {
    characters += line.said.text.length;
    if (shown.length > 0 && characters > CHARACTERS_MAX) break;
    shown.push(line);
  }
  return shown.reverse();
}
