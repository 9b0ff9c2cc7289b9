import type { Grant } from '../floor/grant.ts';
import type { ParticipantId, Seq } from '../kernel/id.ts';
import { idFor } from '../kernel/id.ts';
import { iso } from '../kernel/instant.ts';
import { LIMITS } from '../kernel/limits.ts';
import type { Result } from '../kernel/result.ts';
import { ok } from '../kernel/result.ts';
import type { Author } from './commands.ts';
import type { Draft } from './draft.ts';
import type { Handlers } from './handler.ts';
import { accepted, invalid, knownAddressees, liveGrant, memberOf, notPaused, rejected } from './handler.ts';
import type { Rejection } from './rejections.ts';
import type { State } from './state.ts';
import { audienceOf, endUtterance, releaseFloor } from './turns.ts';

export const speechHandlers: Handlers<
  'speech' | 'speech.start' | 'speech.delta' | 'speech.end' | 'reaction.add' | 'signal'
> = {
  speech: (draft, { data, author }) => {
    const grant = speakingGrant(draft, author, data.grant, data);
    if (!grant.ok) return grant;
    if (grant.value.utterance) return invalid('op', 'speech.end first: an utterance is being streamed');
    const utterance = idFor.utterance(draft.nextSeq);
    const addressedTo = data.addressedTo ?? [];
    const topics = data.topics ?? [];
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
      },
      { audience: audienceOf(draft.state, grant.value.participant, addressedTo, topics) },
    );
    if (data.final !== false) releaseAgain(draft, grant.value);
    return accepted({ utterance });
  },

  'speech.start': (draft, { data, author }) => {
    const grant = speakingGrant(draft, author, data.grant, data);
    if (!grant.ok) return grant;
    if (grant.value.utterance) return invalid('op', 'speech.end first: an utterance is being streamed');
    const utterance = idFor.utterance(draft.nextSeq);
    const addressedTo = data.addressedTo ?? [];
    const topics = data.topics ?? [];
    draft.emit(
      'speech.started',
      {
        utterance,
        participant: grant.value.participant,
        grant: grant.value.grant,
        topics,
        addressedTo,
        inReplyTo: data.inReplyTo ?? null,
      },
      { audience: audienceOf(draft.state, grant.value.participant, addressedTo, topics) },
    );
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
    const { addressedTo, topics } = grant.value.utterance ?? { addressedTo: [], topics: [] };
    draft.announce(
      'speech.delta',
      { utterance: data.utterance, participant: grant.value.participant, text: data.text, offset },
      audienceOf(draft.state, grant.value.participant, addressedTo, topics),
    );
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
    draft.emit('reaction.added', {
      participant: member.value.profile.id,
      to: data.to,
      kind: data.kind,
      ...(data.rating === undefined ? {} : { rating: data.rating }),
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
    return accepted();
  },
};

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
  if (data.to !== undefined)
    return invalid('data.to', 'nothing: this conversation does not allow whispering');
  const known = knownAddressees(draft.state, data.addressedTo);
  if (!known.ok) return known;
  const past =
    data.inReplyTo === undefined ? ok(true) : pastReference(draft.state, data.inReplyTo, 'data.inReplyTo');
  return past.ok ? held : past;
}

/** The grant whose holder is streaming this utterance. */
function streamingGrant(draft: Draft, author: Author, utterance: string): Result<Grant, Rejection> {
  const member = memberOf(draft.state, author);
  if (!member.ok) return member;
  const { id } = member.value.profile;
  const held = draft.state.floor.holders.find((grant) => grant.participant === id);
  if (!held) {
    const past = draft.state.floor.pastGrants[id] ?? [];
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

function releaseAgain(draft: Draft, grant: Grant): void {
  const held = draft.state.floor.holders.find((other) => other.grant === grant.grant);
  if (held) releaseFloor(draft, held);
}
