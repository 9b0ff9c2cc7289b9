import type { DurableEvent, ParticipantId, Seq, State } from '@parley/core';
import { iso } from '@parley/core';

/** Who somebody is, as a model is told it: the hub's own words beside the name that it chose itself (HU-3). */
export interface Named {
  readonly id: ParticipantId;
  readonly name: string;
  readonly kind: string;
}

/**
 * What happened, as far as it matters to somebody who takes part in words. What people said is a text in a
 * field of its own, so that none of it can pass for something that the hub says.
 */
export type Line = {
  readonly seq: Seq;
  readonly at: string;
} & Readonly<Record<string, unknown>>;

/** Writes events as lines for one reader. Names come from the state, which knows former members too. */
export class LineWriter {
  readonly #names = new Map<ParticipantId, Named>();
  readonly #reader: ParticipantId;

  constructor(state: State, reader: ParticipantId) {
    this.#reader = reader;
    for (const { id, displayName, kind } of state.departed) this.#remember(id, displayName, kind);
    for (const { profile } of Object.values(state.participants)) {
      this.#remember(profile.id, profile.displayName, profile.kind);
    }
  }

  /** Null for what is no part of what was said and decided. */
  write(event: DurableEvent): Line | null {
    const told = this.#tell(event);
    return told && { seq: event.seq, at: iso(event.at), ...told };
  }

  name(id: ParticipantId): Named {
    return this.#names.get(id) ?? { id, name: id, kind: 'unknown' };
  }

  #tell(event: DurableEvent): Readonly<Record<string, unknown>> | null {
    switch (event.type) {
      case 'speech.ended':
        return this.#said(event.data);
      case 'participant.joined': {
        const { id, displayName, kind } = event.data.participant;
        this.#remember(id, displayName, kind);
        return { joined: this.name(id) };
      }
      case 'participant.left':
        return { left: this.name(event.data.participant), cause: event.data.cause };
      case 'topic.changed':
        return { topic: event.data.topic };
      case 'item.opened': {
        const { item, kind, text, assignee } = event.data;
        return { opened: kind, item, text, ...(assignee && { assignee: this.name(assignee) }) };
      }
      case 'item.resolved':
        return { resolved: event.data.item, resolution: event.data.resolution };
      case 'decision.recorded':
        return { decision: event.data.decision, text: event.data.text };
      case 'conversation.paused':
      case 'conversation.resumed':
      case 'conversation.ended':
        return { conversation: event.type.slice('conversation.'.length), cause: event.data.cause };
      default:
        return null;
    }
  }

  #said(data: DurableEvent<'speech.ended'>['data']): Readonly<Record<string, unknown>> {
    const { utterance, participant, text, parts, addressedTo, inReplyTo, interrupted, expectsReply } = data;
    const { to, narrowed } = data;
    return {
      by: this.name(participant),
      said: text,
      utterance,
      ...(participant === this.#reader && { byYou: true }),
      ...(parts.length > 0 && { parts }),
      ...(addressedTo.length > 0 && { addressedTo: addressedTo.map((id) => this.name(id)) }),
      ...(addressedTo.includes(this.#reader) && { addressedToYou: true }),
      // RT-6: an answer to what not everybody heard is not for everybody either.
      ...(to && { whisperedTo: to.map((id) => this.name(id)) }),
      ...(to?.includes(this.#reader) && { whisperedToYou: true }),
      ...(narrowed && { notEverybodyHeard: true }),
      ...(expectsReply && { expectsReply }),
      ...(inReplyTo !== null && { inReplyTo }),
      ...(interrupted && { interrupted }),
    };
  }

  #remember(id: ParticipantId, name: string, kind: string): void {
    this.#names.set(id, { id, name, kind });
  }
}
