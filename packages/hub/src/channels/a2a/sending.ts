import type { Message, SendMessageRequest, StreamResponse, Task } from '@a2a-js/sdk';
import { PushNotificationNotSupportedError, UnsupportedOperationError } from '@a2a-js/sdk/errors';
import type { ConversationId, Seq, State } from '@parley/core';
import { memberById } from '@parley/core';
import { commandData, validate } from '@parley/protocol';
import { acknowledge } from '../../sessions/acknowledging.ts';
import { digestOf } from '../../sessions/digest.ts';
import { grantOf, isOver } from '../calling/standing.ts';
import type { A2aCall } from './call.ts';
import type { Entrance } from './entrance.ts';
import { keyOf } from './entrance.ts';
import { a2aErrorOf, invalid, notNegative, taskNotFound } from './errors.ts';
import { follow } from './follow.ts';
import { whichConversation } from './list-tasks.ts';
import type { SendOptions } from './options.ts';
import { optionsIn } from './options.ts';
import { saidIn } from './parts.ts';
import type { RoomParts } from './room-parts.ts';
import type { Spoken, Words } from './speaker.ts';
import type { Sent } from './speakers.ts';
import type { MemberTask } from './tasks.ts';
import { isTerminal, refusedTask, taskOf } from './tasks.ts';
import { turnOf } from './turn.ts';

/** The answer to a message that opens no membership: which conversation, or why not. */
type Declined = { readonly declined: Message | Task };
interface Accepted {
  readonly task: MemberTask;
  readonly sent: Sent | null;
  /** Utterances up to here are no reason for a turn: it has passed. */
  readonly passedAt: Seq;
}

/** A message that was sent: comes in where its sender is not in yet, and says what it says (A2-6). */
export class Sending {
  readonly #shared: RoomParts;
  readonly #call: A2aCall;
  readonly #entrance: Entrance;
  readonly #params: SendMessageRequest;

  constructor(shared: RoomParts, call: A2aCall, entrance: Entrance, params: SendMessageRequest) {
    this.#shared = shared;
    this.#call = call;
    this.#entrance = entrance;
    this.#params = params;
  }

  /** Returns at the sender's next turn (A2-7), or at once where it was asked to. */
  async blocking(): Promise<Message | Task> {
    const { message, options } = this.#read();
    const taken = await this.#take(message, options);
    if ('declined' in taken) return taken.declined;
    const { task, sent, passedAt } = taken;
    if (sent && !sent.waits) this.#mustBeSaid(sent.spoken);
    const { configuration } = this.#params;
    if (configuration?.returnImmediately !== true) {
      const wants = options.turns === false ? null : { request: options.request ?? {}, after: passedAt };
      const spoken = await turnOf(this.#shared, this.#call, task, sent, wants);
      if (spoken && !this.#call.closed.aborted)
        this.#shared.speakers.told(task.membership, message.messageId);
      if (spoken) this.#mustBeSaid(spoken);
    }
    return this.#task(task);
  }

  /** The task, and from then on everything that happens, until the task is over or the client goes. */
  async streaming(): Promise<AsyncGenerator<StreamResponse, void, undefined>> {
    const { message, options } = this.#read();
    const taken = await this.#take(message, options);
    if ('declined' in taken) return declined(taken.declined);
    const { task, sent, passedAt } = taken;
    if (sent && !sent.waits) this.#mustBeSaid(sent.spoken);
    return follow(this.#shared, this.#call, task, {
      historyLength: this.#params.configuration?.historyLength,
      ...(sent?.waits ? { waits: { spoken: sent.spoken, messageId: message.messageId } } : {}),
      ...(options.turns === false ? {} : { wants: { request: options.request ?? {}, after: passedAt } }),
    });
  }

  #read(): { message: Message; options: SendOptions } {
    const { message, configuration } = this.#params;
    if (!message) throw invalid({ path: 'message', expected: 'an object' });
    const { messageId, parts } = message;
    if (messageId === '' || messageId.length > 256) {
      throw invalid({ path: 'message.messageId', expected: 'a text of 1 to 256 characters' });
    }
    if (parts.length === 0) throw invalid({ path: 'message.parts', expected: 'a list of at least 1' });
    notNegative('configuration.historyLength', configuration?.historyLength);
    if (configuration?.taskPushNotificationConfig) throw new PushNotificationNotSupportedError();
    return { message, options: optionsIn(message) };
  }

