import { createHash, randomUUID } from 'node:crypto';
import type { Millis, State } from '@parley/core';
import { LIMITS, memberById } from '@parley/core';
import { commandData, validate } from '@parley/protocol';
import type { DialogEvent, OpenFloorEvent } from '../../open-floor/envelope.ts';
import type { Place } from '../../open-floor/address.ts';
import { floorUri, participantAt, serviceUrlOf } from '../../open-floor/address.ts';
import { refusedBecause } from '../../open-floor/reasons.ts';
import { saidIn } from '../../open-floor/speech.ts';
import { floorManifest, manifestOf, toSelf } from '../../open-floor/writing.ts';
import type { Call } from '../calling/call.ts';
import { command, stateNow } from '../calling/member.ts';
import { speakInTurn } from '../calling/speaking.ts';
import { orInvalid, Refused } from '../http/refused.ts';
import type { Sender } from './assistant.ts';
import { oneLine } from './assistant.ts';
import { meetingOf } from './meeting.ts';

type Member = NonNullable<Sender['member']>;

/** One event of a member's envelope. */
export interface Given {
  readonly call: Call;
  readonly place: Place;
  readonly member: Member;
  readonly event: OpenFloorEvent;
  /** Where it stands in the envelope, for what is said of it. */
  readonly path: string;
  /** It says more in the same envelope. */
  readonly saysMore: boolean;
  /** How long it waits for its turn at most. */
  readonly waitMs: Millis;
}

type Handler = (given: Given) => Promise<readonly object[]>;

/** What is done about an event, and what is answered beside what happens then. Others are let pass unread. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  utterance: speak,
  requestFloor: requestFloor,
  yieldFloor: yieldFloor,
  getManifests: async ({ call, place, member, event }) =>
    manifests(place, await stateNow(call, member), member, event),
  bye: leave,
  declineInvite: leave,
  invite: bringIn,
  uninvite: ({ call, member, event, place }) =>
    about(event, place, member, async (participant) => {
      const reason = oneLine(event.reason ?? '', LIMITS.reasonCharacters);
      await command(call, member, 'participant.remove', { participant, ...(reason && { reason }) });
    }),
  revokeFloor: ({ call, member, event, place }) =>
    about(event, place, member, async (participant) => {
      await command(call, member, 'floor.revoke', { participant });
    }),
  grantFloor: ({ call, member, event, place }) =>
    about(event, place, member, async (participant) => {
      await command(call, member, 'floor.reorder', { participant, position: 1 });
    }),
};

/** Which event tells that what was asked for did not happen. */
const REFUSALS: Readonly<Record<string, { readonly eventType: string; readonly token: string }>> = {
  utterance: { eventType: 'revokeFloor', token: '@error' },
  requestFloor: { eventType: 'revokeFloor', token: '@error' },
  yieldFloor: { eventType: 'revokeFloor', token: '@error' },
};
const OTHER_REFUSAL = { eventType: 'declineInvite', token: '@refused' };

/** Carries one event out. A refusal is answered as an event: the others of the envelope are not its affair. */
export async function handle(given: Given): Promise<readonly object[]> {
  const { event, member } = given;
  const handler = HANDLERS[event.eventType];
  if (!handler) return [];
  try {
    return await handler(given);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { eventType, token } = REFUSALS[event.eventType] ?? OTHER_REFUSAL;
    const { code, message } = error.refusal;
    return [{ eventType, to: toSelf(member.self), reason: refusedBecause(token, code, message) }];
  }
}

/** An utterance waits for its turn as long as the call does; what was not said then is not kept. */
async function speak({ call, place, member, event, path, saysMore, waitMs }: Given) {
  const { dialogEvent } = event.parameters ?? {};
  const { text, parts } = saidIn(dialogEvent ?? { features: {} });
  const { to } = event;
  // Who speaks to the floor speaks to all.
  const named = to?.speakerUri === floorUri(place) ? undefined : to?.speakerUri;
  const participant = named === undefined ? null : participantAt(place, named, member.self);
  // What is for somebody whom nobody knows here is for nobody here, whispered or not: it never becomes everybody's.
  if (named !== undefined && !isMember(await stateNow(call, member), participant)) {
    return unknownAddressee(member);
  }
  // Nor is a whisper that does not say to whom.
  if (to?.private && participant === null) return unknownAddressee(member);
  const speech = orInvalid(
    validate(commandData.speech.shape.text.min(1), text, `${path}.parameters.dialogEvent.features.text`),
  );
  const spoken = await speakInTurn(call, member, {
    speech: {
      text: speech,
      ...(parts.length > 0 && { parts: [...parts] }),
      ...(participant !== null && { addressedTo: [participant] }),
      ...(participant !== null && to?.private && { to: [participant] }),
      ...(saysMore && { final: false }),
    },
    id: idOf(dialogEvent),
    wish: {},
    waitMs,
  });
  if (spoken.said) return [];
  const { because, asked } = spoken;
  const why =
    because === null
      ? 'your request stands: say it when you are granted the floor'
      : `others come first: ${asked.map(({ kind }) => kind).join(', ') || 'ask again'}`;
  const reason = refusedBecause(because === null ? '@timedOut' : '@override', 'not said', why);
  return [{ eventType: 'revokeFloor', to: toSelf(member.self), reason }];
}

