import { createHash } from 'node:crypto';
import type { ConversationId, PrincipalId, State } from '@parley/core';
import { LIMITS, memberById, PARTICIPANT_KINDS } from '@parley/core';
import { commandData, toSpeakableText, validate } from '@parley/protocol';
import type { Envelope, Manifest } from '../../open-floor/envelope.ts';
import type { Self } from '../../open-floor/address.ts';
import { accessTo, isSteward, memberOf } from '../../sessions/authorisation.ts';
import type { Caller } from '../../sessions/caller.ts';
import { DEFAULT_SCOPES, guestPrincipal } from '../../sessions/caller.ts';
import { join } from '../../sessions/joining.ts';
import type { Membership } from '../../sessions/membership.ts';
import { notFound, refuse } from '../../sessions/refusal.ts';
import type { Call } from '../calling/call.ts';
import type { Cursor, Cursors } from './cursors.ts';
import type { Member } from '../calling/member.ts';
import { accepted, orInvalid, Refused } from '../http/refused.ts';

/** Who sent an envelope. */
export interface Sender {
  readonly state: State;
  /** Null for who is no member: a visitor, who may ask what this is and is told nothing of what is said. */
  readonly member: (Member & { readonly self: Self; readonly joined: boolean }) | null;
  /** Its membership has ended since it was told something the last time. */
  readonly former?: Cursor & { readonly principal: PrincipalId };
}

/** Events with which somebody who is no member yet says that it wants to take part. */
const TAKING_PART: ReadonlySet<string> = new Set(['acceptInvite', 'requestFloor', 'utterance']);

/** The conversant that sent the envelope, which joins by taking part. @throws Refused */
export async function senderOf(
  call: Call,
  conversation: ConversationId,
  cursors: Cursors,
  envelope: Envelope,
): Promise<Sender> {
  const { parts } = call.context;
  const { speakerUri } = envelope.sender;
  const caller = call.caller ?? guestNamed(speakerUri);
  const state = await parts.conversations.state(conversation);
  const known = state && memberOf(state, caller.principal);
  if (state && known) {
    const steward = isSteward(state, caller.principal, caller);
    const { id: participant } = known.profile;
    const membership = { conversation, participant, principal: caller.principal, steward };
    const self = selfOf(known.metadata, membership);
    if (self?.speakerUri !== speakerUri) throw notThisOne(self);
    return { state, member: { conversation, participant, membership, state, self, joined: false } };
  }
  const former = cursors.get(conversation, caller.principal);
  if (state && former) {
    return { state, member: null, former: { ...former, principal: caller.principal } };
  }
  if (envelope.events.some(({ eventType }) => TAKING_PART.has(eventType))) {
    return joinAs(call, caller, conversation, envelope);
  }
  if (!state || !accessTo(state, call.caller, parts.open)) throw new Refused(notFound().error);
  return { state, member: null };
}

/** Under `--open` there are no accounts: an assistant is who it says, like everybody else there. */
function guestNamed(speakerUri: string): Caller {
  const name = createHash('sha256').update(speakerUri).digest('base64url').slice(0, 22);
  const principal = guestPrincipal(`ofp_${name}`);
  return { principal, kinds: PARTICIPANT_KINDS, scopes: DEFAULT_SCOPES, expiresAt: null };
}

async function joinAs(
  call: Call,
  caller: Caller,
  conversation: ConversationId,
  envelope: Envelope,
): Promise<Sender> {
  const { parts, leases } = call.context;
  const { speakerUri, serviceUrl } = envelope.sender;
  const manifest = manifestIn(envelope);
  const openFloor = { speakerUri, ...(serviceUrl !== undefined && { serviceUrl }) };
  const data = orInvalid(
    validate(commandData['conversation.join'], {
      kind: 'agent',
      displayName: nameIn(manifest) ?? nameFrom(speakerUri),
      capabilities: keyphrasesIn(manifest),
      metadata: { openFloor },
      interface: 'openFloor',
      catchUp: { last: 0 },
    }),
  );
  const taken: { membership?: Membership } = {};
  accepted(
    await join(parts, {
      caller,
      address: call.address,
      conversation,
      data,
      place: {
        take(membership, start) {
          taken.membership = membership;
          leases.take(membership, start);
        },
      },
    }),
  );
  const state = await parts.conversations.state(conversation);
  const { membership } = taken;
  if (!state || !membership || !memberById(state, membership.participant)) {
    throw new Refused(notFound().error);
  }
  const { participant } = membership;
  const self = { participant, ...openFloor };
  return { state, member: { conversation, participant, membership, state, self, joined: true } };
}

/** As whom it joined; null for somebody who joined by another channel. */
function selfOf(metadata: Readonly<Record<string, unknown>>, { participant }: Membership): Self | null {
  const { speakerUri, serviceUrl } = (metadata['openFloor'] ?? {}) as Partial<Self>;
  if (typeof speakerUri !== 'string') return null;
  return { participant, speakerUri, ...(typeof serviceUrl === 'string' && { serviceUrl }) };
}

function notThisOne(self: Self | null): Refused {
  if (!self) {
    return new Refused(
      refuse('participant.already_joined', 'You take part by another channel already.').error,
    );
  }
  const details = { path: 'openFloor.sender.speakerUri', expected: 'the one that you joined with' };
  return new Refused(refuse('request.invalid', 'One token is one assistant here.', { details }).error);
}

/** Its own, where it published one along with the rest. */
function manifestIn({ sender, events }: Envelope): Manifest | null {
  const published = events.flatMap(({ parameters }) => parameters?.servicingManifests ?? []);
  return published.find(({ identification }) => identification.speakerUri === sender.speakerUri) ?? null;
}

const nameIn = (manifest: Manifest | null): string | undefined =>
  manifest?.identification.conversationalName?.trim() || undefined;

const keyphrasesIn = (manifest: Manifest | null): string[] =>
  (manifest?.capabilities ?? [])
    .flatMap(({ keyphrases }) => keyphrases ?? [])
    .map((phrase) => oneLine(phrase, 200))
    .filter((phrase) => phrase !== '')
    .slice(0, LIMITS.listEntries);

/** Such as Sandro, for `tag:sandro@w3.org,2004:Sandro`. */
function nameFrom(speakerUri: string): string {
  const last = speakerUri.split(/[:/#]/).findLast((part) => part !== '') ?? speakerUri;
  return oneLine(last, LIMITS.displayNameCharacters) || 'assistant';
}

/** What of a foreign text may stand on one line. */
export const oneLine = (text: string, max: number): string =>
  toSpeakableText(text).replaceAll(/\s+/g, ' ').trim().slice(0, max);
