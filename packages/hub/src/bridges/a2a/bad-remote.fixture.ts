import type { IncomingMessage, ServerResponse } from 'node:http';
import { AgentCard } from '@a2a-js/sdk';
import type { Site } from './remote.fixture.ts';
import { cardFor, openSite } from './remote.fixture.ts';
import type { RoomOptions, TestRoom } from './room.fixture.ts';
import { here, open, openRoom, problem, say, until } from './room.fixture.ts';

export interface RpcMessage {
  readonly messageId: string;
  readonly taskId?: string;
  readonly contextId?: string;
  readonly referenceTaskIds?: readonly string[];
  readonly parts: readonly { readonly text: string }[];
}

export interface RpcCall {
  readonly method: string;
  readonly id: number;
  readonly params: { readonly id?: string; readonly message?: RpcMessage };
}

/** How an agent answers its calls, one after the other; the last one stays. */
export type Misbehaviour = (call: RpcCall, response: ServerResponse, request: IncomingMessage) => unknown;

export interface Bad {
  readonly site: Site;
  readonly calls: RpcCall[];
  readonly room: TestRoom;
}

export async function openBad(
  misbehaviours: readonly Misbehaviour[],
  options: Partial<RoomOptions> & { readonly streaming?: boolean } = {},
): Promise<Bad> {
  const { streaming = true, ...rest } = options;
  const calls: RpcCall[] = [];
  const site: Site = await open(
    openSite((request, response, body) => {
      if (request.method === 'GET') {
        const card = AgentCard.toJSON(cardFor(site.origin, { streaming }));
        return response.setHeader('content-type', 'application/json').end(JSON.stringify(card));
      }
      const call = JSON.parse(body) as RpcCall;
      calls.push(call);
      return misbehaviours[Math.min(calls.length, misbehaviours.length) - 1]!(call, response, request);
    }),
  );
  const room = await openRoom({ card: site.origin, ...rest });
  await here(room.ann);
  return { site, calls, room };
}

export const TASK = { id: 'tsk', contextId: 'ctx' };
export const WORKING = { task: { ...TASK, status: { state: 'TASK_STATE_WORKING' } } };
export const piece = (text: string, append = false) => ({
  artifactUpdate: {
    taskId: 'tsk',
    contextId: 'ctx',
    append,
    artifact: { artifactId: 'a', parts: [{ text }] },
  },
});
export const COMPLETED = {
  statusUpdate: { taskId: 'tsk', contextId: 'ctx', status: { state: 'TASK_STATE_COMPLETED' } },
};
export const whole = (text: string, state = 'TASK_STATE_COMPLETED') => ({
  ...TASK,
  status: { state },
  artifacts: [{ artifactId: 'a', parts: [{ text }] }],
});

const result = ({ id }: RpcCall, value: unknown) => JSON.stringify({ jsonrpc: '2.0', id, result: value });

/** Some events of a stream, which stays open. */
export const begin =
  (...events: object[]): Misbehaviour =>
  (call, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events) response.write(`data: ${result(call, event)}\n\n`);
  };
export const streamed =
  (...events: object[]): Misbehaviour =>
  (call, response, request) => {
    begin(...events)(call, response, request);
    response.end();
  };
export const answered =
  (value: unknown): Misbehaviour =>
  (call, response) =>
    response.setHeader('content-type', 'application/json').end(result(call, value));
export const status =
  (code: number, headers: Record<string, string> = {}): Misbehaviour =>
  (_, response) =>
    response.writeHead(code, headers).end();
export const good = streamed(WORKING, piece('Ulm is on the Danube.'), COMPLETED);

/** Atlas is asked, and the moderator is told what is wrong with him. */
export async function trouble({ room: { ann } }: Bad): Promise<{ code: string; message: string }> {
  await say(ann, 'Where is Ulm?');
  await until(ann, () => problem(ann) !== null);
  return problem(ann)!;
}
