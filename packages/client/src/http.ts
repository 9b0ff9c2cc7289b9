import type {
  ContributionView,
  ConversationConfig,
  ConversationStatus,
  ConversationView,
  ParticipantKind,
  Seq,
} from '@parley/core';
import type { CatchUp } from './api.ts';
import { ParleyError } from './errors.ts';
import type { DurableWireEvent } from './events.ts';
import { hubUrl } from './transport.ts';

export interface HttpOptions {
  readonly token?: string | undefined;
  /** Aborts every call. */
  readonly signal?: AbortSignal;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface CreatedConversation {
  readonly id: string;
  readonly epoch: string;
  readonly title: string;
  readonly status: ConversationStatus;
  readonly config: ConversationConfig;
  /** A guest's, where the hub runs with `--open` and the call carried none. */
  readonly token?: string;
}

export interface ConversationSummary {
  readonly id: string;
  readonly epoch: string;
  readonly seq: Seq;
  readonly title: string;
  readonly status: ConversationStatus;
  readonly createdAt: string;
  readonly changedAt: string;
  /** Kind of the turn strategy. */
  readonly strategy: string;
  readonly participants: {
    readonly count: number;
    readonly humans: number;
    readonly agents: number;
    readonly connected: number;
    /** Some of them, for a line. */
    readonly first: readonly { readonly displayName: string; readonly kind: ParticipantKind }[];
  };
  /** Display name of whoever has the floor. */
  readonly holder: string | null;
  readonly lastLine: { readonly speaker: string; readonly text: string; readonly at: string } | null;
}

/** A contribution beside what the participant wanted. */
export interface FairnessRow extends ContributionView {
  /** Spent wanting the floor: with a live request, or holding it. */
  readonly demandMs: number;
  /** Speaking time for each millisecond of demand; null for whoever never wanted the floor. */
  readonly fairShare: number | null;
  /** Part of everybody's decayed speaking time, 0 to 1. */
  readonly recentShare: number;
}

/** How evenly the floor was shared. */
export interface FairnessReport {
  readonly participants: readonly FairnessRow[];
  /** Jain's index of the fair shares of those who take part now: 1 is even. */
  readonly jain: number;
  readonly gini: number;
  readonly evenness: number;
}

export interface ConversationPage {
  readonly conversations: readonly ConversationSummary[];
  /** Hand it back for the next page; null on the last. */
  readonly cursor: string | null;
}

/** Whom `room.bridges.add` can name on this hub. */
export interface OfferedParticipants {
  /** Model services of the operator's. */
  readonly services: readonly {
    readonly name: string;
    /** Which protocol it speaks, such as `openai-compatible`. */
    readonly provider: string;
    readonly model: string;
  }[];
  /** Agents that the hub was started with. */
  readonly agents: readonly { readonly name: string }[];
}

export interface InviteRequest {
  readonly roles?: readonly string[];
  readonly kinds?: readonly string[];
  readonly maxUses?: number;
  /** RFC 3339. */
  readonly expiresAt?: string;
}

export interface EventPage {
  readonly epoch: string;
  readonly events: readonly DurableWireEvent[];
  /** What to give as `after` for the next page. */
  readonly next: Seq;
}

/** What is not on the socket: creating and finding conversations, invites, exports, statistics. */
export interface HubHttp {
  /** The token that calls carry; a guest's after the first creation on an open hub. */
  readonly token: string | undefined;
  createConversation(
    body?: { readonly title?: string; readonly config?: unknown },
    options?: CallOptions,
  ): Promise<CreatedConversation>;
  listConversations(cursor?: string, options?: CallOptions): Promise<ConversationPage>;
  getConversation(id: string, options?: CallOptions): Promise<ConversationView>;
  configure(
    id: string,
    config: unknown,
    options?: CallOptions,
  ): Promise<{ readonly config: ConversationConfig }>;
  /** JSON is answered parsed, Markdown as text. */
  transcript(id: string, format: 'json', options?: CallOptions): Promise<unknown>;
  transcript(id: string, format: 'markdown', options?: CallOptions): Promise<string>;
  /** Events after a seq; waits up to `waitMs` for the first one where there is none yet. */
  events(
    id: string,
    query: { readonly after: Seq; readonly limit?: number; readonly waitMs?: number },
    options?: CallOptions,
  ): Promise<EventPage>;
  catchUp(id: string, after: Seq, options?: CallOptions): Promise<CatchUp>;
  createInvite(
    id: string,
    invite: InviteRequest,
    options?: CallOptions,
  ): Promise<{ readonly code: string; readonly url: string }>;
  fairness(id: string, options?: CallOptions): Promise<FairnessReport>;
  /** Whom `bridge.add` can name; nothing at all from a hub that knows no such call. */
  services(options?: CallOptions): Promise<OfferedParticipants>;
  /** For operators. What is shown of an agent (`model`, `owner`) is said here, and nowhere else (HU-3). */
  createToken(
    request: {
      readonly subject: string;
      readonly kinds: readonly string[];
      readonly scopes?: readonly string[];
      readonly model?: string;
      readonly owner?: string;
      readonly ttlSeconds?: number;
    },
    options?: CallOptions,
  ): Promise<{ readonly token: string }>;
}

interface Call extends CallOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
}

