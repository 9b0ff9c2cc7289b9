import type { Grant } from '../floor/grant.ts';
import type { ParticipantId, Seq } from '../kernel/id.ts';
import { idFor } from '../kernel/id.ts';
import { iso } from '../kernel/instant.ts';
import { LIMITS } from '../kernel/limits.ts';
import type { Result } from '../kernel/result.ts';
import { ok } from '../kernel/result.ts';
import { entryOf } from '../kernel/table.ts';
import type { Author, Facts } from './commands.ts';
import type { Draft } from './draft.ts';
import type { Handlers } from './handler.ts';
import { accepted, invalid, knownAddressees, liveGrant, memberOf, notPaused, rejected } from './handler.ts';
import type { Rejection } from './rejections.ts';
import { afterRating, noContribution, qualityOf } from '../fairness/contributions.ts';
import type { SpokenUtterance, State } from './state.ts';
import { memberById } from './state.ts';
import { releaseFloor } from './grants.ts';
import { yieldFloor } from './interruptions.ts';
import type { Spoken } from './audience.ts';
import { audienceOf, reachOf } from './audience.ts';
import { lateAnswer } from './late.ts';
import { endUtterance } from './utterances.ts';

export const speechHandlers: Handlers<
  'speech' | 'speech.start' | 'speech.delta' | 'speech.end' | 'reaction.add' | 'signal'
