import type { ListTasksRequest, ListTasksResponse, Message, Task } from '@a2a-js/sdk';
import { TaskState } from '@a2a-js/sdk';
import type { ConversationId } from '@parley/core';
import { isOperator } from '../../sessions/caller.ts';
import type { A2aCall } from './call.ts';
import type { Entrance } from './entrance.ts';
import { invalid, notNegative } from './errors.ts';
import { dataPart, messageOf, textPart } from './parts.ts';
import type { RoomParts } from './room-parts.ts';
import { standingOf, taskOf } from './tasks.ts';

const PAGE_DEFAULT = 50;
const PAGE_MAX = 100;
/** Conversations looked at to count the tasks of all pages; whoever has more is told of those. */
const COUNTED_MAX = 1_000;
/** Conversations named to somebody who does not say which one is meant. */
const NAMED_MAX = 20;

interface Page {
  readonly ids: readonly ConversationId[];
  readonly cursor: string | null;
}

/**
 * The caller's memberships. At a conversation's own endpoint that is at most one; at the hub's, a page of
 * those conversations that it may list. Memberships that are over are found by their ids only.
 */
export async function listTasks(
  { parts, speakers }: RoomParts,
  { conversation: here, caller }: A2aCall,
  entrance: Entrance,
  params: ListTasksRequest,
): Promise<ListTasksResponse> {
  const { pageSize = PAGE_DEFAULT, historyLength, contextId } = params;
  if (pageSize < 1 || pageSize > PAGE_MAX) {
    throw invalid({ path: 'pageSize', expected: `a number of 1 to ${PAGE_MAX}` });
  }
  notNegative('historyLength', historyLength);
  const after = timeIn(params.statusTimestampAfter);
  const { ids, cursor } = await conversationsOf(params.pageToken, pageSize);
  const tasks: { readonly task: Task; readonly at: number }[] = [];
  for (const id of ids) {
    const own = await matching(id);
    if (!own) continue;
    const task = await taskOf(parts.conversations, own.state, own.task, {
      historyLength: historyLength ?? 0,
      ...speakers.wordsOf(own.task.membership),
    });
    const artifacts = params.includeArtifacts === true ? task.artifacts : [];
    tasks.push({ task: { ...task, artifacts }, at: own.state.at });
  }
  return {
    tasks: tasks.toSorted((a, b) => b.at - a.at).map(({ task }) => task),
    nextPageToken: cursor ?? '',
    pageSize,
    totalSize: params.pageToken === '' && cursor === null ? tasks.length : await total(),
  };

  /** The caller's membership in this conversation, if it is one that was asked for. */
  async function matching(id: ConversationId) {
    const own = await entrance.own(id);
    if (!own || own.state.at < after) return null;
    const { membership } = own.task;
    const standing = standingOf(own.state, membership, speakers.hasWords(membership));
    return params.status === TaskState.TASK_STATE_UNSPECIFIED || params.status === standing ? own : null;
  }

  /** Of all pages together. */
  async function total(): Promise<number> {
    let count = 0;
    let pageToken: string | null = '';
    for (let looked = 0; pageToken !== null && looked < COUNTED_MAX;) {
      const page: Page = await conversationsOf(pageToken, PAGE_MAX);
      for (const id of page.ids) if (await matching(id)) count += 1;
      looked += page.ids.length;
      pageToken = page.cursor;
    }
    return count;
  }

  async function conversationsOf(pageToken: string, limit: number): Promise<Page> {
    const only = contextId === '' ? here : contextId;
    if (here !== null && only !== here) return { ids: [], cursor: null };
    if (only !== null) return { ids: [only], cursor: null };
    if (!caller) return { ids: [], cursor: null };
    const page = await parts.log.list(
      { reader: caller.principal },
      { limit, ...(pageToken === '' ? {} : { cursor: pageToken }) },
    );
    return { ids: page.conversations.map(({ conversation }) => conversation), cursor: page.cursor };
  }
}

/** The hub's own endpoint was sent a message that does not say for which conversation. */
export async function whichConversation(
  { parts }: RoomParts,
  { caller }: A2aCall,
  { messageId }: Message,
): Promise<Message> {
  const all = parts.open || (caller !== null && isOperator(caller));
  const { conversations } =
    all || caller
      ? await parts.log.list(all || !caller ? {} : { reader: caller.principal }, { limit: NAMED_MAX })
      : { conversations: [] };
  const named = conversations.map(({ conversation, title, status }) => ({
    contextId: conversation,
    title,
    status,
  }));
  const text = 'Which conversation? Say its id as contextId, and send the message again.';
  return messageOf('agent', {
    messageId: `which-${messageId}`.slice(0, 256),
    contextId: '',
    taskId: '',
    parts: [textPart(text), dataPart({ conversations: named })],
  });
}

function timeIn(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw invalid({ path: 'statusTimestampAfter', expected: 'an instant in RFC 3339' });
  return at;
}
