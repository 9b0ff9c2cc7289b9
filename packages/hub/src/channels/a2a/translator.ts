import type { Part, StreamResponse } from '@a2a-js/sdk';
import { TaskState } from '@a2a-js/sdk';
import type { ParticipantId, ParticipantView, Seq, State } from '@parley/core';
import type { Conversations } from '../../host/submission.ts';
import { grantOf } from '../calling/standing.ts';
import type { EventFrame } from './event-queue.ts';
import type { SpeakerName } from './lines.ts';
import { aboutLine, lineOf, nameIn } from './lines.ts';
import { artifactOf, partsOf, textPart } from './parts.ts';
import type { MemberTask } from './tasks.ts';
import { endStatus, statusOf, statusUpdate } from './tasks.ts';

/** Ephemeral events that a member wants to know of; pieces of speech are artifacts, and the rest is decoration. */
const TOLD_EPHEMERAL: ReadonlySet<string> = new Set(['floor.expiring', 'delivery.dropped']);

/**
 * What happens in the room as a member's stream tells it (A2-6): speech as artifacts, everything else as
 * status updates that carry the event, in the order and with the `after` of the member's chain (CS-5).
 */
export class Translator {
  readonly #conversations: Conversations;
  readonly #task: MemberTask;
  readonly #hasWords: () => boolean;
  readonly #joined = new Map<ParticipantId, SpeakerName>();
  /** What was sent of each utterance that goes on; null where a piece is missing, and the whole comes at its end. */
  readonly #pieces = new Map<string, string | null>();
  #state: State;
  #grant: Seq | null;
  #over = false;

  constructor(conversations: Conversations, state: State, task: MemberTask, hasWords: () => boolean) {
    this.#conversations = conversations;
    this.#state = state;
    this.#task = task;
    this.#hasWords = hasWords;
    this.#grant = grantOf(state, this.#me)?.grant ?? null;
  }

  /** The task has come to its end. */
  get over(): boolean {
    return this.#over;
  }

  async translate(frame: EventFrame): Promise<StreamResponse[]> {
    const { event, data } = frame;
    const mine = data['participant'] === this.#me;
    switch (event) {
      case 'speech.delta':
        return mine ? [] : this.#piece(frame);
      case 'speech.ended':
        return mine ? [this.#update(frame)] : [this.#utterance(frame)];
      case 'floor.granted':
        return mine ? [await this.#turn(frame)] : [this.#update(frame)];
      case 'floor.released':
      case 'floor.revoked':
        if (mine) this.#grant = null;
        return [this.#update(frame)];
      case 'participant.joined':
        this.#join(data['participant'] as ParticipantView);
        return [this.#update(frame)];
      case 'participant.left':
        if (mine) return [this.#left(frame)];
        this.#joined.delete(data['participant'] as ParticipantId);
        return [this.#update(frame)];
      case 'conversation.ended':
        this.#over = true;
        return [this.#update(frame, TaskState.TASK_STATE_COMPLETED)];
      default:
        return frame.seq !== undefined || TOLD_EPHEMERAL.has(event) ? [this.#update(frame)] : [];
    }
  }

  get #me(): ParticipantId {
    return this.#task.membership.participant;
  }

  /** It is one's turn, with the digest; unless it has been used by words that waited for it. */
  async #turn(frame: EventFrame): Promise<StreamResponse> {
    const granted = frame.data['grant'] as Seq;
    const { conversation } = this.#task.membership;
    const state = (await this.#conversations.state(conversation)) ?? this.#state;
    if (grantOf(state, this.#me)?.grant !== granted || this.#hasWords()) return this.#update(frame);
    this.#grant = granted;
    const status = await statusOf(this.#conversations, state, this.#task, false);
    return statusUpdate(this.#task, { ...status, timestamp: frame.at }, aboutEvent(frame));
  }

  #left(frame: EventFrame): StreamResponse {
    this.#over = true;
    return statusUpdate(this.#task, endStatus(frame, this.#task), aboutEvent(frame));
  }

  #update(frame: EventFrame, state = this.#standing): StreamResponse {
    const status = { state, message: undefined, timestamp: frame.at };
    return statusUpdate(this.#task, status, aboutEvent(frame));
  }

  get #standing(): TaskState {
    return this.#grant === null ? TaskState.TASK_STATE_WORKING : TaskState.TASK_STATE_INPUT_REQUIRED;
  }

  #piece({ data }: EventFrame): StreamResponse[] {
    const { utterance, participant, text, offset } = data as Record<
      'utterance' | 'participant' | 'text',
      string
    > & {
      readonly offset: number;
    };
    const sent = this.#pieces.get(utterance);
    if (sent === null) return [];
    if (offset !== (sent ?? '').length) {
      this.#pieces.set(utterance, null);
      return [];
    }
    this.#pieces.set(utterance, (sent ?? '') + text);
    const speaker = this.#nameOf(participant);
    return [
      this.#artifact(utterance, speaker, [textPart(text, 'text/plain')], {
        about: { utterance, speaker },
        append: sent !== undefined,
        lastChunk: false,
      }),
    ];
  }

  #utterance(frame: EventFrame): StreamResponse {
    const line = lineOf(frame, (id) => this.#nameOf(id));
    const sent = this.#pieces.get(line.utterance);
    this.#pieces.delete(line.utterance);
    // What was interrupted or lost on the way is sent again as a whole; else only the rest of it.
    const goesOn = typeof sent === 'string' && line.said.text.startsWith(sent);
    const rest = goesOn ? { ...line.said, text: line.said.text.slice(sent.length) } : line.said;
    const { after, early, event } = frame;
    return this.#artifact(line.utterance, line.speaker, partsOf(rest), {
      about: { event, after, ...(early && { early }), ...aboutLine(line) },
      append: goesOn,
      lastChunk: true,
    });
  }

  #artifact(
    artifactId: string,
    speaker: SpeakerName,
    parts: Part[],
    { about, append, lastChunk }: { about: Record<string, unknown>; append: boolean; lastChunk: boolean },
  ): StreamResponse {
    const { id, membership } = this.#task;
    const artifact = artifactOf({ artifactId, name: speaker.displayName, parts }, about);
    return {
      payload: {
        $case: 'artifactUpdate',
        value: {
          taskId: id,
          contextId: membership.conversation,
          artifact,
          append,
          lastChunk,
          metadata: { parley: about },
        },
      },
    };
  }

  /** Whoever joins while the stream is open is remembered by name, like those who were there before. */
  #join({ id, displayName, kind }: ParticipantView): void {
    this.#joined.set(id, { id, displayName, kind });
  }

  #nameOf(id: ParticipantId): SpeakerName {
    return this.#joined.get(id) ?? nameIn(this.#state, id);
  }
}

function aboutEvent({ event, seq, after, early, by, data }: EventFrame): Record<string, unknown> {
  return {
    event,
    ...(seq === undefined ? {} : { seq }),
    ...(after === undefined ? {} : { after }),
    ...(early === undefined ? {} : { early }),
    ...(by === undefined ? {} : { by }),
    data,
  };
}
