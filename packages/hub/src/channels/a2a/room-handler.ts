import type {
  AgentCard,
  CancelTaskRequest,
  GetTaskRequest,
  ListTasksRequest,
  ListTasksResponse,
  Message,
  SendMessageRequest,
  StreamResponse,
  SubscribeToTaskRequest,
  Task,
  TaskPushNotificationConfig,
} from '@a2a-js/sdk';
import type { A2AError } from '@a2a-js/sdk/errors';
import {
  PushNotificationNotSupportedError,
  TaskNotCancelableError,
  UnsupportedOperationError,
} from '@a2a-js/sdk/errors';
import type { A2ARequestHandler } from '@a2a-js/sdk/server';
import { acknowledge } from '../../sessions/acknowledging.ts';
import { answerOf } from '../../sessions/refusal.ts';
import type { A2aCall } from './call.ts';
import { Entrance } from './entrance.ts';
import { a2aErrorOf, internalError, knownErrorOf, notNegative, taskNotFound } from './errors.ts';
import { follow } from './follow.ts';
import { listTasks } from './list-tasks.ts';
import type { RoomParts } from './room-parts.ts';
import { Sending } from './sending.ts';
import type { MemberTask } from './tasks.ts';
import { isTerminal, refusedTask, taskOf } from './tasks.ts';

/** One call on a conversation, or on the hub for any of them (A2-5, A2-6, A2-7). */
export class RoomHandler implements A2ARequestHandler {
  readonly #shared: RoomParts;
  readonly #call: A2aCall;
  readonly #card: () => Promise<AgentCard | null>;
  readonly #entrance: Entrance;

  constructor(shared: RoomParts, call: A2aCall, card: () => Promise<AgentCard | null>) {
    this.#shared = shared;
    this.#call = call;
    this.#card = card;
    this.#entrance = new Entrance(shared, call);
  }

  async getAgentCard(): Promise<AgentCard> {
    const card = await this.#card();
    if (!card) throw taskNotFound();
    return card;
  }

  async getAuthenticatedExtendedAgentCard(): Promise<AgentCard> {
    throw new UnsupportedOperationError('There is no extended card.');
  }

  sendMessage(params: SendMessageRequest): Promise<Message | Task> {
    return this.#answered(() => this.#sending(params).blocking());
  }

  async *sendMessageStream(params: SendMessageRequest): AsyncGenerator<StreamResponse, void, undefined> {
    yield* this.#streamed(() => this.#sending(params).streaming());
  }

  getTask({ id, historyLength }: GetTaskRequest): Promise<Task> {
    return this.#answered(async () => {
      notNegative('historyLength', historyLength);
      const found = await this.#entrance.find(id);
      if (found.kind === 'refused') {
        return refusedTask(id, found.conversation, found.code, 'Joining was refused.');
      }
      await this.#stayPresent(found.task);
      return this.#task(found.task, historyLength);
    });
  }

  listTasks(params: ListTasksRequest): Promise<ListTasksResponse> {
    return this.#answered(() => listTasks(this.#shared, this.#call, this.#entrance, params));
  }

  /** Leaving. */
  cancelTask({ id }: CancelTaskRequest): Promise<Task> {
    return this.#answered(async () => {
      const found = await this.#entrance.find(id);
      if (found.kind === 'refused') throw new TaskNotCancelableError('Joining was refused.');
      const { membership } = found.task;
      if (isTerminal(await this.#task(found.task, 0))) throw new TaskNotCancelableError('This task is over.');
      const outcome = await this.#shared.parts.conversations.submit(membership.conversation, {
        op: 'conversation.leave',
        data: {},
        author: { participant: membership.participant, steward: membership.steward },
      });
      const answer = answerOf(outcome);
      if (!answer.ok) throw a2aErrorOf(answer.error);
      return this.#task(found.task, 0);
    });
  }

  async *resubscribe({ id }: SubscribeToTaskRequest): AsyncGenerator<StreamResponse, void, undefined> {
    yield* this.#streamed(async () => {
      const found = await this.#entrance.find(id);
      const over = new UnsupportedOperationError('This task is over: nothing more will come of it.');
      if (found.kind === 'refused') throw over;
      await this.#stayPresent(found.task);
      if (isTerminal(await this.#task(found.task, 0))) throw over;
      return follow(this.#shared, this.#call, found.task);
    });
  }

  async createTaskPushNotificationConfig(): Promise<TaskPushNotificationConfig> {
    throw new PushNotificationNotSupportedError();
  }

  async getTaskPushNotificationConfig(): Promise<TaskPushNotificationConfig> {
    throw new PushNotificationNotSupportedError();
  }

  async listTaskPushNotificationConfigs(): Promise<never> {
    throw new PushNotificationNotSupportedError();
  }

  async deleteTaskPushNotificationConfig(): Promise<void> {
    throw new PushNotificationNotSupportedError();
  }

  #sending(params: SendMessageRequest): Sending {
    return new Sending(this.#shared, this.#call, this.#entrance, params);
  }

  async #task(task: MemberTask, historyLength?: number): Promise<Task> {
    const { conversations } = this.#shared.parts;
    const { membership } = task;
    const state = await conversations.state(membership.conversation);
    if (!state) throw taskNotFound();
    const words = this.#shared.speakers.wordsOf(membership);
    const shown = await taskOf(conversations, state, task, { historyLength, ...words });
    acknowledge(this.#shared.parts, state, membership.participant, state.seq);
    return shown;
  }

  /** A member that calls is there, even when it was thought to be gone (CN-3); who has left stays away. */
  async #stayPresent({ membership }: MemberTask): Promise<void> {
    const state = await this.#shared.parts.conversations.state(membership.conversation);
    if (state && Object.hasOwn(state.participants, membership.participant)) {
      await this.#shared.leases.touch(membership, 0);
    }
  }

  async #answered<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#told(error);
    }
  }

  async *#streamed(
    open: () => Promise<AsyncGenerator<StreamResponse, void, undefined>>,
  ): AsyncGenerator<StreamResponse, void, undefined> {
    try {
      yield* await open();
    } catch (error) {
      throw this.#told(error);
    }
  }

  #told(error: unknown): A2AError {
    const known = knownErrorOf(error);
    if (known) return known;
    this.#shared.parts.logger.error({ err: error }, 'an A2A call failed');
    return internalError();
  }
}
