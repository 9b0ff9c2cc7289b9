import type { ConversationIndex } from '../ports/event-log.ts';
import type { RecordRow } from './record-row.ts';
import type { AppendRequest, Request } from './sqlite-protocol.ts';

/**
 * An append on its way to the worker, as values in a fixed order. Nearly everything that is sent is an
 * append, and cloning it for another thread costs twice as much where every value has a name.
 */
export type PackedAppend = readonly [
  id: number,
  conversation: string,
  epoch: string,
  number: number,
  firstSeq: number,
  lastSeq: number,
  at: number,
  author: string | null,
  commandId: string | null,
  digest: string | null,
  reply: string | null,
  events: string,
  extras: string | null,
  previousHash: string,
  hash: string,
  status: string,
  title: string,
  due: number | null,
  attended: boolean,
  summary: string,
  readers: readonly string[],
];

/** What the worker is sent at once. */
export type ToWorker = readonly (PackedAppend | Exclude<Request, AppendRequest>)[];

export const packed = (requests: readonly Request[]): ToWorker =>
  requests.map((request) => (request.op === 'append' ? pack(request) : request));

export const unpacked = (sent: ToWorker): Request[] =>
  sent.map((request) => ('op' in request ? request : unpack(request)));

function pack({ id, takes: { row, index } }: AppendRequest): PackedAppend {
  return [
    id,
    row.conversation,
    row.epoch,
    row.number,
    row.firstSeq,
    row.lastSeq,
    row.at,
    row.author,
    row.commandId,
    row.digest,
    row.reply,
    row.events,
    row.extras,
    row.previousHash,
    row.hash,
    index.status,
    index.title,
    index.due,
    index.attended,
    index.summary,
    index.readers,
  ];
}

function unpack(sent: PackedAppend): AppendRequest {
  const [
    id,
    conversation,
    epoch,
    number,
    firstSeq,
    lastSeq,
    at,
    author,
    commandId,
    digest,
    reply,
    events,
    extras,
    previousHash,
    hash,
    status,
    title,
    due,
    attended,
    summary,
    readers,
  ] = sent;
  const row: RecordRow = {
    conversation,
    epoch,
    number,
    firstSeq,
    lastSeq,
    at,
    author,
    commandId,
    digest,
    reply,
    events,
    extras,
    previousHash,
    hash,
  };
  const index: ConversationIndex = { status, title, due, attended, summary, readers };
  return { id, op: 'append', takes: { row, index } };
}
