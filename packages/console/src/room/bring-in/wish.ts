import type { BridgeRequest, OfferedParticipants } from '@parley/client';
import { engagementSpec, ParleyError } from '@parley/client';
import type { PartialConfig } from '../../lobby/config-value.ts';
import type { Field, Path } from '../../session/schema.ts';

export type Way = BridgeRequest['kind'];
export const WAYS: readonly Way[] = ['a2aAgent', 'externalAI', 'localAgent', 'openFloor'];

/** Reached by an address that people know, so that nothing need be asked of the hub first. */
export const isByAddress = (way: Way): boolean => way === 'a2aAgent' || way === 'openFloor';

/** Whom somebody wants to bring in, as far as it is filled in. */
export interface Wish {
  readonly way: Way;
  readonly displayName: string;
  /** Of each way, so that nothing is lost by looking at another. */
  readonly settings: Readonly<Record<Way, PartialConfig>>;
  readonly engagement: PartialConfig & { readonly kind: string };
  readonly roles: readonly string[];
  readonly topics: readonly string[];
  readonly interests: readonly string[];
}

export const NO_WISH: Wish = {
  way: 'a2aAgent',
  displayName: '',
  settings: { a2aAgent: {}, externalAI: {}, localAgent: {}, openFloor: {} },
  engagement: { kind: engagementSpec.default },
  roles: [],
  topics: [],
  interests: [],
};

/** Names what stands chosen where nobody has chosen: the first of what the hub offers, or else an address. */
export function withFirst(way: Way, settings: PartialConfig, offered: OfferedParticipants): PartialConfig {
  const [service, agent] = [offered.services[0], offered.agents[0]];
  if (way === 'externalAI' && !('service' in settings) && !('baseURL' in settings)) {
    return { ...settings, ...(service ? { service: service.name } : { baseURL: '' }) };
  }
  return way === 'localAgent' && agent && !('agent' in settings) ? { agent: agent.name } : settings;
}

/** Under which name it comes in: an agent of the hub under its own, unless it is given another. */
export function nameOf({ way, displayName }: Wish, settings: PartialConfig): string {
  const own = way === 'localAgent' ? settings['agent'] : undefined;
  return displayName.trim() || (typeof own === 'string' ? own : '');
}

/** As it goes to the hub, whose schema checks what a form cannot. */
export function requestOf(wish: Wish, settings: PartialConfig): BridgeRequest {
  const { way, engagement, roles, topics, interests } = wish;
  return {
    kind: way,
    displayName: nameOf(wish, settings),
    settings,
    engagement,
    ...(roles.length === 0 ? {} : { roles }),
    ...(topics.length === 0 ? {} : { topics }),
    ...(interests.length === 0 ? {} : { interests }),
  } as BridgeRequest;
}

/** What is wrong, and below `data` where. */
export interface Problem {
  readonly path: string;
  readonly text: string;
}

export function problemOf(error: unknown, errorText: (error: unknown) => string): Problem {
  const path = error instanceof ParleyError ? error.details?.['path'] : undefined;
  return { path: typeof path === 'string' ? path.replace(/^data\./, '') : '', text: errorText(error) };
}

/** Where a text field shows its own problem; all others are told below the form. */
export const OWN_PROBLEMS: ReadonlySet<string> = new Set([
  'displayName',
  'settings.card',
  'settings.credential',
  'settings.baseURL',
  'settings.serviceUrl',
  'settings.model',
  'settings.instructions',
]);

export const engagementKinds: readonly string[] = Object.keys(engagementSpec.kinds);

/** What else an engagement is made of; numbers, which is all that there is so far. */
export const engagementFields = (kind: string): readonly Field[] =>
  Object.entries(engagementSpec.kinds[kind] ?? {}).flatMap(([key, setting]): readonly Field[] =>
    setting.type === 'integer' || setting.type === 'number'
      ? [
          {
            ...amount(['engagement', key], setting.min, setting.max),
            ...(setting.default === undefined ? {} : { initial: setting.default }),
          },
        ]
      : [],
  );

/** As the wire has it. */
const AMOUNT_MAX = 1_000_000_000;
const CALLS_AT_ONCE_MAX = 100;

const amount = (path: Path, min = 1, max = AMOUNT_MAX): Extract<Field, { type: 'number' }> => ({
  path,
  type: 'number',
  whole: true,
  min,
  max,
});

/** What may be spent on a model, and how fast (AI-1). */
export const MODEL_LIMITS: readonly Field[] = [
  amount(['budget', 'tokens']),
  { path: ['budget', 'cost'], type: 'number', whole: false, min: 0.01, max: AMOUNT_MAX },
  amount(['maxOutputTokens']),
  amount(['contextTokens']),
  amount(['rateLimits', 'requestsPerMinute']),
  amount(['rateLimits', 'tokensPerMinute']),
  amount(['rateLimits', 'maxConcurrent'], 1, CALLS_AT_ONCE_MAX),
];
