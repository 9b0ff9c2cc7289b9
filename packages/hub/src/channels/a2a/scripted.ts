import type { AgentCard, Message } from '@a2a-js/sdk';
import { TaskState } from '@a2a-js/sdk';
import type { A2ARequestHandler, AgentExecutor, ExecutionEventBus, RequestContext } from '@a2a-js/sdk/server';
import { AgentEvent, DefaultRequestHandler, InMemoryTaskStore } from '@a2a-js/sdk/server';
import { iso } from '@parley/core';
import type { Clock } from '../../ports/clock.ts';
import type { A2aBackend } from './call.ts';
import { cardOf } from './card.ts';
import { messageOf, textPart } from './parts.ts';
import type { Behaviour } from './scripted-behaviours.ts';
import { behaviourFor } from './scripted-behaviours.ts';

/** Calls after which it forgets its tasks: more than any suite makes, and bounded. */
const CALLS_MAX = 10_000;
const MODES = ['text/plain', 'application/json'];

interface ScriptedOptions {
  readonly url: () => string;
  readonly clock: Clock;
  readonly open: boolean;
}

/**
 * For tests only (`a2a.scripted`): an agent that does what the id of a message says, behind the same
 * endpoints as conversations, so that a public conformance suite can try them. Its tasks are the SDK's own,
 * in memory, and have nothing to do with any conversation.
 */
export class ScriptedAgent implements A2aBackend {
  readonly legacy = false;
  readonly #options: ScriptedOptions;
  #calls = 0;
  #handler: A2ARequestHandler | null = null;

  constructor(options: ScriptedOptions) {
    this.#options = options;
  }

  async card(): Promise<AgentCard> {
    return this.#card();
  }

  handler(): A2ARequestHandler {
    if (this.#handler === null || (this.#calls += 1) > CALLS_MAX) {
      this.#calls = 0;
      const script = new Script(this.#options.clock);
      this.#handler = new DefaultRequestHandler(
        this.#card(),
        new InMemoryTaskStore(),
        script,
        undefined,
        undefined,
        undefined,
        undefined,
        undefined,
        { validateInputModes: true },
      );
    }
    return this.#handler;
  }

  #card(): AgentCard {
    return cardOf({
      name: 'Parley’s scripted agent',
      description: 'Does what the id of a message says. For tests of this hub’s A2A endpoints only.',
      url: this.#options.url(),
      skill: { id: 'script', name: 'Script', description: 'Behaves as told.', tags: ['test'] },
      inputModes: MODES,
      outputModes: MODES,
      legacy: this.legacy,
      open: this.#options.open,
    });
  }
}

class Script implements AgentExecutor {
  readonly #clock: Clock;
  /** Tasks that are worked on, and how to stop that. */
  readonly #working = new Map<string, () => void>();
  readonly #contexts = new Map<string, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  execute = async (context: RequestContext, bus: ExecutionEventBus): Promise<void> => {
    const { userMessage, taskId, contextId } = context;
    const behaviour = behaviourFor(userMessage.messageId);
    const ids = { taskId, contextId };
    if ('answers' in behaviour) {
      bus.publish(AgentEvent.message(said({ ...ids, taskId: '' }, behaviour.answers)));
      return bus.finished();
    }
    // What is sent to a task that waited for it is all that it waited for.
    const continued = context.task !== undefined;
    const { works, pieces, waitMs, ends, says } = continued
      ? ({ ends: TaskState.TASK_STATE_COMPLETED } as Behaviour)
      : behaviour;
    bus.publish(
      AgentEvent.task(
        context.task ?? {
          id: taskId,
          contextId,
          status: this.#status(TaskState.TASK_STATE_SUBMITTED),
          artifacts: [],
          history: [userMessage],
          metadata: undefined,
        },
      ),
    );
    const update = (state: TaskState, message?: Message): void =>
      bus.publish(
        AgentEvent.statusUpdate({ ...ids, status: this.#status(state, message), metadata: undefined }),
      );
    if (works) update(TaskState.TASK_STATE_WORKING);
    this.#contexts.set(taskId, contextId);
    if (waitMs !== undefined && !(await this.#wait(taskId, waitMs))) return undefined;
    pieces?.forEach((part, index) =>
      bus.publish(
        AgentEvent.artifactUpdate({
          ...ids,
          artifact: {
            artifactId: `${taskId}-result`,
            name: 'result',
            description: '',
            parts: [part],
            metadata: undefined,
            extensions: [],
          },
          append: index > 0,
          lastChunk: index === pieces.length - 1,
          metadata: undefined,
        }),
      ),
    );
    update(ends, says === undefined ? undefined : said(ids, says));
    return bus.finished();
  };

  cancelTask = async (taskId: string, bus: ExecutionEventBus): Promise<void> => {
    this.#working.get(taskId)?.();
    const contextId = this.#contexts.get(taskId) ?? '';
    const status = this.#status(TaskState.TASK_STATE_CANCELED);
    bus.publish(AgentEvent.statusUpdate({ taskId, contextId, status, metadata: undefined }));
    bus.finished();
  };

  /** False where it was canceled meanwhile. */
  #wait(taskId: string, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (waited: boolean): void => {
        this.#working.delete(taskId);
        cancel();
        resolve(waited);
      };
      const cancel = this.#clock.after(ms, () => end(true));
      this.#working.set(taskId, () => end(false));
    });
  }

  #status(state: TaskState, message?: Message) {
    return { state, message, timestamp: iso(this.#clock.now()) };
  }
}

const said = (ids: { readonly taskId: string; readonly contextId: string }, text: string): Message =>
  messageOf('agent', { ...ids, messageId: `said-${ids.taskId || ids.contextId}`, parts: [textPart(text)] });
