import type { Egress } from '../../egress/egress.ts';
import type { Place } from '../../open-floor/address.ts';
import type { Envelope } from '../../open-floor/envelope.ts';
import { tokenOf } from '../../open-floor/reasons.ts';
import { saidIn } from '../../open-floor/speech.ts';
import type { Meeting } from '../../open-floor/writing.ts';
import { envelopeTo } from '../../open-floor/writing.ts';
import { LIMITS } from '@parley/core';
import { toSpeakableText } from '@parley/protocol';
import type { BridgedProfile, BridgeKind } from '../bridge.ts';
import { BridgeError } from '../bridge.ts';
import { OpenFloorAgent } from './agent.ts';
import { exchangeWith } from './exchange.ts';

/** How long an assistant has to answer an invitation. */
const INVITE_MS = 30_000;

/**
 * Open Floor assistants that are invited by address: the hub posts what they have not heard, with the floor,
 * and says what they answer. They take part as agents like any other.
 */
export const openFloorBridge = (egress: Egress, baseUrl: () => string): BridgeKind<'openFloor'> => ({
  kind: 'openFloor',
  async open({ bridge, conversation, settings: { serviceUrl }, signal, metrics }) {
    const place: Place = { baseUrl: baseUrl(), conversation };
    const exchange = exchangeWith(egress, serviceUrl);
    const before: Meeting = { place, title: '', people: [], holders: [] };
    const to = { serviceUrl };
    const answer = await exchange(
      envelopeTo(null, before, [
        { eventType: 'getManifests', to, parameters: { recommendScope: 'internal' } },
        { eventType: 'invite', to },
      ]),
      { timeoutMs: INVITE_MS, signal },
    );
    const declined = answer.events.find(({ eventType }) => eventType === 'declineInvite');
    if (declined) {
      const token = tokenOf(declined.reason);
      const why = toSpeakableText(declined.reason ?? '').slice(0, LIMITS.reasonCharacters);
      // Unavailable now is not unwilling for ever.
      const final = token !== '@unavailable' && token !== '@error';
      throw new BridgeError('agent.unreachable', `The assistant declines: ${why || 'no reason given'}`, {
        final,
      });
    }
    const agent = new OpenFloorAgent({
      name: bridge.displayName,
      place,
      exchange,
      metrics,
      self: { speakerUri: answer.sender.speakerUri, serviceUrl },
      greeting: greetingIn(answer),
    });
    return { agent, profile: profileIn(answer), close: () => agent.uninvite() };
  },
});

/** What it said on accepting: said in its first turn. */
function greetingIn({ events }: Envelope): string {
  const texts = events.flatMap(({ eventType, parameters }) =>
    eventType === 'utterance' && parameters?.dialogEvent ? [saidIn(parameters.dialogEvent).text] : [],
  );
  return toSpeakableText(texts.join('\n\n')).slice(0, LIMITS.speechCharacters);
}

function profileIn({ sender, events }: Envelope): BridgedProfile {
  const manifests = events.flatMap(({ parameters }) => parameters?.servicingManifests ?? []);
  const own =
    manifests.find(({ identification }) => identification.speakerUri === sender.speakerUri) ?? manifests[0];
  const capabilities = (own?.capabilities ?? [])
    .flatMap(({ keyphrases }) => keyphrases ?? [])
    .map((phrase) => toSpeakableText(phrase).replaceAll(/\s+/g, ' ').trim().slice(0, 200))
    .filter((phrase) => phrase !== '')
    .slice(0, LIMITS.listEntries);
  return { capabilities, metadata: { openFloor: { speakerUri: sender.speakerUri } } };
}
