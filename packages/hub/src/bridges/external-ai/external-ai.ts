import type { BridgeSettings } from '@parley/protocol';
import type { Egress } from '../../egress/egress.ts';
import { EgressError } from '../../egress/egress-error.ts';
import type { BridgeKind, BridgeRequest, Reached } from '../bridge.ts';
import { BridgeError } from '../bridge.ts';
import { CallQueue } from './call-queue.ts';
import { egressFetch, trustedFetch } from '../../models/bounded-fetch.ts';
import type { ModelAddress } from '../../models/language-model.ts';
import type { Service } from './services.ts';
import { costOf, Spending } from './spending.ts';

type Settings = BridgeSettings<'externalAI'>;

/** Of an address that a moderator gave, where nothing is said of it: what small models of today hold. */
const UNKNOWN = { contextTokens: 8_000, maxOutputTokens: 1_000 } as const;
const CONTEXT_TOKENS_MIN = 512;

/** External AI services as participants: the operator's by name, or a keyless address (AI-1). */
export class ExternalAI implements BridgeKind<'externalAI'> {
  readonly kind = 'externalAI';
  readonly #services: ReadonlyMap<string, Service>;
  readonly #egress: Egress;
  /** What each bridge has spent; kept while it is wanted, whatever becomes of its connection. */
  readonly #spending = new Map<string, Spending>();

  constructor(services: ReadonlyMap<string, Service>, egress: Egress) {
    this.#services = services;
    this.#egress = egress;
  }

  async open(request: BridgeRequest<'externalAI'>): Promise<Reached> {
    const { settings, bridge, clock, metrics, report, failed, signal } = request;
    const { address, service, limits } = this.#found(settings);
    const prices = service?.settings.prices ?? null;
    const spending = this.#spendingOf(request, prices);
    // The SDK is loaded when the first model is brought in.
    const [{ modelAt }, { BUDGET_SPENT, ModelAgent }] = await Promise.all([
      import('../../models/language-model.ts'),
      import('./model-agent.ts'),
    ]);
    const { instructions } = settings;
    const agent = new ModelAgent({
      name: bridge.displayName,
      model: modelAt(address),
      ...limits,
      ...(instructions === undefined ? {} : { instructions }),
      queues: [new CallQueue(settings.rateLimits ?? {}, clock), ...(service ? [service.queue] : [])],
      spending,
      costOf: (usage) => costOf(usage, prices),
      clock,
      metrics,
      report,
      failed,
      signal,
    });
    return {
      agent,
      readiness: agent,
      problem: spending.isSpent ? BUDGET_SPENT : null,
      profile: { model: address.model },
      close: () => Promise.resolve(),
    };
  }

  /** Which model, where, and within which bounds. */
  #found(settings: Settings) {
    const { service: name, baseURL, model } = settings;
    if (name === undefined) {
      return {
        ...this.#keyless(baseURL ?? '', model),
        limits: within(settings, { ...UNKNOWN, ...settings }),
      };
    }
    const service = this.#services.get(name);
    if (!service) throw new BridgeError('request.invalid', `This hub has no service named ${name}.`);
    const { settings: own, apiKey } = service;
    if (model !== undefined && model !== own.model) {
      throw new BridgeError(
        'request.invalid',
        `The service ${name} has the model ${own.model}, and no other.`,
      );
    }
    const address: ModelAddress = {
      provider: own.provider,
      ...(own.baseURL === undefined ? {} : { baseURL: own.baseURL }),
      model: own.model,
      apiKey,
      fetch: trustedFetch,
    };
    return { address, service, limits: within(settings, own) };
  }

  #keyless(baseURL: string, model: string | undefined) {
    if (model === undefined)
      throw new BridgeError('request.invalid', 'An address needs the name of a model.');
    try {
      this.#egress.check(baseURL);
    } catch (error) {
      if (!(error instanceof EgressError)) throw error;
      throw new BridgeError('endpoint.blocked', error.message, { cause: error });
    }
    const address: ModelAddress = {
      provider: 'openai-compatible',
      baseURL,
      model,
      apiKey: null,
      fetch: egressFetch(this.#egress),
    };
    return { address, service: null };
  }

  #spendingOf(
    { conversation, bridge, settings: { budget = {} }, signal }: BridgeRequest<'externalAI'>,
    prices: Service['settings']['prices'] | null,
  ): Spending {
    if (budget.cost !== undefined && prices?.inputPerMillion === undefined) {
      throw new BridgeError('request.invalid', 'A budget in money needs a service with prices.');
    }
    // Ids have no slash.
    const key = `${conversation}/${bridge.bridge}`;
    const known = this.#spending.get(key);
    if (known) return known;
    const spending = new Spending(budget, prices, bridge.problem?.code === 'budget.spent');
    this.#spending.set(key, spending);
    signal.addEventListener('abort', () => this.#spending.delete(key), { once: true });
    return spending;
  }
}

/** What a moderator asks for, within what the operator allows. */
function within(
  asked: Pick<Settings, 'contextTokens' | 'maxOutputTokens'>,
  allowed: { readonly contextTokens: number; readonly maxOutputTokens: number },
) {
  const contextTokens = Math.min(asked.contextTokens ?? allowed.contextTokens, allowed.contextTokens);
  const maxOutputTokens = Math.min(asked.maxOutputTokens ?? allowed.maxOutputTokens, allowed.maxOutputTokens);
  if (contextTokens < CONTEXT_TOKENS_MIN || maxOutputTokens >= contextTokens) {
    const least = `at least ${CONTEXT_TOKENS_MIN}, and more than maxOutputTokens`;
    throw new BridgeError('request.invalid', `settings.contextTokens: expected ${least}.`);
  }
  return { contextTokens, maxOutputTokens };
}
