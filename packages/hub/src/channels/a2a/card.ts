import type { AgentCard, AgentInterface } from '@a2a-js/sdk';
import { AgentCard as AgentCardCodec } from '@a2a-js/sdk';
import { PROTOCOL_VERSION } from '@parley/protocol';

/** The version of A2A that is spoken, and the one before for older peers. */
export const A2A_VERSION = '1.0';
export const A2A_LEGACY_VERSION = '0.3';

export interface CardOptions {
  readonly name: string;
  readonly description: string;
  /** Of the endpoint, with a slash at the end. */
  readonly url: string;
  readonly skill: {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly tags: string[];
  };
  readonly inputModes: readonly string[];
  readonly outputModes: readonly string[];
  /** JSON-RPC of 0.3 is answered as well. */
  readonly legacy: boolean;
  /** Nobody needs a token. */
  readonly open: boolean;
}

/** Declares what works and nothing else: streams, both JSON bindings, and a bearer token where one is needed. */
export function cardOf(options: CardOptions): AgentCard {
  const { url, legacy, open, skill } = options;
  const base = url.replace(/\/$/, '');
  return {
    name: options.name,
    description: options.description,
    version: PROTOCOL_VERSION,
    supportedInterfaces: [
      interfaceOf(url, 'JSONRPC', A2A_VERSION),
      interfaceOf(base, 'HTTP+JSON', A2A_VERSION),
      ...(legacy ? [interfaceOf(url, 'JSONRPC', A2A_LEGACY_VERSION)] : []),
    ],
    provider: undefined,
    capabilities: { streaming: true, pushNotifications: false, extensions: [], extendedAgentCard: false },
    securitySchemes: open
      ? {}
      : {
          bearer: {
            scheme: {
              $case: 'httpAuthSecurityScheme',
              value: {
                scheme: 'Bearer',
                bearerFormat: 'JWT',
                description: 'A token of this hub, or of an issuer that it believes.',
              },
            },
          },
        },
    securityRequirements: open ? [] : [{ schemes: { bearer: { list: [] } } }],
    defaultInputModes: [...options.inputModes],
    defaultOutputModes: [...options.outputModes],
    skills: [{ ...skill, examples: [], inputModes: [], outputModes: [], securityRequirements: [] }],
    signatures: [],
  };
}

/**
 * The card as JSON. Peers that do not say which version they speak may be of the one before: for them the
 * fields of 0.3 stand beside those of 1.0, where the endpoint answers 0.3 at all.
 */
export function cardJson(card: AgentCard, version: string | undefined): Record<string, unknown> {
  const json = AgentCardCodec.toJSON(card) as Record<string, unknown>;
  const legacy = card.supportedInterfaces.find(
    ({ protocolVersion }) => protocolVersion === A2A_LEGACY_VERSION,
  );
  if (!legacy || version?.startsWith('1.') === true) return json;
  const guarded = Object.hasOwn(card.securitySchemes, 'bearer');
  const schemes = json['securitySchemes'] as Record<string, object> | undefined;
  return {
    ...json,
    protocolVersion: '0.3.0',
    url: legacy.url,
    preferredTransport: legacy.protocolBinding,
    ...(guarded
      ? {
          securitySchemes: {
            bearer: { ...schemes?.['bearer'], type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          },
          security: [{ bearer: [] }],
        }
      : {}),
    supportsAuthenticatedExtendedCard: false,
  };
}

const interfaceOf = (url: string, protocolBinding: string, protocolVersion: string): AgentInterface => ({
  url,
  protocolBinding,
  protocolVersion,
  tenant: '',
});
