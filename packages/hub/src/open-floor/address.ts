import type { ConversationId, ParticipantId } from '@parley/core';

/** Where a conversation is, as Open Floor names places. */
export interface Place {
  /** Under which people reach the hub, without a slash at the end. */
  readonly baseUrl: string;
  readonly conversation: ConversationId;
}

/** One of those who meet there, by the URI that it calls itself. */
export interface Self {
  readonly participant: ParticipantId;
  readonly speakerUri: string;
  readonly serviceUrl?: string;
}

/** The convener of every conversation: the hub. No participant has such an id. */
const FLOOR = 'floor';

export const serviceUrlOf = ({ baseUrl, conversation }: Place): string => `${baseUrl}/ofp/c/${conversation}`;

export const floorUri = (place: Place): string => uriOf(place, FLOOR);

/**
 * A participant's URI as the others are told it: given by the hub like everything that says who somebody is
 * (HU-3), so that nobody can pass for another by what it calls itself.
 */
export const uriOf = (place: Place, participant: ParticipantId): string =>
  `${serviceUrlOf(place)}#${participant}`;

/** Whose URI it is, for somebody there; null for one that names nobody of this conversation. */
export function participantAt(place: Place, uri: string, self: Self | null): ParticipantId | null {
  if (self && uri === self.speakerUri) return self.participant;
  const prefix = `${serviceUrlOf(place)}#`;
  return uri.startsWith(prefix) ? uri.slice(prefix.length) : null;
}
