import { Role } from '@a2a-js/sdk';
import type {
  AgentCard,
  AgentInterface,
  Message,
  SendMessageRequest,
  StreamResponse,
  Task,
} from '@a2a-js/sdk';
import {
  Client,
  JsonRpcTransportFactory,
  RestTransportFactory,
  TenantTransportDecorator,
} from '@a2a-js/sdk/client';
import type { WayOut } from './guarded-fetch.ts';
import { guardedFetch } from './guarded-fetch.ts';

/** What is said to an agent, less what every message has. */
export type Saying = Pick<Message, 'messageId' | 'contextId' | 'taskId' | 'parts' | 'referenceTaskIds'> & {
  readonly metadata: Readonly<Record<string, unknown>>;
};

const OUTPUT_MODES = ['text/plain', 'text/markdown', 'application/json'];

/** One agent by one of its interfaces: the few calls that a conversation needs. */
export class RemoteAgent {
  readonly #client: Client;
  /** What it says comes while it comes into being; otherwise its task is looked up until it has ended. */
  readonly streams: boolean;

  private constructor(client: Client, streams: boolean) {
    this.#client = client;
    this.streams = streams;
  }

  static async create(card: AgentCard, chosen: AgentInterface, wayOut: WayOut): Promise<RemoteAgent> {
    const options = { fetchImpl: guardedFetch(wayOut), legacyCompat: { enabled: true } };
    const factories = [new JsonRpcTransportFactory(options), new RestTransportFactory(options)];
    const binding = chosen.protocolBinding.toUpperCase();
    const factory = factories.find(({ protocolName }) => protocolName === binding);
    if (!factory) throw new TypeError(`no transport for ${binding}`);
    // The library chooses the version by the card, so it is shown the one interface that was chosen.
    const transport = await factory.create(chosen.url, { ...card, supportedInterfaces: [chosen] });
    const client = new Client(
      chosen.tenant === '' ? transport : new TenantTransportDecorator(transport, chosen.tenant),
      card,
    );
    return new RemoteAgent(client, card.capabilities?.streaming ?? false);
  }

  /** Says something; answers what becomes of it, which need not be all. */
  async *send(saying: Saying, signal: AbortSignal): AsyncGenerator<StreamResponse> {
    if (this.streams) yield* this.#client.sendMessageStream(requestOf(saying, false), { signal });
    else yield eventOf(await this.#client.sendMessage(requestOf(saying, true), { signal }));
  }

  /** Says something and waits for what comes of it. */
  async ask(saying: Saying, signal: AbortSignal): Promise<StreamResponse> {
    return eventOf(await this.#client.sendMessage(requestOf(saying, false), { signal }));
  }

  async task(id: string, signal: AbortSignal): Promise<StreamResponse> {
    return eventOf(await this.#client.getTask({ tenant: '', id, historyLength: 0 }, { signal }));
  }

  async cancel(id: string, signal: AbortSignal): Promise<void> {
    await this.#client.cancelTask({ tenant: '', id, metadata: undefined }, { signal });
  }
}

function requestOf(saying: Saying, returnImmediately: boolean): SendMessageRequest {
  return {
    tenant: '',
    message: { ...saying, role: Role.ROLE_USER, extensions: [] },
    configuration: {
      acceptedOutputModes: OUTPUT_MODES,
      taskPushNotificationConfig: undefined,
      returnImmediately,
    },
    metadata: undefined,
  };
}

const eventOf = (result: Message | Task): StreamResponse =>
  'messageId' in result
    ? { payload: { $case: 'message', value: result } }
    : { payload: { $case: 'task', value: result } };
