import { AgentCard } from '@a2a-js/sdk';
import type { AgentInterface } from '@a2a-js/sdk';
import { isLegacyAgentCard, parseLegacyAgentCard } from '@a2a-js/sdk/compat/v0_3/client';
import type { BoundCredentials, Egress } from '../../egress/egress.ts';
import { EgressError } from '../../egress/egress-error.ts';
import { BridgeError } from '../bridge.ts';

export interface CardSource {
  readonly egress: Egress;
  /** Of the card itself, or of the site whose well-known card is meant. */
  readonly address: string;
  readonly credentials?: BoundCredentials | undefined;
  readonly signal: AbortSignal;
}

/** A card as it was found, and where. */
export interface FoundCard {
  readonly address: string;
  readonly card: AgentCard;
}

/** In the order of their age; the older one is where agents of protocol 0.2 and early 0.3 have it. */
const WELL_KNOWN = ['/.well-known/agent-card.json', '/.well-known/agent.json'] as const;
/** A card is read by people; of a hundred skills it takes some 100 KiB. */
const CARD_BYTES_MAX = 256 * 1024;
const CARD_MS = 10_000;

/**
 * Fetches an agent's card (A2-1).
 * @throws BridgeError where there is none, or it is not one
 */
export async function readCard(source: CardSource): Promise<FoundCard> {
  const { pathname, origin } = new URL(source.address);
  const addresses = pathname === '/' ? WELL_KNOWN.map((path) => `${origin}${path}`) : [source.address];
  let missing: BridgeError | null = null;
  for (const address of addresses) {
    const found = await fetched(source, address);
    if (!(found instanceof BridgeError)) return { address, card: parsed(found) };
    missing ??= found;
  }
  throw missing ?? noCard();
}

/** The card's text; an error where nothing is there. */
async function fetched(source: CardSource, address: string): Promise<string | BridgeError> {
  const { egress, credentials, signal } = source;
  try {
    const response = await egress.fetch('agentCard', address, {
      headers: { accept: 'application/json', 'a2a-version': '1.0' },
      ...(credentials === undefined ? {} : { credentials }),
      maxBytes: CARD_BYTES_MAX,
      timeoutMs: CARD_MS,
      signal,
    });
    if (response.ok) return await response.text();
    await response.body?.cancel();
    const message = `The agent’s card cannot be had (HTTP status ${response.status}).`;
    const refused = new BridgeError('agent.unreachable', message);
    if (response.status === 404 || response.status === 410) return refused;
    throw refused;
  } catch (cause) {
    if (!(cause instanceof EgressError)) throw cause;
    throw new BridgeError(cause.code, `The agent’s card: ${cause.message}`, { cause });
  }
}

/** Tried again, as whoever runs the agent may put it right. */
const noCard = (cause?: unknown): BridgeError =>
  new BridgeError('agent.unreachable', 'What is at the card’s address is not the card of an agent.', {
    cause,
  });

function parsed(text: string): AgentCard {
  try {
    const raw: unknown = JSON.parse(text);
    const card = isLegacyAgentCard(raw) ? parseLegacyAgentCard(raw) : AgentCard.fromJSON(raw);
    if (card.name === '' || card.supportedInterfaces.length === 0)
      throw new TypeError('a card without name or interface');
    return card;
  } catch (cause) {
    throw noCard(cause);
  }
}

/**
 * Where and how the agent is called: protocol 1.0 before 0.3, and among equals the one that the card has first.
 * @throws BridgeError where there is no way, or one that may not be gone
 */
export function chooseInterface(
  { supportedInterfaces, capabilities }: AgentCard,
  egress: Egress,
): AgentInterface {
  const required = capabilities?.extensions.find((extension) => extension.required);
  if (required) {
    throw new BridgeError(
      'request.invalid',
      'The agent requires an extension of A2A that this hub does not have.',
    );
  }
  const spoken = supportedInterfaces.filter(({ protocolBinding }) =>
    BINDINGS.has(protocolBinding.toUpperCase()),
  );
  const chosen =
    spoken.find(({ protocolVersion }) => /^1(\.|$)/.test(protocolVersion)) ??
    spoken.find(({ protocolVersion }) => /^0\.3(\.|$)/.test(protocolVersion));
  if (!chosen) {
    const message = 'The agent has no interface by JSON-RPC or HTTP+JSON of A2A 1.0 or 0.3.';
    throw new BridgeError('request.invalid', message);
  }
  try {
    egress.check(chosen.url);
  } catch (cause) {
    if (!(cause instanceof EgressError)) throw cause;
    throw new BridgeError(cause.code, `The address that the agent’s card gives: ${cause.message}`, { cause });
  }
  return chosen;
}

const BINDINGS: ReadonlySet<string> = new Set(['JSONRPC', 'HTTP+JSON']);
