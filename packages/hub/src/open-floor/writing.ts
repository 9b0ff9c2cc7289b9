import type { ParticipantId } from '@parley/core';
import type { Place, Self } from './address.ts';
import { floorUri, serviceUrlOf, uriOf } from './address.ts';
import { OPEN_FLOOR_VERSION } from './envelope.ts';

/** What of a participant the others may know; profiles and views have it. */
export interface Person {
  readonly id: ParticipantId;
  readonly kind: string;
  readonly displayName: string;
  readonly capabilities: readonly string[];
  readonly model?: string;
  readonly owner?: string;
}

/** A conversation as its envelopes show it. */
export interface Meeting {
  readonly place: Place;
  readonly title: string;
  readonly people: readonly Person[];
  /** Who has the floor: nobody else is heard. */
  readonly holders: readonly ParticipantId[];
}

const ORGANIZATION = 'Parley';

/** An envelope from the floor to one of the conversants, which finds itself by its own URI there. */
export function envelopeTo(self: Self | null, meeting: Meeting, events: readonly object[]) {
  const { place, people, holders } = meeting;
  const uri = (id: ParticipantId): string => (id === self?.participant ? self.speakerUri : uriOf(place, id));
  return {
    openFloor: {
      schema: { version: OPEN_FLOOR_VERSION },
      conversation: {
        id: place.conversation,
        conversants: [
          { identification: floorIdentification(meeting) },
          ...people.map((person) => ({ identification: identificationOf(meeting, person, self) })),
        ],
        assignedFloorRoles: { convener: [floorUri(place)] },
        floorGranted: holders.map(uri),
      },
      sender: { speakerUri: floorUri(place), serviceUrl: serviceUrlOf(place) },
      events,
    },
  };
}

/** Whom an event to a conversant is meant for. */
export const toSelf = ({ speakerUri }: Self) => ({ speakerUri });

/** The floor's own manifest: what one learns of a conversation that one asks. */
export const floorManifest = (meeting: Meeting) => ({
  identification: floorIdentification(meeting),
  capabilities: [
    {
      keyphrases: ['conversation', 'floor'],
      languages: [],
      descriptions: [
        'Hosts one conversation of people and agents, gives the floor and passes on what is said.',
      ],
      supportedLayers: { input: ['text'], output: ['text'] },
    },
  ],
});

export const manifestOf = (meeting: Meeting, person: Person, self: Self | null) => ({
  identification: identificationOf(meeting, person, self),
  capabilities: [
    {
      keyphrases: person.capabilities,
      languages: [],
      descriptions: person.capabilities,
      supportedLayers: { input: ['text'], output: ['text'] },
    },
  ],
});

const floorIdentification = ({ place, title }: Meeting) => ({
  speakerUri: floorUri(place),
  serviceUrl: serviceUrlOf(place),
  organization: ORGANIZATION,
  conversationalName: title || 'Parley',
  role: 'floor manager and convener',
  synopsis: 'The floor of this conversation.',
  openFloorRoles: { convener: true },
});

function identificationOf({ place }: Meeting, person: Person, self: Self | null) {
  const own = self && self.participant === person.id ? self : null;
  return {
    speakerUri: own?.speakerUri ?? uriOf(place, person.id),
    serviceUrl: own?.serviceUrl ?? serviceUrlOf(place),
    organization: person.owner ?? ORGANIZATION,
    conversationalName: person.displayName,
    role: person.kind,
    synopsis: [person.model ?? person.kind, ...person.capabilities].join(', '),
  };
}
