import type { DurableEvent, ParticipantId, Seq, State } from '@parley/core';
import { decodeEvent } from '@parley/protocol';
import { historyFrom } from '../../delivery/catch-up.ts';
import { pagesOf } from '../../delivery/pages.ts';
import type { Conversations } from '../../host/submission.ts';
import type { Place, Self } from '../../open-floor/address.ts';
import { uriOf } from '../../open-floor/address.ts';
import { revokedBecause, uninvitedBecause } from '../../open-floor/reasons.ts';
import { dialogEventOf } from '../../open-floor/speech.ts';
import { toSelf } from '../../open-floor/writing.ts';

/** Events of one answer, and the text in them; the next answer goes on. */
const EVENTS_MAX = 100;
const CHARACTERS_MAX = 256 * 1024;
const PAGE = { limit: 500, maxBytes: 256 * 1024 };

export interface Heard {
  readonly events: readonly object[];
  /** Up to where everything is in it. */
  readonly next: Seq;
}

export interface Listener {
  readonly place: Place;
  readonly self: Self;
}

/** What happened after a seq, as an assistant is told it; never what its audience leaves it out of (RT-7). */
export async function heardAfter(
  conversations: Conversations,
  state: State,
  listener: Listener,
  after: Seq,
): Promise<Heard> {
  const { participant } = listener.self;
  const reader = { participant, historyFrom: historyFrom(state, participant) };
  const events: object[] = [];
  let characters = 0;
  let next = after;
  for await (const page of pagesOf(conversations, state.id, reader, {
    after,
    upTo: state.seq,
    limits: PAGE,
  })) {
    for (const { json, audience, seq } of page) {
      const told = tell(decodeEvent(json, undefined, audience), state, listener);
      if (!told) continue;
      characters += json.length;
      if (events.length >= EVENTS_MAX || (events.length > 0 && characters > CHARACTERS_MAX)) {
        return { events, next };
      }
      events.push(told);
      next = seq;
    }
  }
  return { events, next: Math.max(after, state.seq) };
}

/** Why somebody is no member any more, as it is told on being sent away. */
export async function leftBecause(
  conversations: Conversations,
  state: State,
  participant: ParticipantId,
  after: Seq,
): Promise<string> {
  const stretch = { after, upTo: state.seq, limits: PAGE };
  for await (const page of pagesOf(conversations, state.id, { participant }, stretch)) {
    for (const { json, audience } of page) {
      const { type, data } = decodeEvent(json, undefined, audience);
      if (type !== 'participant.left' || data.participant !== participant) continue;
      return uninvitedBecause(data.cause, data.reason);
    }
  }
  return uninvitedBecause('left');
}

/** The last of what was said, for somebody who has just come in. */
export async function historyUpTo(
  conversations: Conversations,
  state: State,
  listener: Listener,
): Promise<readonly object[]> {
  const { events } = await heardAfter(conversations, state, listener, Math.max(0, state.seq - EVENTS_MAX));
  return events.flatMap((event) => {
    const { parameters } = event as { parameters?: { dialogEvent?: object } };
    return parameters?.dialogEvent ? [parameters.dialogEvent] : [];
  });
}

/** Null for what Open Floor has no event for; who is there and who speaks is in every envelope. */
function tell(event: DurableEvent, state: State, { place, self }: Listener): object | null {
  const to = toSelf(self);
  switch (event.type) {
    case 'speech.ended':
      return event.data.participant === self.participant ? null : utteranceOf(event, { place, self });
    case 'floor.granted':
      // A turn that is over already must not look like another one.
      return state.floor.holders.some(({ grant }) => grant === event.data.grant) &&
        event.data.participant === self.participant
        ? { eventType: 'grantFloor', to, reason: event.data.cause }
        : null;
    case 'floor.revoked':
      return event.data.participant === self.participant
        ? { eventType: 'revokeFloor', to, reason: revokedBecause(event.data.cause, event.data.reason) }
        : null;
    case 'floor.denied':
      return event.data.participant === self.participant
        ? { eventType: 'revokeFloor', to, reason: `@override ${event.data.cause}` }
        : null;
    case 'conversation.ended':
      return { eventType: 'uninvite', to, reason: uninvitedBecause('ended', event.data.reason) };
    default:
      return null;
  }
}

function utteranceOf({ data }: DurableEvent<'speech.ended'>, { place, self }: Listener): object {
  const { utterance, participant, text, parts, startedAt, endedAt, addressedTo } = data;
  const addressee = addressedTo.includes(self.participant) ? self.participant : addressedTo[0];
  const whispered = data.to !== undefined;
  const speakerUri = uriOf(place, participant);
  const to =
    whispered || addressee === self.participant
      ? { ...toSelf(self), ...(whispered && { private: true }) }
      : addressee && { speakerUri: uriOf(place, addressee) };
  return {
    eventType: 'utterance',
    ...(to && { to }),
    parameters: { dialogEvent: dialogEventOf({ utterance, speakerUri, startedAt, endedAt, text, parts }) },
  };
}
