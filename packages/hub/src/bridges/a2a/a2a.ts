import { isDeepStrictEqual } from 'node:util';
import type { BoundCredentials, Egress } from '../../egress/egress.ts';
import type { BridgeKind, BridgeMetrics, BridgeRequest, Reached } from '../bridge.ts';
import { BridgeError } from '../bridge.ts';
import type { TurnLimits } from './a2a-agent.ts';
import { A2aAgent } from './a2a-agent.ts';
import { AgentFault } from './agent-fault.ts';
import type { FoundCard } from './card.ts';
import { chooseInterface, readCard } from './card.ts';
import { verifySignature } from './card-signature.ts';
import type { CallLimits } from './guarded-fetch.ts';
import { profileOf } from './profile.ts';
import { RemoteAgent } from './remote-agent.ts';

export interface A2aParts {
  readonly egress: Egress;
  /** Of the operator's, by name. */
  readonly credentials: ReadonlyMap<string, BoundCredentials>;
  /** Origins, beside a card's own, whose keys may sign cards. */
  readonly keyOrigins: readonly string[];
  readonly limits?: Partial<CallLimits & TurnLimits>;
}

/** No agent needs longer for what a person would wait for; most floors end a turn much earlier. */
const LIMITS: CallLimits & TurnLimits = {
  callMs: 60_000,
  streamMs: 600_000,
  idleMs: 60_000,
  // An utterance's length, in the most wordy writing of it.
  maxBytes: 1024 * 1024,
  lookMs: 500,
  lookMaxMs: 5_000,
  turnMs: 600_000,
  bidMs: 8_000,
  cancelMs: 2_000,
  againMs: 1_000,
  againMaxMs: 10_000,
};

interface Contact {
  readonly found: FoundCard;
  readonly remote: RemoteAgent;
  readonly verified: boolean;
}

/** Remote agents with an A2A card as participants (A2-1 … A2-4). */
export class A2aBridge implements BridgeKind<'a2aAgent'> {
  readonly kind = 'a2aAgent';
  readonly #parts: A2aParts;
  readonly #limits: CallLimits & TurnLimits;

  constructor(parts: A2aParts) {
    this.#parts = parts;
    this.#limits = { ...LIMITS, ...parts.limits };
  }

  async open(request: BridgeRequest<'a2aAgent'>): Promise<Reached> {
    const { conversation, bridge, clock, metrics, report } = request;
    const first = await counted(metrics, () => this.#contact(request));
    let { contact } = first;
    const agent = new A2aAgent({
      conversation,
      bridge,
      clock,
      metrics,
      report,
      remote: contact.remote,
      limits: this.#limits,
      renew: async () => {
        contact = await this.#again(request, contact);
        return contact.remote;
      },
    });
    return { agent, profile: first.profile, close: () => agent.close() };
  }

  async #contact({ settings, clock, signal }: BridgeRequest<'a2aAgent'>) {
    const { egress, keyOrigins } = this.#parts;
    const credentials = this.#credentials(settings.credential);
    const found = await readCard({ egress, address: settings.card, credentials, signal });
    const chosen = chooseInterface(found.card, egress);
    if (
      credentials &&
      ![found.address, chosen.url].some((url) => new URL(url).origin === credentials.origin)
    ) {
      const message = 'The credential is kept for another origin than the agent’s.';
      throw new BridgeError('request.invalid', message);
    }
    const finding = await verifySignature(found, { egress, keyOrigins, signal });
    if (finding === 'wrong') {
      const message = 'The signature of the agent’s card is of another card: this one may have been changed.';
      throw new BridgeError('request.invalid', message, { final: false });
    }
    const wayOut = { egress, clock, credentials, limits: this.#limits };
    const remote = await RemoteAgent.create(found.card, chosen, wayOut);
    return {
      contact: { found, remote, verified: finding !== 'unknown' },
      profile: profileOf(found, chosen, finding),
    };
  }

  #credentials(name: string | undefined): BoundCredentials | undefined {
    if (name === undefined) return undefined;
    const known = this.#parts.credentials.get(name);
    if (known) return known;
    throw new BridgeError('request.invalid', 'This hub keeps no credential of that name.');
  }

  /** The agent as its card is now; the same contact where the card has not changed. */
  async #again(request: BridgeRequest<'a2aAgent'>, before: Contact): Promise<Contact> {
    const { contact } = await counted(request.metrics, () => this.#contact(request)).catch(
      (error: unknown) => {
        if (!(error instanceof BridgeError)) throw error;
        const code = error.code === 'request.invalid' ? 'agent.unreachable' : error.code;
        throw new AgentFault(error.message, { code, cause: error });
      },
    );
    if (before.verified && !contact.verified) {
      const message = 'The agent’s card has changed, and nobody vouches for it any more.';
      throw new AgentFault(message, { code: 'endpoint.blocked' });
    }
    return isDeepStrictEqual(contact.found.card, before.found.card) ? before : contact;
  }
}

async function counted<T>(metrics: BridgeMetrics, read: () => Promise<T>): Promise<T> {
  try {
    const result = await read();
    metrics.called('a2aAgent', 'card', 'ok');
    return result;
  } catch (error) {
    metrics.called('a2aAgent', 'card', 'failed');
    throw error;
  }
}
