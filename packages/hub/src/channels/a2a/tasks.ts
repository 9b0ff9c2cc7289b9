import type { Message, StreamResponse, Task, TaskStatus } from '@a2a-js/sdk';
import { TaskState } from '@a2a-js/sdk';
import type { State } from '@parley/core';
import { iso, memberById } from '@parley/core';
import type { ErrorCode } from '@parley/protocol';
import { newestEvents } from '../../delivery/catch-up.ts';
import type { Conversations } from '../../host/submission.ts';
import type { Membership } from '../../sessions/membership.ts';
import { grantOf, isOver } from '../calling/standing.ts';
import { digestFor } from './digest.ts';
import type { EventFrame } from './event-queue.ts';
import type { Line } from './lines.ts';
import { aboutLine, recentLines } from './lines.ts';
import type { NotSaid } from './refusals.ts';
import { artifactOf, messageOf, partsOf, textPart } from './parts.ts';
import type { WordsOf } from './speakers.ts';

/** Messages and artifacts of a task that is looked at: the newest; more is read as a transcript. */
export const HISTORY_MAX = 100;
export const HISTORY_DEFAULT = 20;
/** Events looked at for how a membership ended; whoever comes later is told no more than that it did. */
const LOOKED_AT_FOR_END = 4_000;

/** A membership as a task (A2-6). */
export interface MemberTask {
  readonly id: string;
  readonly membership: Membership;
}

const OVER: ReadonlySet<TaskState> = new Set([
  TaskState.TASK_STATE_COMPLETED,
  TaskState.TASK_STATE_CANCELED,
  TaskState.TASK_STATE_FAILED,
  TaskState.TASK_STATE_REJECTED,
]);

export const isTerminal = ({ status }: Pick<Task, 'status'>): boolean =>
  status !== undefined && OVER.has(status.state);

/** The task as it stands in this state; its history is what was said last, as far as the member may read it. */
export async function taskOf(
  conversations: Conversations,
  state: State,
  { id, membership }: MemberTask,
  options: Partial<WordsOf> & { readonly historyLength?: number | undefined } = {},
): Promise<Task> {
  const { participant } = membership;
  const member = memberById(state, participant);
  const lines = member ? await recentLines(conversations, state, participant) : [];
  const { historyLength = HISTORY_DEFAULT, hasWords = false, notSaid = [] } = options;
  const length = Math.min(historyLength, HISTORY_MAX);
  const shown = length === 0 ? [] : lines.slice(-length);
  const others = lines.filter(({ speaker }) => speaker.id !== participant).slice(-HISTORY_DEFAULT);
  const ofTask = { id, membership };
  return {
    id,
    contextId: state.id,
    status: withNotSaid(await statusOf(conversations, state, ofTask, hasWords), ofTask, notSaid),
    history: shown.map((line) => lineMessage(line, ofTask)),
    artifacts: others.map((line) =>
      artifactOf(
        { artifactId: line.utterance, name: line.speaker.displayName, parts: partsOf(line.said) },
        aboutLine(line),
      ),
    ),
    // Who has left is told no more of the room.
    metadata: {
      parley: {
        conversation: state.id,
        participant,
        ...(member && { title: state.title, seq: state.seq }),
        ...(notSaid.length > 0 && { notSaid }),
      },
    },
  };
}

/** Working, or one's turn, or how it ended. */
export async function statusOf(
  conversations: Conversations,
  state: State,
  task: MemberTask,
  hasWords: boolean,
): Promise<TaskStatus> {
  const { participant } = task.membership;
  if (!memberById(state, participant)) return endOf(conversations, state, task);
  const status = { state: standingOf(state, task.membership, hasWords), timestamp: iso(state.at) };
  if (status.state !== TaskState.TASK_STATE_INPUT_REQUIRED) return { ...status, message: undefined };
  const { text, about } = await digestFor(conversations, state, task.membership);
  const message = agentMessage(task, `turn-${grantOf(state, participant)?.grant}`, text, about);
  return { ...status, message };
}