const isMember = (state: State, participant: string | null): boolean =>
  participant !== null && memberById(state, participant) !== undefined;

const unknownAddressee = ({ self }: Member) => [
  {
    eventType: 'revokeFloor',
    to: toSelf(self),
    reason: refusedBecause('@error', 'not said', 'nobody here has the speakerUri that you speak to'),
  },
];

/** The same dialog event again is said once. */
function idOf(dialogEvent: DialogEvent | undefined): string {
  const id = dialogEvent?.id;
  if (id === undefined) return `ofp:${randomUUID()}`;
  return `ofp:${createHash('sha256').update(id).digest('base64url')}`;
}

async function requestFloor({ call, member, event }: Given) {
  const { floor } = await stateNow(call, member);
  const holds = floor.holders.some(({ participant }) => participant === member.participant);
  if (holds) return [{ eventType: 'grantFloor', to: toSelf(member.self), reason: 'yours already' }];
  const preview = oneLine(event.reason ?? '', LIMITS.previewCharacters);
  await command(call, member, 'floor.request', { ...(preview && { preview }) });
  return [];
}

async function yieldFloor({ call, member }: Given) {
  const { floor } = await stateNow(call, member);
  const holds = floor.holders.some(({ participant }) => participant === member.participant);
  await command(call, member, holds ? 'floor.release' : 'floor.cancel', {});
  return [];
}

async function leave({ call, member, event }: Given) {
  const reason = oneLine(event.reason ?? '', LIMITS.reasonCharacters);
  await command(call, member, 'conversation.leave', { ...(reason && { reason }) });
  return [];
}

/** A moderator invites by address: a bridge, with all that holds for those (an agent's wish waits for a human). */
async function bringIn({ call, member, event, path }: Given) {
  const { serviceUrl, speakerUri } = event.to ?? {};
  const data = {
    kind: 'openFloor',
    displayName: oneLine(nameOf(speakerUri ?? serviceUrl ?? ''), LIMITS.displayNameCharacters) || 'assistant',
    settings: { serviceUrl },
  };
  const checked = orInvalid(validate(commandData['bridge.add'], data, `${path}.to`));
  await command(call, member, 'bridge.add', checked);
  return [];
}

const nameOf = (uri: string): string => URL.parse(uri)?.hostname || uri.split(/[:/#]/).at(-1) || '';

/** Something that a convener does to a conversant. */
async function about(
  { to }: OpenFloorEvent,
  place: Place,
  { self }: Member,
  carryOut: (participant: string) => Promise<void>,
): Promise<readonly object[]> {
  const participant = to?.speakerUri === undefined ? null : participantAt(place, to.speakerUri, self);
  if (participant === null) {
    const { eventType, token } = OTHER_REFUSAL;
    const reason = refusedBecause(token, 'not_found', 'nobody here has that speakerUri');
    return [{ eventType, to: toSelf(self), reason }];
  }
  await carryOut(participant);
  return [];
}

/** What a conversation, or somebody in it, is and can do. */
export function manifests(
  place: Place,
  state: State,
  member: Member | null,
  { to, parameters }: OpenFloorEvent,
): readonly object[] {
  const self = member?.self ?? null;
  const meeting = meetingOf(place, state);
  const { speakerUri, serviceUrl } = to ?? {};
  const asked = speakerUri === undefined ? null : participantAt(place, speakerUri, self);
  const person = meeting.people.find(({ id }) => id === asked);
  const floor =
    person === undefined &&
    parameters?.recommendScope !== 'external' &&
    (speakerUri === undefined || speakerUri === floorUri(place)) &&
    (serviceUrl === undefined || serviceUrl.startsWith(place.baseUrl) || serviceUrl === serviceUrlOf(place));
  const servicingManifests = [
    ...(floor ? [floorManifest(meeting)] : []),
    // Who is there is for those who are there.
    ...(person && member ? [manifestOf(meeting, person, self)] : []),
  ];
  return [
    {
      eventType: 'publishManifests',
      ...(self && { to: toSelf(self) }),
      parameters: { servicingManifests, discoveryManifests: [] },
    },
  ];
}
