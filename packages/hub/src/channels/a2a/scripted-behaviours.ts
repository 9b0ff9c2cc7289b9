import type { Part } from '@a2a-js/sdk';
import { TaskState } from '@a2a-js/sdk';
import type { Millis } from '@parley/core';
import { dataPart, textPart } from './parts.ts';

/** What the scripted agent does with a message: pieces of one artifact, and how its task stands then. */
export interface Behaviour {
  readonly pieces?: readonly Part[];
  /** Announces `working` before anything else. */
  readonly works?: boolean;
  /** Works for that long. */
  readonly waitMs?: Millis;
  readonly ends: TaskState;
  readonly says?: string;
}

/** Answers with a message and has no task. */
interface Answer {
  readonly answers: string;
}

const { TASK_STATE_COMPLETED: completed } = TaskState;
const file = (content: Part['content']): Part => ({
  content,
  metadata: undefined,
  filename: 'output.txt',
  mediaType: 'text/plain',
});
const bytes = file({ $case: 'raw', value: Buffer.from('tck') });

/**
 * By the prefix of the message's id, the signal that public conformance suites send along with a message.
 * Where one prefix begins another, the longer one counts.
 */
const BEHAVIOURS: Readonly<Record<string, Behaviour | Answer>> = {
  'tck-complete-task': { ends: completed, says: 'Hello from TCK' },
  'tck-artifact-text': { pieces: [textPart('Generated text content')], ends: completed },
  'tck-artifact-file': { pieces: [bytes], ends: completed },
  'tck-artifact-file-url': {
    pieces: [file({ $case: 'url', value: 'https://example.com/output.txt' })],
    ends: completed,
  },
  'tck-artifact-data': { pieces: [dataPart({ key: 'value', count: 42 })], ends: completed },
  'tck-message-response': { answers: 'Direct message response' },
  'tck-input-required': { ends: TaskState.TASK_STATE_INPUT_REQUIRED },
  'tck-multi-turn': { ends: TaskState.TASK_STATE_INPUT_REQUIRED },
  'tck-auth-required': { ends: TaskState.TASK_STATE_AUTH_REQUIRED },
  'tck-reject-task': { ends: TaskState.TASK_STATE_REJECTED, says: 'rejected' },
  'tck-task-failure': { ends: TaskState.TASK_STATE_FAILED, says: 'failed' },
  'tck-stream': { works: true, pieces: [textPart('Streamed text content')], ends: completed },
  'tck-stream-001': { works: true, pieces: [textPart('Stream hello from TCK')], ends: completed },
  'tck-stream-002': { ends: completed },
  'tck-stream-003': { works: true, pieces: [textPart('Stream task lifecycle')], ends: completed },
  'tck-stream-ordering-001': { works: true, pieces: [textPart('Ordered output')], ends: completed },
  'tck-stream-artifact-file': { works: true, pieces: [bytes], ends: completed },
  'tck-stream-artifact-chunked': {
    works: true,
    pieces: [textPart('chunk-1 '), textPart('chunk-2')],
    ends: completed,
  },
  'tck-long-running': { works: true, waitMs: 4_000, ends: completed },
  'test-resubscribe-message-id': { works: true, waitMs: 4_000, ends: completed },
};

/** An id without a known prefix completes its task. */
export function behaviourFor(messageId: string): Behaviour | Answer {
  const prefixes = Object.keys(BEHAVIOURS).filter((prefix) => messageId.startsWith(prefix));
  const longest = prefixes.toSorted((a, b) => b.length - a.length)[0];
  return longest === undefined ? { ends: completed } : BEHAVIOURS[longest]!;
}