  async #take(message: Message, options: SendOptions): Promise<Accepted | Declined> {
    const words = this.#wordsIn(message, options);
    const found = await this.#enter(message, options);
    if ('declined' in found) return found;
    const { task } = found;
    const { speakers } = this.#shared;
    if (!words) return { task, sent: null, passedAt: await speakers.pass(task.membership) };
    const { participant, conversation } = task.membership;
    const { key, ...said } = words;
    const { messageId } = message;
    const digest = digestOf('a2a.message', conversation, said.speech);
    const sent = await speakers.send(task.membership, {
      ...said,
      messageId,
      key: { author: participant, id: key, digest },
    });
    return { task, sent, passedAt: 0 };
  }

  /** The sender's membership: the one that the message names, the one it has, or a new one. */
  async #enter(message: Message, options: SendOptions): Promise<{ task: MemberTask } | Declined> {
    const conversation = message.taskId === '' ? this.#meant(message) : await this.#named(message);
    if (typeof conversation === 'object') {
      if (conversation !== null) return conversation;
      return { declined: await whichConversation(this.#shared, this.#call, message) };
    }
    const own = await this.#entrance.own(conversation);
    if (own) {
      await this.#shared.leases.touch(own.task.membership, 0);
      return own;
    }
    const joined = await this.#entrance.join(conversation, message, options);
    if ('task' in joined) return joined;
    const { code, message: reason } = joined.refused;
    return { declined: refusedTask(joined.id, conversation, code, reason) };
  }

  /** Which conversation a message without a task is for; null where it does not say. */
  #meant({ contextId }: Message): ConversationId | null {
    const { conversation } = this.#call;
    if (conversation === null) return contextId === '' ? null : contextId;
    if (contextId === '' || contextId === conversation) return conversation;
    throw invalid({ path: 'message.contextId', expected: `${conversation}, or none` });
  }

  /** The task that a message names, or the conversation where joining is tried once more. */
  async #named({ taskId, contextId }: Message): Promise<{ task: MemberTask } | ConversationId> {
    const found = await this.#entrance.find(taskId);
    const conversation = found.kind === 'member' ? found.state.id : found.conversation;
    if (contextId !== '' && contextId !== conversation) {
      throw invalid({ path: 'message.contextId', expected: 'that of the task, or none' });
    }
    if (found.kind === 'refused') {
      if (isTerminal(refusedTask(taskId, conversation, found.code, ''))) throw over();
      return conversation;
    }
    const { state, task } = found;
    if (!memberById(state, task.membership.participant) || isOver(state)) throw over();
    await this.#shared.leases.touch(task.membership, 0);
    return { task };
  }

  /** Null where the message says nothing. */
  #wordsIn(
    message: Message,
    { speech, request }: SendOptions,
  ): (Omit<Words, 'key' | 'messageId'> & { key: string }) | null {
    const said = saidIn(message);
    if ('wrongPart' in said) {
      throw invalid({ path: `message.parts.${said.wrongPart}`, expected: 'text, raw, url or data' });
    }
    if (said.text === '' && said.parts.length === 0) return null;
    const data = { ...speech, text: said.text, ...(said.parts.length > 0 ? { parts: said.parts } : {}) };
    // The grant is the hub's to fill in; any one is valid here.
    const checked = validate(commandData.speech, { ...data, grant: 1 }, 'message');
    if (!checked.ok) throw invalid(checked.error);
    const { grant: _, ...checkedSpeech } = checked.value;
    return { key: keyOf(message), speech: checkedSpeech, request: request ?? {} };
  }

  #mustBeSaid(spoken: Spoken): void {
    if (spoken.ok) return;
    const { error } = spoken;
    if (error.code !== 'idempotency.conflict') throw a2aErrorOf(error);
    throw a2aErrorOf({ ...error, message: 'This messageId was used before for another message.' });
  }

  async #task(task: MemberTask): Promise<Task> {
    const { parts, speakers } = this.#shared;
    const { membership } = task;
    const state: State | null = await parts.conversations.state(membership.conversation);
    if (!state) throw taskNotFound();
    const words = speakers.wordsOf(membership);
    const historyLength = this.#params.configuration?.historyLength;
    const shown = await taskOf(parts.conversations, state, task, { historyLength, ...words });
    acknowledge(parts, state, membership.participant, state.seq);
    return words.hasWords && !grantOf(state, membership.participant) ? withWaitingWords(shown) : shown;
  }
}

/** Not said yet: said when it is one's turn, as long as this hub runs. */
const withWaitingWords = (task: Task): Task => ({
  ...task,
  metadata: { parley: { ...(task.metadata?.['parley'] as object), waiting: true } },
});

async function* declined(answer: Message | Task): AsyncGenerator<StreamResponse, void, undefined> {
  yield 'messageId' in answer
    ? { payload: { $case: 'message', value: answer } }
    : { payload: { $case: 'task', value: answer } };
}

const over = () =>
  new UnsupportedOperationError('This task is over. Send a message without a task to join again.');
