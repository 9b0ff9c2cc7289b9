import type { State } from '@parley/core';
import type { Submission } from '../host/submission.ts';
import type { ListenerProfile } from '../ports/scorer.ts';
import type { Recent } from './recent.ts';

/** The commands whose audience can depend on what is said. */
export type SpeechSubmission = Submission<'speech'> | Submission<'speech.start'>;

const isSpeech = (submission: Submission): submission is SpeechSubmission =>
  submission.op === 'speech' || submission.op === 'speech.start';

/** Whoever is whispered to was chosen: nothing has to be found out, and no scorer is told (ADR 41). */
export const isToScore = (submission: Submission): submission is SpeechSubmission =>
  isSpeech(submission) && submission.data.to === undefined;

/** Whether it is said in the speaker's own turn. If not it is going to be refused, and costs nobody anything. */
export const inTurn = (state: State, { author, data }: SpeechSubmission): boolean =>
  state.floor.holders.some(
    ({ participant, grant }) => participant === author.participant && grant === data.grant,
  );

/**
 * What there is to score: topics and text, or of a streamed utterance, whose text is still to come, its
 * topics, what the request for the floor announced, and what it replies to. Empty where nothing is known.
 */
export function textOf({ op, author, data }: SpeechSubmission, recent: Recent): string {
  const parts: (string | undefined)[] = [...(data.topics ?? [])];
  if (op === 'speech') parts.push(data.text);
  else {
    parts.push(recent.preview(author.participant ?? ''));
    if (data.inReplyTo !== undefined) parts.push(recent.text(data.inReplyTo));
  }
  return parts.filter((part) => part !== undefined && part.trim() !== '').join('\n');
}

/** Members that have said what they care for; the others cannot be judged, and hear (ADR 17). */
export function listenersOf(state: State, recent: Recent): ListenerProfile[] {
  return Object.values(state.participants)
    .map(({ profile: { id, interests, capabilities } }) => ({ id, interests, capabilities }))
    .filter(({ interests, capabilities }) => interests.length > 0 || capabilities.length > 0)
    .map((profile) => ({ ...profile, ownWords: recent.ownWords(profile.id) }));
}
