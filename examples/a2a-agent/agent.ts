import { Role, TaskState } from '@a2a-js/sdk';
import type { AgentExecutor, ExecutionEventBus, RequestContext } from '@a2a-js/sdk/server';
import { AgentEvent } from '@a2a-js/sdk/server';
import { artifactOf, serveA2aAgent, textPart, wordsOf } from '../a2a-server.ts';
import type { Server } from '../server.ts';

const DEPARTURES: Readonly<Record<string, string>> = { Munich: '9:28, track 12', Stuttgart: '9:51, track 4' };

/** Knows when trains leave, and asks from where as long as nobody has said it. It knows nothing of Parley. */
const timetable: AgentExecutor = {
  async execute({ userMessage, taskId, contextId }: RequestContext, bus: ExecutionEventBus) {
    const status = (state: TaskState, question?: string) => ({
      state,
      timestamp: new Date().toISOString(),
      message:
        question === undefined
          ? undefined
          : {
              messageId: crypto.randomUUID(),
              contextId,
              taskId,
              role: Role.ROLE_AGENT,
              parts: [textPart(question)],
              metadata: undefined,
              extensions: [],
              referenceTaskIds: [],
            },
    });
    const turn = (state: TaskState, question?: string) =>
      AgentEvent.statusUpdate({ taskId, contextId, status: status(state, question), metadata: undefined });
    const say = (words: string, append: boolean) =>
      AgentEvent.artifactUpdate({
        taskId,
        contextId,
        artifact: artifactOf('departure', words),
        append,
        lastChunk: append,
        metadata: undefined,
      });

    const working = status(TaskState.TASK_STATE_WORKING);
    bus.publish(
      AgentEvent.task({
        id: taskId,
        contextId,
        status: working,
        artifacts: [],
        history: [],
        metadata: undefined,
      }),
    );
    const heard = wordsOf(userMessage.parts);
    const town = Object.keys(DEPARTURES).find((name) => heard.includes(name));
    if (town === undefined) {
      bus.publish(turn(TaskState.TASK_STATE_INPUT_REQUIRED, 'From Munich or from Stuttgart?'));
    } else {
      bus.publish(say(`The next one from ${town}: `, false));
      bus.publish(say(`${DEPARTURES[town]}.`, true));
      bus.publish(turn(TaskState.TASK_STATE_COMPLETED));
    }
    bus.finished();
  },
  // It is done before anybody could ask it to stop.
  cancelTask: () => Promise.resolve(),
};

/** On a free port of this machine; `url` is where its card is. */
export const startTimetable = (): Promise<Server> =>
  serveA2aAgent(
    {
      name: 'Timetable',
      description: 'Knows when trains leave.',
      skills: [
        { id: 'departures', name: 'Departures of trains', description: 'By station.', tags: ['trains'] },
      ],
    },
    timetable,
  );