> = {
  speech: (draft, { data, author, facts }) => {
    const grant = speakingGrant(draft, author, data.grant, data);
    if (!grant.ok) return grant;
    if (grant.value.utterance) return invalid('op', 'speech.end first: an utterance is being streamed');
    const utterance = idFor.utterance(draft.nextSeq);
    const addressedTo = data.addressedTo ?? [];
    const topics = data.topics ?? [];
    const audience = audienceOf(draft.state, { ...spokenBy(grant.value, data), ...relevanceIn(facts) });
    draft.emit(
      'speech.ended',
      {
        utterance,
        participant: grant.value.participant,
        grant: grant.value.grant,
        text: data.text,
        parts: data.parts ?? [],
        startedAt: iso(draft.at),
        endedAt: iso(draft.at),
        topics,
        addressedTo,
        inReplyTo: data.inReplyTo ?? null,
        ...(data.expectsReply ? { expectsReply: true } : {}),
        ...lateAnswer(draft.state, data.inReplyTo),
        ...reachOf(draft.state, audience, data.to),
      },
      { audience },
    );
    yieldToAddressee(draft, grant.value.participant, addressedTo);
    if (data.final !== false) releaseAgain(draft, grant.value);
    return accepted({ utterance });
  },

  'speech.start': (draft, { data, author, facts }) => {
    const grant = speakingGrant(draft, author, data.grant, data);
    if (!grant.ok) return grant;
    if (grant.value.utterance) return invalid('op', 'speech.end first: an utterance is being streamed');
    const utterance = idFor.utterance(draft.nextSeq);
    const addressedTo = data.addressedTo ?? [];
    const topics = data.topics ?? [];
    const audience = audienceOf(draft.state, { ...spokenBy(grant.value, data), ...relevanceIn(facts) });
    draft.emit(
      'speech.started',
      {
        utterance,
        participant: grant.value.participant,
        grant: grant.value.grant,
        topics,
        addressedTo,
        inReplyTo: data.inReplyTo ?? null,
        ...lateAnswer(draft.state, data.inReplyTo),
        ...reachOf(draft.state, audience, data.to),
      },
      { audience },
    );
    yieldToAddressee(draft, grant.value.participant, addressedTo);
    return accepted({ utterance });
  },

  'speech.delta': (draft, { data, author }) => {
    const grant = streamingGrant(draft, author, data.utterance);
    if (!grant.ok) return grant;
    const said = draft.state.live.texts[data.utterance];
    const offset = data.offset ?? said?.length;
    if (offset !== (said?.length ?? 0)) return lostPieces(said?.length ?? 0);
    if (offset + data.text.length > LIMITS.speechCharacters) {
      return invalid('data.text', `an utterance of at most ${LIMITS.speechCharacters} characters`);
    }
    draft.announce(
      'speech.delta',
      { utterance: data.utterance, participant: grant.value.participant, text: data.text, offset },
      grant.value.utterance?.audience ?? 'all',
    );
    if (/[.!?。！？…]["'”’)\]]*\s*$/u.test(data.text))
      yieldFloor(draft, grant.value.participant, 'sentenceEnd');
    return accepted();
  },

  'speech.end': (draft, { data, author }) => {
    const grant = streamingGrant(draft, author, data.utterance);
    if (!grant.ok) return grant;
    const known = knownAddressees(draft.state, data.addressedTo);
    if (!known.ok) return known;
    const said = draft.state.live.texts[data.utterance];
    if (said === undefined && data.text === undefined) return lostPieces(0);
    if (data.text !== undefined && !data.text.startsWith(said ?? '')) {
      return invalid('data.text', 'the whole utterance, beginning with what was said so far');
    }
    endUtterance(draft, grant.value, {
      ...(data.text === undefined ? {} : { text: data.text }),
      ...(data.parts === undefined ? {} : { parts: data.parts }),
      ...(data.addressedTo === undefined ? {} : { addressedTo: data.addressedTo }),
      ...(data.expectsReply === undefined ? {} : { expectsReply: data.expectsReply }),
    });
    if (data.final !== false) releaseAgain(draft, grant.value);
    return accepted({ utterance: data.utterance });
  },

  'reaction.add': (draft, { data, author }) => {
    const member = memberOf(draft.state, author);
    if (!member.ok) return member;
    const known = pastReference(draft.state, data.to, 'data.to');
    if (!known.ok) return known;
    const about = draft.state.recentUtterances.find(({ id, seq }) => id === data.to || seq === data.to);
    draft.emit('reaction.added', {
      participant: member.value.profile.id,
      to: data.to,
      kind: data.kind,
      ...(data.rating === undefined ? {} : { rating: data.rating }),
      ...(about === undefined ? {} : ratedBy(draft.state, about, member.value.profile.id, data.rating)),
    });
    return accepted();
  },

  signal: (draft, { data, author }) => {
    const member = memberOf(draft.state, author);
    if (!member.ok) return member;
    if (data.kind === 'backchannel' && (data.text?.length ?? 0) > LIMITS.backchannelCharacters) {
      return invalid('data.text', `at most ${LIMITS.backchannelCharacters} characters`);
    }
    draft.announce('signal', { participant: member.value.profile.id, ...data });
    if (data.kind === 'yield') yieldFloor(draft, member.value.profile.id, 'explicit');
    return accepted();
  },
};

/** Whose utterance it is, and what the rating makes of its speaker's quality; one's own does not count. */
function ratedBy(
  state: State,
  about: SpokenUtterance,
  rater: ParticipantId,
  rating: number | undefined,
): { speaker: ParticipantId; quality?: number } {
  const { speaker, ratings } = about;
  if (rating === undefined || speaker === rater) return { speaker };
  const sum = afterRating(entryOf(state.contributions, speaker) ?? noContribution, rating, ratings[rater]);
  return { speaker, quality: qualityOf(sum) };
}

/** FL-5: whoever speaks holds the floor under exactly this grant. */
function speakingGrant(
  draft: Draft,
  author: Author,
  grant: Seq,
  data: { addressedTo?: readonly ParticipantId[]; inReplyTo?: Seq | string; to?: readonly ParticipantId[] },
): Result<Grant, Rejection> {
  const member = memberOf(draft.state, author);
  if (!member.ok) return member;
  const held = liveGrant(draft.state, member.value.profile.id, grant);
  if (!held.ok) return held;
  const running = notPaused(draft.state);
  if (!running.ok) return running;
  const whispered = mayWhisper(draft.state, data.to);
  if (!whispered.ok) return whispered;
  const known = knownAddressees(draft.state, data.addressedTo);
  if (!known.ok) return known;
  const past =
    data.inReplyTo === undefined ? ok(true) : pastReference(draft.state, data.inReplyTo, 'data.inReplyTo');
  return past.ok ? held : past;
}

const spokenBy = (
  { participant: speaker }: Grant,
  { addressedTo = [], topics = [], to }: Partial<Pick<Spoken, 'addressedTo' | 'topics' | 'to'>>,
): Spoken => ({ speaker, addressedTo, topics, ...(to === undefined ? {} : { to }) });

const relevanceIn = (facts: Facts | undefined): Pick<Spoken, 'relevance'> =>
  facts?.relevance === undefined ? {} : { relevance: facts.relevance };

/** RT-6: only where the configuration allows it, and only to members. */
function mayWhisper(state: State, to: readonly ParticipantId[] | undefined): Result<true, Rejection> {
  if (to === undefined) return ok(true);
  if (state.config.routing['whisper'] !== true) {
    return invalid('data.to', 'nothing: this conversation does not allow whispering');
  }
  const index = to.findIndex((id) => memberById(state, id) === undefined);
  return index < 0 ? ok(true) : invalid(`data.to.${index}`, 'a participant of this conversation');
}

/** The grant whose holder is streaming this utterance. */
function streamingGrant(draft: Draft, author: Author, utterance: string): Result<Grant, Rejection> {
  const member = memberOf(draft.state, author);
  if (!member.ok) return member;
  const { id } = member.value.profile;
  const held = draft.state.floor.holders.find((grant) => grant.participant === id);
  if (!held) {
    const past = entryOf(draft.state.floor.pastGrants, id) ?? [];
    return past.length > 0
      ? rejected('floor.stale_grant', 'That turn has ended.')
      : rejected('floor.not_holder', 'You do not hold the floor.');
  }
  const running = notPaused(draft.state);
  if (!running.ok) return running;
  return held.utterance?.id === utterance
    ? ok(held)
    : invalid('data.utterance', 'the utterance that you are streaming');
}

/** The hub restarted in the middle of an utterance: the speaker sends it again from here. */
const lostPieces = (have: number) =>
  rejected('context.conflict', 'Pieces of this utterance are missing here; send it again from `have`.', {
    details: { have },
  });

/** Events and utterances that a command refers to have happened. */
function pastReference(state: State, to: Seq | string, path: string): Result<true, Rejection> {
  const seq = typeof to === 'number' ? to : Number(/^utt_([1-9]\d{0,15})$/.exec(to)?.[1] ?? Number.NaN);
  return seq >= 1 && seq <= state.seq
    ? ok(true)
    : invalid(path, 'the seq of an event or an utterance of this conversation');
}

/** IP-5: in an overlap, speaking to the other one is giving it the word. */
function yieldToAddressee(draft: Draft, speaker: ParticipantId, addressedTo: readonly ParticipantId[]): void {
  const open = draft.state.floor.interruption;
  if (open?.stage !== 'overlap') return;
  const other = speaker === open.holder ? open.participant : open.holder;
  if (addressedTo.includes(other)) yieldFloor(draft, speaker, 'addressed');
}

function releaseAgain(draft: Draft, grant: Grant): void {
  const held = draft.state.floor.holders.find((other) => other.grant === grant.grant);
  if (held) releaseFloor(draft, held);
}
