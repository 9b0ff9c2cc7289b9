import type { DurableWireEvent } from '@parley/client';
import type { TurnFailure } from '@parley/core';
import { toldOf } from '@parley/client';
import { plainLine, plainText } from './terminal/plain-text.ts';

/** What is needed to name people in sentences: participant id → display name, as far as it is known. */
export type Names = Map<string, string>;

export const nameOf = (names: Names, participant: string | null | undefined): string =>
  participant === null || participant === undefined ? 'the hub' : (names.get(participant) ?? participant);

/** Keeps `names` up to date; called with every event, before it is put into words. */
export function learnNames(names: Names, event: DurableWireEvent): void {
  if (event.event !== 'participant.joined') return;
  names.set(event.data.participant.id, plainLine(event.data.participant.displayName));
}

/** An event as a line for people; null for those that say nothing to a reader. */
export function inWords(event: DurableWireEvent, names: Names): string | null {
  const who = 'participant' in event.data ? idOf(event.data.participant) : event.by;
  const name = nameOf(names, who);
  switch (event.event) {
    case 'speech.ended': {
      const cut = event.data.interrupted ? ' —' : '';
      const { to } = event.data;
      const whispers = to === undefined ? '' : ` whispers to ${to.map((id) => nameOf(names, id)).join(', ')}`;
      return `${name}${whispers}: ${plainText(event.data.text)}${cut}`;
    }
    case 'participant.joined': {
      const { kind } = event.data.participant;
      return `* ${name} came in${kind === 'human' ? '' : ` (${kind})`}`;
    }
    case 'participant.left':
      return `* ${name} left${event.data.cause === 'left' ? '' : ` (${event.data.cause})`}`;
    case 'participant.disconnected':
      return `* ${name} lost the connection`;
    case 'participant.returned':
      return `* ${name} is back`;
    case 'participant.muted':
      return `* ${name} is muted (${muteText(event.data)})`;
    case 'participant.unmuted':
      return `* ${name} may speak again`;
    case 'role.changed':
      return `* ${name} is now ${event.data.roles.map(plainLine).join(', ') || 'without roles'}`;
    case 'floor.requested':
      return `* ${name} raised a hand`;
    case 'floor.granted':
      return `* ${name} has the floor`;
    case 'floor.denied':
      return `* ${name} is not given the floor (${plainLine(event.data.cause).replaceAll('_', ' ')})`;
    case 'bidding.opened':
      return '* bids are taken for the next turn';
    case 'bid.placed':
      return `* ${name} bids ${event.data.amount.value} ${plainLine(event.data.amount.currency)}, urgency ${event.data.urgency}`;
    case 'bid.passed':
      return `* ${name} passes`;
    case 'ballot.opened':
      return event.data.kind === 'turn'
        ? `* a vote on who speaks next: ${event.data.candidates.map((id) => nameOf(names, id)).join(', ')}`
        : '* a vote on an interruption';
    case 'vote.cast':
      return `* ${name} has voted`;
    case 'floor.revoked':
      return `* ${name} lost the floor (${event.data.cause.replaceAll('_', ' ')})`;
    case 'reaction.added':
      return `* ${name} reacted: ${plainLine(event.data.kind)}`;
    case 'topic.changed':
      return `* ${nameOf(names, event.by)} set the topic: ${plainLine(event.data.topic)}`;
    case 'item.opened':
      return `* ${nameOf(names, event.by)} opened a ${event.data.kind}: ${plainLine(event.data.text)}`;
    case 'item.resolved':
      return `* ${nameOf(names, event.by)} resolved it: ${plainLine(event.data.resolution)}`;
    case 'decision.recorded':
      return `* decided: ${plainLine(event.data.text)}`;
    case 'conversation.created':
      return `* "${plainLine(event.data.title)}" begins`;
    case 'conversation.paused':
      return `* paused (${event.data.cause.replaceAll('_', ' ')})`;
    case 'conversation.resumed':
      return '* goes on';
    case 'conversation.ended':
      return `* ended (${event.data.cause})`;
    default: {
      // How it came out: bids, ballots, collisions, interruptions.
      const told = toldOf(event, (id) => nameOf(names, id));
      return told === null ? null : `* ${plainLine(told.text)}`;
    }
  }
}

/** Why somebody is muted: a moderator's words, or what its turns failed of (DG-3). */
export function muteText({
  cause,
  reason,
}: {
  readonly cause: string;
  readonly reason?: string | null;
}): string {
  const who = cause === 'failures' ? 'its turns failed' : 'by a moderator';
  if (reason === undefined || reason === null) return who;
  return `${who}: ${cause === 'failures' ? (FAILURES[reason] ?? plainLine(reason)) : plainLine(reason)}`;
}

const FAILURES: Readonly<Record<string, string>> = {
  no_content: 'it said nothing',
  inactive: 'it fell silent',
  error: 'it reported an error',
  timeout: 'it took too long',
  invalid: 'its answer was no speech',
  unreachable: 'it could not be reached',
} satisfies Record<TurnFailure, string>;

const idOf = (participant: string | { readonly id: string }): string =>
  typeof participant === 'string' ? participant : participant.id;