export function http(url: string, settings: HttpOptions = {}): HubHttp {
  const base = hubUrl(url, '/v1', 'http');
  const doFetch = settings.fetch ?? fetch;
  let { token } = settings;

  async function call(path: string, { method = 'GET', query = {}, body, signal }: Call): Promise<Response> {
    const address = new URL(`${base}${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) address.searchParams.set(name, String(value));
    }
    const signals = [settings.signal, signal].filter((given) => given !== undefined);
    let response: Response;
    try {
      response = await doFetch(address, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signals.length > 0 && { signal: AbortSignal.any(signals) }),
      });
    } catch (cause) {
      for (const given of signals) given.throwIfAborted();
      throw new ParleyError({
        code: 'client.connection_failed',
        message: `no answer from ${address.origin}`,
        retryable: true,
        cause,
      });
    }
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  async function json<T>(path: string, options: Call = {}): Promise<T> {
    const response = await call(path, options);
    return (await response.json()) as T;
  }

  const at = (id: string, rest = '') => `/conversations/${encodeURIComponent(id)}${rest}`;

  return {
    get token() {
      return token;
    },
    async createConversation(body = {}, options) {
      const created = await json<CreatedConversation>('/conversations', { ...options, method: 'POST', body });
      token ??= created.token;
      return created;
    },
    listConversations: (cursor, options) => json('/conversations', { ...options, query: { cursor } }),
    getConversation: (id, options) => json(at(id), options),
    configure: (id, config, options) =>
      json(at(id, '/config'), { ...options, method: 'PATCH', body: config }),
    // One function for both overloads; which answer belongs to which format is the interface's to say.
    transcript: (async (id: string, format: 'json' | 'markdown', options?: CallOptions) => {
      const response = await call(at(id, '/transcript'), { ...options, query: { format } });
      return format === 'json' ? response.json() : response.text();
    }) as HubHttp['transcript'],
    events: (id, { after, limit, waitMs }, options) =>
      json(at(id, '/events'), { ...options, query: { after, limit, wait: waitMs } }),
    catchUp: (id, after, options) => json(at(id, '/catch-up'), { ...options, query: { after } }),
    createInvite: (id, invite, options) =>
      json(at(id, '/invites'), { ...options, method: 'POST', body: invite }),
    fairness: (id, options) => json(at(id, '/fairness'), options),
    async services(options) {
      try {
        return await json<OfferedParticipants>('/services', options);
      } catch (error) {
        if (isMissing(error)) return { services: [], agents: [] };
        throw error;
      }
    },
    createToken: (body, options) => json('/tokens', { ...options, method: 'POST', body }),
  };
}

const isMissing = (error: unknown): boolean =>
  error instanceof ParleyError && (error.code === 'not_found' || error.details?.['status'] === 404);

/** The hub answers with problem documents; whatever stands between may answer with anything. */
async function problemOf(response: Response): Promise<ParleyError> {
  const text = await response.text();
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // Not JSON: the status has to say it all.
  }
  return ParleyError.fromWire(body, {
    code: 'client.unexpected_answer',
    message: `the hub answered ${response.status} ${response.statusText}`.trim(),
    retryable: response.status >= 500,
    details: { status: response.status },
  });
}