/** Where the task of somebody stands who is a member. */
export function standingOf(state: State, { participant }: Membership, hasWords: boolean): TaskState {
  if (isOver(state)) return TaskState.TASK_STATE_COMPLETED;
  // A turn that is taken by words that wait already is nobody's to take.
  const isTurn = grantOf(state, participant) !== undefined && !hasWords;
  return isTurn ? TaskState.TASK_STATE_INPUT_REQUIRED : TaskState.TASK_STATE_WORKING;
}

/** Where the status says nothing else, it says which words were refused last, as the stream would have. */
function withNotSaid(status: TaskStatus, task: MemberTask, notSaid: readonly NotSaid[]): TaskStatus {
  const last = notSaid.at(-1);
  if (!last || status.message) return status;
  const text = `Not said: ${last.message}`;
  return { ...status, message: agentMessage(task, `refused-${Date.parse(last.at)}`, text, { ...last }) };
}

/** How a membership ended that is over, as far back as the log is looked at. */
async function endOf(conversations: Conversations, state: State, task: MemberTask): Promise<TaskStatus> {
  const reader = { participant: null };
  const { events } = await newestEvents(conversations, state, reader, 0, LOOKED_AT_FOR_END);
  const left = events
    .toReversed()
    .map(({ json }) => (json.includes('"participant.left"') ? (JSON.parse(json) as EventFrame) : null))
    .find(
      (frame) =>
        frame?.event === 'participant.left' && frame.data['participant'] === task.membership.participant,
    );
  return left ? endStatus(left, task) : finished(TaskState.TASK_STATE_CANCELED, task, 'left', iso(state.at));
}

/** `frame` is the `participant.left` of this task's member. */
export function endStatus({ data, at }: EventFrame, task: MemberTask): TaskStatus {
  const cause = String(data['cause']);
  const because = typeof data['reason'] === 'string' ? `: ${data['reason']}` : '';
  switch (cause) {
    case 'removed':
      return finished(TaskState.TASK_STATE_CANCELED, task, `removed by a moderator${because}`, at);
    case 'timeout':
      return finished(TaskState.TASK_STATE_FAILED, task, 'absent for too long', at);
    case 'ended':
      return finished(TaskState.TASK_STATE_COMPLETED, task, 'the conversation has ended', at);
    default:
      return finished(TaskState.TASK_STATE_CANCELED, task, `left${because}`, at);
  }
}

const finished = (state: TaskState, task: MemberTask, text: string, timestamp: string): TaskStatus => ({
  state,
  message: agentMessage(task, 'end', text),
  timestamp,
});

/** Joining was refused: `auth-required` where another token or an invite would do, else `rejected`. */
export function refusedTask(id: string, conversation: string, code: ErrorCode, message: string): Task {
  const needsAuth = code === 'auth.forbidden' || code === 'invite.invalid';
  const ofTask = { messageId: 'refused', contextId: conversation, taskId: id };
  return {
    id,
    contextId: conversation,
    status: {
      state: needsAuth ? TaskState.TASK_STATE_AUTH_REQUIRED : TaskState.TASK_STATE_REJECTED,
      message: messageOf('agent', { ...ofTask, parts: [textPart(message)] }, { code }),
      timestamp: undefined,
    },
    history: [],
    artifacts: [],
    metadata: { parley: { conversation, code } },
  };
}

export const agentMessage = (
  { id, membership }: MemberTask,
  name: string,
  text: string,
  about?: Readonly<Record<string, unknown>>,
): Message =>
  messageOf(
    'agent',
    {
      messageId: `${membership.participant}-${name}`,
      contextId: membership.conversation,
      taskId: id,
      parts: [textPart(text)],
    },
    about,
  );

function lineMessage(line: Line, { id, membership }: MemberTask): Message {
  const role = line.speaker.id === membership.participant ? 'user' : 'agent';
  const of = { messageId: line.utterance, contextId: membership.conversation, taskId: id };
  return messageOf(role, { ...of, parts: partsOf(line.said) }, aboutLine(line));
}

export const statusUpdate = (
  { id, membership }: MemberTask,
  status: TaskStatus,
  about: Readonly<Record<string, unknown>>,
): StreamResponse => ({
  payload: {
    $case: 'statusUpdate',
    value: { taskId: id, contextId: membership.conversation, status, metadata: { parley: about } },
  },
});
