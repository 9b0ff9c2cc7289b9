import { TaskState } from '@a2a-js/sdk';
import type { AgentExecutor, ExecutionEventBus, RequestContext } from '@a2a-js/sdk/server';
import { AgentEvent } from '@a2a-js/sdk/server';
import { artifactOf, serveA2aAgent, wordsOf } from '../a2a-server.ts';
import type { Server } from '../server.ts';
import { wordsAbout } from './speeches.ts';

export interface A2aAgent extends Server {
  /** Tasks that it was told to stop. */
  readonly cancelled: readonly string[];
  /** Resolves when it is told so for the first time. */
  readonly firstCancelled: Promise<void>;
}

/** An agent of protocol 1.0 that says what it says word by word, and stops when it is told to. */
class Talker implements AgentExecutor {
  readonly cancelled: string[] = [];
  readonly first = Promise.withResolvers<void>();
  readonly #running = new Map<string, AbortController>();
  #turns = 0;

  async execute({ userMessage, taskId, contextId }: RequestContext, bus: ExecutionEventBus): Promise<void> {
    const stop = new AbortController();
    this.#running.set(taskId, stop);
    const status = (state: TaskState) => ({ state, message: undefined, timestamp: undefined });
    const task = { id: taskId, contextId, artifacts: [], history: [], metadata: undefined };
    bus.publish(AgentEvent.task({ ...task, status: status(TaskState.TASK_STATE_WORKING) }));
    const about = { taskId, contextId, metadata: undefined };
    let append = false;
    try {
      for await (const word of wordsAbout(wordsOf(userMessage.parts), 3 + this.#turns++, stop.signal)) {
        bus.publish(
          AgentEvent.artifactUpdate({
            ...about,
            artifact: artifactOf('opinion', word),
            append,
            lastChunk: false,
          }),
        );
        append = true;
      }
      bus.publish(AgentEvent.statusUpdate({ ...about, status: status(TaskState.TASK_STATE_COMPLETED) }));
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      bus.publish(AgentEvent.statusUpdate({ ...about, status: status(TaskState.TASK_STATE_CANCELED) }));
    } finally {
      this.#running.delete(taskId);
    }
    bus.finished();
  }

  async cancelTask(taskId: string): Promise<void> {
    this.cancelled.push(taskId);
    this.first.resolve();
    this.#running.get(taskId)?.abort();
  }
}

/** On a free port of this machine; `url` is where its card is. */
export async function startA2aAgent(): Promise<A2aAgent> {
  const talker = new Talker();
  const about = {
    name: 'Atlas',
    description: 'Has an opinion.',
    skills: [{ id: 'opinions', name: 'Opinions', description: 'On neighbours.', tags: ['neighbours'] }],
  };
  const server = await serveA2aAgent(about, talker);
  return { ...server, cancelled: talker.cancelled, firstCancelled: talker.first.promise };
}
