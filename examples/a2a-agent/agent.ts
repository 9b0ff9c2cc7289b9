import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AGENT_CARD_PATH, AgentCard, formatSSEEvent, Role, SSE_HEADERS, TaskState } from '@a2a-js/sdk';
import type { AgentExecutor, ExecutionEventBus, RequestContext } from '@a2a-js/sdk/server';
import {
  AgentEvent,
  DefaultRequestHandler,
  InMemoryTaskStore,
  JsonRpcTransportHandler,
  ServerCallContext,
} from '@a2a-js/sdk/server';

const DEPARTURES: Readonly<Record<string, string>> = { Munich: '9:28, track 12', Stuttgart: '9:51, track 4' };

const text = (value: string) => ({
  content: { $case: 'text' as const, value },
  metadata: undefined,
  filename: '',
  mediaType: 'text/plain',
});

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
              parts: [text(question)],
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
        artifact: {
          artifactId: 'departure',
          name: 'Departure',
          description: '',
          parts: [text(words)],
          metadata: undefined,
          extensions: [],
        },
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
    const heard = userMessage.parts
      .map(({ content }) => (content?.$case === 'text' ? content.value : ''))
      .join('\n');
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

/** An A2A agent on a free port of this machine; `url` is where its card is. */
export async function startTimetable(): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const card = AgentCard.fromJSON({
    name: 'Timetable',
    description: 'Knows when trains leave.',
    version: '1.0.0',
    supportedInterfaces: [{ url: `${url}/a2a`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
    capabilities: { streaming: true },
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [
      { id: 'departures', name: 'Departures of trains', description: 'By station.', tags: ['trains'] },
    ],
  });
  const rpc = new JsonRpcTransportHandler(
    new DefaultRequestHandler(card, new InMemoryTaskStore(), timetable),
  );
  server.on('request', (request, response) => {
    if (request.url === `/${AGENT_CARD_PATH}`) {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(AgentCard.toJSON(card)));
      return;
    }
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => void answer(rpc, body, response));
  });
  return {
    url,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(rpc: JsonRpcTransportHandler, body: string, response: ServerResponse): Promise<void> {
  const result = await rpc.handle(body, new ServerCallContext({ requestedVersion: '1.0' }));
  if (!(Symbol.asyncIterator in result)) {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
    return;
  }
  response.writeHead(200, SSE_HEADERS);
  for await (const event of result) response.write(formatSSEEvent(event));
  response.end();
}
