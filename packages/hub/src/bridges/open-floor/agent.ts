import type { Agent, AgentControl, AgentTurn, Room, UtteranceLine, WireEvent } from '@parley/client';
import type { ParticipantId, SpeechPart } from '@parley/core';
import { LIMITS } from '@parley/core';
import { toSpeakableText } from '@parley/protocol';
import type { Place, Self } from '../../open-floor/address.ts';
import { uriOf } from '../../open-floor/address.ts';
import { dialogEventOf, saidIn } from '../../open-floor/speech.ts';
import type { Meeting } from '../../open-floor/writing.ts';
import { envelopeTo, toSelf } from '../../open-floor/writing.ts';
import type { BridgeMetrics } from '../bridge.ts';
import type { Exchange } from './exchange.ts';

/** A turn's own timers end it sooner; this is for an assistant that never answers. */
const TURN_MS = 120_000;
/** Telling an assistant that it was interrupted or let go is a courtesy, and waits for nobody. */
const NOTICE_MS = 5_000;
/** Of more that it has not heard, the newest. */
const LINES_MAX = 100;
const LINE_CHARACTERS_MAX = 128 * 1024;

export interface OpenFloorAgentOptions {
  readonly name: string;
  readonly place: Place;
  readonly exchange: Exchange;
  readonly metrics: BridgeMetrics;
  readonly self: Omit<Self, 'participant'>;
  /** Said in its first turn, where there is something. */
  readonly greeting: string;
}

/** An assistant somewhere else: a turn is one envelope to it, and what it answers is what it says. */
export class OpenFloorAgent implements Agent {
  readonly name: string;
  readonly #options: OpenFloorAgentOptions;
  #room: Room | null = null;
  #greeting: string;
  /** It said goodbye, and goes when its last words are said. */
  #leaving = false;

  constructor(options: OpenFloorAgentOptions) {
    this.name = options.name;
    this.#options = options;
    this.#greeting = options.greeting;
  }

  begin({ room, want }: AgentControl): void {
    this.#room = room;
    if (this.#greeting !== '') want();
  }

  async *onTurn({ room, transcript }: AgentTurn, signal: AbortSignal): AsyncGenerator<string | SpeechPart> {
    const { metrics, exchange } = this.#options;
    if (this.#greeting !== '') {
      const greeting = this.#greeting;
      this.#greeting = '';
      yield greeting;
      if (!newest(transcript, room.me).some(({ addressedTo }) => addressedTo.includes(room.me))) return;
    }
    const self = this.#selfIn(room);
    const heard = newest(transcript, room.me).map((line) => this.#utterance(line, self));
    const grant = { eventType: 'grantFloor', to: toSelf(self) };
    const cut = (): void => this.#tell(room, '@override');
    signal.addEventListener('abort', cut, { once: true });
    try {
      const envelope = envelopeTo(self, this.#meeting(room), [...heard, grant]);
      const answer = await exchange(envelope, { timeoutMs: TURN_MS, signal });
      metrics.called('openFloor', 'turn', 'ok');
      this.#leaving = answer.events.some(({ eventType }) => eventType === 'bye');
      let separator = '';
      for (const { eventType, parameters } of answer.events) {
        if (eventType !== 'utterance' || !parameters?.dialogEvent) continue;
        const { text, parts } = saidIn(parameters.dialogEvent);
        const speakable = toSpeakableText(text).slice(0, LIMITS.speechCharacters);
        if (speakable !== '') yield separator + speakable;
        for (const part of parts) yield part;
        separator = '\n\n';
      }
      if (this.#leaving && separator === '') await room.leave();
    } catch (error) {
      metrics.called('openFloor', 'turn', signal.aborted ? 'aborted' : 'failed');
      throw error;
    } finally {
      signal.removeEventListener('abort', cut);
    }
  }

  async onEvent(event: WireEvent): Promise<void> {
    const room = this.#room;
    const spoke = event.event === 'speech.ended' && event.data.participant === room?.me;
    if (room && spoke && this.#leaving) await room.leave();
  }

  /** The bridge ends: the assistant need not wait for anything more. */
  async uninvite(): Promise<void> {
    const room = this.#room;
    if (room) await this.#notice(room, { eventType: 'uninvite' });
  }

  #tell(room: Room, reason: string): void {
    void this.#notice(room, { eventType: 'revokeFloor', reason });
  }

  async #notice(room: Room, event: { eventType: string; reason?: string }): Promise<void> {
    const self = this.#selfIn(room);
    const envelope = envelopeTo(self, this.#meeting(room), [{ ...event, to: toSelf(self) }]);
    // Whether it hears of it changes nothing here: it has no turn any more.
    await this.#options.exchange(envelope, { timeoutMs: NOTICE_MS }).catch(() => undefined);
  }

  #selfIn({ me }: Room): Self {
    return { participant: me, ...this.#options.self };
  }

  #meeting({ view }: Room): Meeting {
    return {
      place: this.#options.place,
      title: view.title,
      people: view.participants,
      holders: view.floor.holders.map(({ participant }) => participant),
    };
  }

  #utterance(line: UtteranceLine, self: Self): object {
    const { place } = this.#options;
    const { utterance, participant, text, at, endedAt, addressedTo } = line;
    const [first] = addressedTo;
    const addressee = addressedTo.includes(self.participant) ? self.speakerUri : first && uriOf(place, first);
    const speakerUri = uriOf(place, participant);
    const said = { utterance, speakerUri, startedAt: at, text, parts: [] };
    return {
      eventType: 'utterance',
      ...(addressee && { to: { speakerUri: addressee } }),
      parameters: { dialogEvent: dialogEventOf({ ...said, ...(endedAt !== null && { endedAt }) }) },
    };
  }
}

/** What others have said since, oldest first. */
function newest(transcript: AgentTurn['transcript'], me: ParticipantId): readonly UtteranceLine[] {
  const lines: UtteranceLine[] = [];
  let characters = 0;
  for (const line of transcript.toReversed()) {
    if (line.kind !== 'utterance' || line.participant === me || line.status !== 'ended') continue;
    characters += line.text.length;
    if (lines.length >= LINES_MAX || (lines.length > 0 && characters > LINE_CHARACTERS_MAX)) break;
    lines.push(line);
  }
  return lines.reverse();
}
