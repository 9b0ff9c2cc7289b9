import type { Artifact, Message, StreamResponse, Task, TaskStatus } from '@a2a-js/sdk';
import { TaskState } from '@a2a-js/sdk';
import { LIMITS } from '@parley/core';
import { textOfArtifact, textOfMessage } from './spoken-parts.ts';

/** How far an agent has come with an answer. */
export type Progress =
  /** Nothing is known of it, or it is at work. */
  | 'open'
  | 'done'
  | 'failed'
  /** It wants to know something before it goes on. */
  | 'inputRequired'
  | 'authRequired';

/** One answer is one turn; more than an utterance's length is cut there. */
const CHARACTERS_MAX = LIMITS.speechCharacters;
/** Texts that are told apart; an agent with more is making a library. */
const ARTIFACTS_MAX = 64;

const PROGRESS: Readonly<Partial<Record<TaskState, Progress>>> = {
  [TaskState.TASK_STATE_COMPLETED]: 'done',
  // Not wanting to, and having been told to stop, are answers.
  [TaskState.TASK_STATE_CANCELED]: 'done',
  [TaskState.TASK_STATE_REJECTED]: 'done',
  [TaskState.TASK_STATE_FAILED]: 'failed',
  [TaskState.TASK_STATE_INPUT_REQUIRED]: 'inputRequired',
  [TaskState.TASK_STATE_AUTH_REQUIRED]: 'authRequired',
};

/**
 * What an agent answers, as it becomes known: by messages, artifacts whole, in pieces or replaced, snapshots of
 * its task and a last status, in which the same text may come several times. It is said once (A2-2).
 */
export class Answer {
  #progress: Progress = 'open';
  #task: string | null = null;
  #context: string | null = null;
  #working = false;
  #said = '';
  #cut = false;
  #begun = false;
  #question: string | null = null;
  readonly #artifacts: Map<string, string>;
  /** The question that this is the answer's continuation after; it may be heard of once more. */
  readonly #answered: string | null;

  /** `before`: the part of the same task that ended with a question. */
  constructor(before?: Answer) {
    this.#artifacts = new Map(before ? before.#artifacts : []);
    this.#answered = before ? before.#question : null;
    this.#task = before ? before.#task : null;
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** The task's id, once it is known; an answer by a message has none. */
  get task(): string | null {
    return this.#task;
  }

  get context(): string | null {
    return this.#context;
  }

  /** Something came of what the agent was told: it has got it. */
  get begun(): boolean {
    return this.#begun;
  }

  /** It said that it is at work. */
  get working(): boolean {
    return this.#working;
  }

  /** All that there was to say so far. */
  get said(): string {
    return this.#said;
  }

  /** It was longer than a turn's words may be, and the rest was left out. */
  get cut(): boolean {
    return this.#cut;
  }

  /** Takes what is new; answers what is to be said of it now, '' for nothing. */
  receive(event: StreamResponse): string {
    return this.#receive(event, this.#answered);
  }

  /** The same of a task that was looked up: what it is now, however old. */
  look(event: StreamResponse): string {
    return this.#receive(event, null);
  }

  #receive({ payload }: StreamResponse, answered: string | null): string {
    switch (payload?.$case) {
      case 'message':
        return this.#message(payload.value);
      case 'task':
        return this.#snapshot(payload.value, answered);
      case 'statusUpdate': {
        const { taskId, contextId, status } = payload.value;
        return this.#isOurs(taskId, contextId) && status ? this.#status(status, answered) : '';
      }
      case 'artifactUpdate': {
        const { taskId, contextId, artifact, append } = payload.value;
        return this.#isOurs(taskId, contextId) && artifact ? this.#artifact(artifact, append) : '';
      }
      default:
        return '';
    }
  }

  #message({ contextId, parts }: Message): string {
    this.#begun = true;
    this.#context = contextId || this.#context;
    this.#progress = 'done';
    return this.#say(textOfMessage(parts), true);
  }

  #snapshot({ id, contextId, artifacts, status }: Task, answered: string | null): string {
    if (!this.#isOurs(id, contextId)) return '';
    const news = artifacts.map((artifact) => this.#artifact(artifact, false)).join('');
    return status ? news + this.#status(status, answered) : news;
  }

  #status({ state, message }: TaskStatus, answered: string | null): string {
    this.#working ||= state === TaskState.TASK_STATE_WORKING;
    const progress = PROGRESS[state];
    // What it says while it works is about its work; and why it failed is not for everybody.
    if (progress === undefined) return '';
    const question = message?.messageId ?? '';
    if (progress === 'inputRequired' && question === answered) return '';
    this.#question = question;
    this.#progress = progress;
    if (progress === 'failed' || progress === 'authRequired' || !message) return '';
    const text = textOfMessage(message.parts);
    return text === '' || squeezed(this.#said).includes(squeezed(text)) ? '' : this.#say(text, true);
  }

  #artifact({ artifactId, parts }: Artifact, append: boolean): string {
    const before = this.#artifacts.get(artifactId);
    if (before === undefined && this.#artifacts.size >= ARTIFACTS_MAX) return '';
    const text = textOfArtifact(parts);
    const now = append ? `${before ?? ''}${text}` : text;
    this.#artifacts.set(artifactId, now.slice(0, CHARACTERS_MAX + 1));
    if (before !== undefined && now.startsWith(before)) return this.#say(now.slice(before.length), false);
    // What was said stays said: a text that replaces another is a text of its own.
    return this.#say(now, true);
  }

  #say(text: string, apart: boolean): string {
    const gap = apart && this.#said !== '' && text !== '' ? '\n\n' : '';
    const whole = `${gap}${text}`;
    const news = whole.slice(0, Math.max(0, CHARACTERS_MAX - this.#said.length));
    this.#cut ||= news.length < whole.length;
    this.#said += news;
    return news;
  }

  /** The first task that is heard of is the one; a stream that tells of others besides is not listened to. */
  #isOurs(task: string, context: string): boolean {
    if (task === '') return false;
    this.#task ??= task;
    if (this.#task !== task) return false;
    this.#begun = true;
    this.#context = context || this.#context;
    return true;
  }
}

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim();
