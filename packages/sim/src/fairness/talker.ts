import type { CommandData, ConversationEvent, Millis, ParticipantId } from '@parley/core';
import type { Simulation } from './simulation.ts';

/** How somebody behaves who always has something to say. */
export interface Manner {
  /** From the grant to the first word; null: it sometimes takes the floor and says nothing. */
  readonly thinkMs: () => Millis | null;
  /** How long it then speaks if nobody stops it. */
  readonly speakMs: () => Millis;
  /** What it asks for the floor with. */
  readonly wish?: () => CommandData['floor.request'];
}

/** Between two pieces of what somebody says; well below the silence that ends a turn. */
const PIECE_MS = 6_000;

/** Asks for the floor, speaks, and asks again in the instant in which the turn or the request ends. */
export function talker(simulation: Simulation, id: ParticipantId, manner: Manner): void {
  const ask = (): void => {
    const outcome = simulation.submit(id, 'floor.request', manner.wish?.() ?? {});
    if (!outcome.ok && outcome.rejection.code === 'floor.retry_after') {
      simulation.later(outcome.rejection.retryAfterMs ?? 0, ask);
    }
  };
  simulation.listen((event: ConversationEvent) => {
    switch (event.type) {
      case 'floor.granted':
        if (event.data.participant === id) take(event.data.grant);
        return;
      case 'floor.released':
      case 'floor.revoked':
      case 'floor.denied':
        if (event.data.participant === id) simulation.later(0, ask);
        return;
      default:
    }
  });
  simulation.later(0, ask);

  function take(grant: number): void {
    const thinkMs = manner.thinkMs();
    if (thinkMs !== null) simulation.later(thinkMs, () => speak(grant, manner.speakMs()));
  }

  function speak(grant: number, leftMs: Millis): void {
    const pauseMs = Math.min(PIECE_MS, leftMs);
    const final = leftMs <= 0;
    const said = simulation.submit(id, 'speech', { grant, text: 'And another thing.', final });
    if (said.ok && !final) simulation.later(pauseMs, () => speak(grant, leftMs - pauseMs));
  }
}
