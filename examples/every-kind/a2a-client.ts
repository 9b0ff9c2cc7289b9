import type { Message, StreamResponse, Task } from '@a2a-js/sdk';
import { SendMessageRequest, TaskState } from '@a2a-js/sdk';
import type { Client } from '@a2a-js/sdk/client';
import { ClientFactory } from '@a2a-js/sdk/client';
import { opinion } from './speeches.ts';

/** What the hub says under `parley` in the metadata of tasks and of lines. */
interface About {
  /** Whose task it is. */
  readonly participant?: string;
  readonly addressedTo?: readonly string[];
  readonly speaker?: { readonly displayName: string };
}

/**
 * Takes part through the conversation's own A2A card, with the client of the SDK. It listens to its task's stream, and
 * answers whoever speaks to it; the hub asks for the floor on its behalf.
 */
export class A2aParticipant {
  readonly displayName = 'Ada';
  /** Pieces of artifacts that came, by speaker. */
  readonly pieces = new Map<string, string[]>();
  /** Resolves when its task is over. */
  readonly done: Promise<void>;
  readonly #client: Client;
  readonly #task: string;
  readonly #me: string;
  readonly #stop = new AbortController();
  #turns = 0;

  private constructor(client: Client, { id, metadata }: Task) {
    this.#client = client;
    this.#task = id;
    this.#me = aboutOf(metadata).participant ?? '';
    this.done = this.#listen();
  }

  static async join(url: string, conversation: string): Promise<A2aParticipant> {
    const client = await new ClientFactory().createFromUrl(`${url}/a2a/c/${conversation}/`);
    // It speaks when spoken to, so it takes no floor that is offered unasked.
    const join = { displayName: 'Ada', offers: false };
    const task = await client.sendMessage(message('', { join }));
    if (!('status' in task)) throw new Error('no task');
    return new A2aParticipant(client, task);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.done;
  }

  async #listen(): Promise<void> {
    const { signal } = this.#stop;
    try {
      for await (const event of this.#client.resubscribeTask({ tenant: '', id: this.#task }, { signal })) {
        await this.#hear(event);
      }
    } catch (error) {
      if (!signal.aborted && !(await this.#isOver())) throw error;
    }
  }

  async #isOver(): Promise<boolean> {
    const { status } = await this.#client.getTask({ tenant: '', id: this.#task });
    return status?.state === TaskState.TASK_STATE_COMPLETED;
  }

  async #hear({ payload }: StreamResponse): Promise<void> {
    if (payload?.$case === 'statusUpdate') {
      // Its turn, and nothing to say: somebody changed the strategy meanwhile, for instance.
      if (payload.value.status?.state === TaskState.TASK_STATE_INPUT_REQUIRED) await this.#say('');
      return;
    }
    if (payload?.$case !== 'artifactUpdate') return;
    const { artifact, lastChunk, metadata } = payload.value;
    const { speaker, addressedTo = [] } = aboutOf(metadata);
    const name = speaker?.displayName ?? '';
    this.pieces.set(name, [...(this.pieces.get(name) ?? []), textOf(artifact?.parts)]);
    if (lastChunk && addressedTo.includes(this.#me)) await this.#say(opinion(5 + this.#turns++));
  }

  async #say(text: string): Promise<void> {
    await this.#client.sendMessage(message(text, { request: { urgency: 0.6 } }, this.#task));
  }
}

const aboutOf = (metadata: Task['metadata']): About => (metadata?.['parley'] ?? {}) as About;

const message = (text: string, parley: object, taskId?: string): SendMessageRequest =>
  SendMessageRequest.fromJSON({
    message: {
      messageId: crypto.randomUUID(),
      taskId,
      role: 'ROLE_USER',
      parts: [{ text }],
      metadata: { parley },
    },
    configuration: { returnImmediately: true },
  });

const textOf = (parts: Message['parts'] = []): string =>
  parts.map(({ content }) => (content?.$case === 'text' ? content.value : '')).join('');
