import type { Room, SayOptions } from '@parley/client';
import { isParleyError } from '@parley/client';
import { plainLine, plainText } from '../terminal/plain-text.ts';
import { muteText } from '../wording.ts';
import { actOnBridges } from './bridge-actions.ts';
import { actOnFloor } from './floor-actions.ts';
import type { FloorInput } from './floor-commands.ts';
import { whisperOf } from './speech-commands.ts';
import type { Input } from './slash-commands.ts';
import { helpLines } from './slash-commands.ts';

/** What the screen, or the lines, show of a person's own doings. */
export interface Feedback {
  notice(text: string): void;
  /** A text that waits for the floor; null when none does. */
  pending(text: string | null): void;
}

/** Carries out what a person typed in one room. Failures become notices; nothing is thrown. */
export class Actions {
  readonly #room: Room;
  readonly #feedback: Feedback;
  /** Calls off what waits to be said. */
  #waiting: AbortController | null = null;
  /** Everything under way, so that leaving can wait for it. */
  readonly #underWay = new Set<Promise<void>>();

  constructor(room: Room, feedback: Feedback) {
    this.#room = room;
    this.#feedback = feedback;
  }

  /** Answers true when the person wants to leave. */
  perform(input: Input): boolean {
    if (input.kind === 'leave') return true;
    const work = this.#carryOut(input).catch((error: unknown) => this.#explain(error));
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
    return false;
  }

  /** Something waits to be said, and will be as soon as the floor is had. */
  get waiting(): boolean {
    return this.#waiting !== null;
  }

  /** Resolves when all that was asked for is done, also what waited for the floor. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #carryOut(input: Input): Promise<void> {
    const { floor } = this.#room;
    switch (input.kind) {
      case 'say':
        // What nobody could read back is not sent either.
        return this.#say(plainText(input.text));
      case 'whisper':
        return this.#whisper(input.rest);
      case 'about':
        return this.#say(plainText(input.text), { topics: input.topics });
      case 'topics':
        return this.#topics(input.topics);
      case 'hand': {
        const urgency = input.urgency === undefined ? {} : { urgency: input.urgency };
        const reply = await floor.request(urgency);
        if (reply.status !== 'granted') this.#feedback.notice('Your hand is up.');
        return;
      }
      case 'lower': {
        this.#waiting?.abort();
        const { cancelled } = await floor.cancel();
        this.#feedback.notice(cancelled ? 'Your hand is down.' : 'Your hand was not up.');
        return;
      }
      case 'pass':
        // What waited for this turn goes with the bid.
        if (this.#room.view.floor.window) this.#waiting?.abort();
        return this.#onFloor(input);
      case 'release':
        return floor.release();
      case 'topic':
        return this.#room.setTopic(input.topic);
      case 'react':
        return this.#react(input.reaction, input.to);
      case 'people':
        for (const line of peopleLines(this.#room)) this.#feedback.notice(line);
        return;
      case 'bring':
      case 'bridges':
      case 'approve':
      case 'dismiss':
        return actOnBridges(this.#room, input, (text) => this.#feedback.notice(text));
      case 'help':
        for (const line of helpLines(this.#room.view, this.#room.me)) this.#feedback.notice(line);
        return;
      case 'problem':
        this.#feedback.notice(input.problem);
        return;
      case 'nothing':
      case 'leave':
        return;
      default:
        return this.#onFloor(input);
    }
  }

  #onFloor(input: FloorInput): Promise<void> {
    return actOnFloor(this.#room, input, (text) => this.#feedback.notice(text));
  }

  /** RT-6. Said to nobody at all where one of the names is not clear. */
  async #whisper(rest: string): Promise<void> {
    const others = this.#room.view.participants.filter(({ id }) => id !== this.#room.me);
    const { found, problem } = whisperOf(rest, others);
    if (problem !== undefined) return this.#feedback.notice(problem);
    return this.#say(plainText(found.text), { to: found.to });
  }

  async #topics(wanted: readonly string[] | undefined): Promise<void> {
    if (wanted !== undefined) await this.#room.subscribeTopics(wanted);
    const topics = wanted ?? this.#room.self?.topics ?? [];
    const followed = topics.map(plainLine).join(', ');
    this.#feedback.notice(topics.length === 0 ? 'You follow no topics.' : `You follow ${followed}.`);
  }

  /** With the floor at once; without it the hand goes up and the text waits. */
  async #say(text: string, reach: Pick<SayOptions, 'to' | 'topics'> = {}): Promise<void> {
    if (this.#room.floor.mine) {
      await this.#room.say(text, reach);
      return;
    }
    if (this.#waiting) {
      this.#feedback.notice('Something of yours waits to be said already; /lower drops it.');
      return;
    }
    const waiting = new AbortController();
    this.#waiting = waiting;
    this.#feedback.pending(text);
    try {
      await this.#room.withFloor((turn) => turn.say(text, { ...reach, final: true }), {
        signal: waiting.signal,
      });
    } catch (error) {
      if (!waiting.signal.aborted) throw error;
    } finally {
      this.#waiting = null;
      this.#feedback.pending(null);
    }
  }

  async #react(reaction: string, to: string | undefined): Promise<void> {
    const target = this.#room.transcript.findLast(
      (line) =>
        line.kind === 'utterance' &&
        (to === undefined
          ? line.participant !== this.#room.me
          : line.displayName.toLowerCase().startsWith(to.toLowerCase())),
    );
    if (target?.kind !== 'utterance') {
      this.#feedback.notice(
        to === undefined ? 'Nobody has said anything yet.' : `${to} has not spoken here.`,
      );
      return;
    }
    await this.#room.react(target.utterance, reaction);
  }

  #explain(error: unknown): void {
    if (isParleyError(error)) {
      const later =
        error.retryAfterMs === null ? '' : ` (again in ${Math.ceil(error.retryAfterMs / 1000)} s)`;
      this.#feedback.notice(`${plainLine(error.message)}${later} [${error.code}]`);
    } else {
      this.#feedback.notice(`That went wrong: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** One line for everybody who is here: name, kind and what is known of it (HU-3), roles, presence, whether behind, topics followed. */
export const peopleLines = (room: Room): string[] =>
  room.view.participants.map((person) => {
    const marks = [
      person.kind,
      ...(person.model === undefined ? [] : [plainLine(person.model)]),
      ...(person.owner === undefined ? [] : [`of ${plainLine(person.owner)}`]),
      ...(person.verified ? ['verified'] : []),
      ...person.roles.map(plainLine),
      person.connection === 'connected' ? person.presence.status : 'disconnected',
      ...(person.muted === undefined ? [] : [`muted (${muteText(person.muted)})`]),
      ...(person.stale ? ['behind'] : []),
      ...(person.topics.length === 0 ? [] : [`follows ${person.topics.map(plainLine).join(' ')}`]),
    ];
    return `${plainLine(person.displayName)}${person.id === room.me ? ' (you)' : ''}: ${marks.join(', ')}`;
  });
