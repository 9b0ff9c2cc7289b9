import type { ConversationEvent, Instant, Millis, ParticipantId } from '@parley/core';
import { jainIndex } from '@parley/core';

/** What one participant had of the floor and what it waited for it. */
export interface Measured {
  readonly participant: ParticipantId;
  turns: number;
  speakingMs: Millis;
  waitingMs: Millis;
  /** Each wait that ended with the floor. */
  readonly waits: Millis[];
}

/** Reads speaking and waiting times off the events alone; what the core counts for itself plays no part. */
export class Meter {
  readonly #rows = new Map<ParticipantId, Measured>();
  readonly #asking = new Map<ParticipantId, Instant>();
  readonly #holding = new Map<ParticipantId, Instant>();
  /** Milliseconds during which so many held the floor. */
  readonly heldBy = new Map<number, Millis>();
  mostHolders = 0;
  #since: Instant | null = null;

  readonly listen = (event: ConversationEvent): void => {
    switch (event.type) {
      case 'floor.requested':
        if (!this.#asking.has(event.data.participant)) this.#asking.set(event.data.participant, event.at);
        break;
      case 'floor.granted': {
        const waited = this.#stopAsking(event.data.participant, event.at);
        this.#row(event.data.participant).waits.push(waited);
        this.#count(event.at);
        this.#holding.set(event.data.participant, event.at);
        this.mostHolders = Math.max(this.mostHolders, this.#holding.size);
        break;
      }
      case 'floor.denied':
      case 'floor.cancelled':
        this.#stopAsking(event.data.participant, event.at);
        break;
      case 'floor.released':
      case 'floor.revoked': {
        const row = this.#row(event.data.participant);
        row.turns += 1;
        row.speakingMs += event.at - (this.#holding.get(event.data.participant) ?? event.at);
        this.#count(event.at);
        this.#holding.delete(event.data.participant);
        break;
      }
      default:
    }
  };

  /** Everybody measured, with what goes on at `at` counted as far as it has gone, by name. */
  rows(at: Instant): readonly Measured[] {
    for (const id of this.#asking.keys()) this.#row(id);
    return [...this.#rows.values()]
      .map((row) => ({
        ...row,
        speakingMs: row.speakingMs + (at - (this.#holding.get(row.participant) ?? at)),
        waitingMs: row.waitingMs + (at - (this.#asking.get(row.participant) ?? at)),
      }))
      .toSorted((a, b) => a.participant.localeCompare(b.participant, 'en'));
  }

  /** Jain's index over speaking ms / (weight × ms with pending demand): asking for the floor or holding it. */
  jain(at: Instant, weightOf: (participant: ParticipantId) => number = () => 1): number {
    return jainIndex(
      this.rows(at).map(({ participant, speakingMs, waitingMs }) => {
        const demandMs = speakingMs + waitingMs;
        return demandMs === 0 ? 0 : speakingMs / (weightOf(participant) * demandMs);
      }),
    );
  }

  /** The longest that anybody waited or has been waiting for. */
  longestWait(at: Instant): Millis {
    const over = [...this.#rows.values()].flatMap(({ waits }) => waits);
    const open = [...this.#asking.values()].map((since) => at - since);
    return [...over, ...open].reduce((most, wait) => Math.max(most, wait), 0);
  }

  #row(participant: ParticipantId): Measured {
    const known = this.#rows.get(participant);
    if (known) return known;
    const row: Measured = { participant, turns: 0, speakingMs: 0, waitingMs: 0, waits: [] };
    this.#rows.set(participant, row);
    return row;
  }

  #stopAsking(participant: ParticipantId, at: Instant): Millis {
    const waited = at - (this.#asking.get(participant) ?? at);
    this.#asking.delete(participant);
    this.#row(participant).waitingMs += waited;
    return waited;
  }

  #count(at: Instant): void {
    const held = this.#holding.size;
    const since = this.#since ?? at;
    this.heldBy.set(held, (this.heldBy.get(held) ?? 0) + at - since);
    this.#since = at;
  }
}

/** The value that a part of all values does not exceed; 0 for none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}
