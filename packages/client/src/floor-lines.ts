import type { ParticipantId } from '@parley/core';
import type { DurableWireEvent } from './events.ts';
import type { FloorLine } from './transcript-lines.ts';

type Told = Pick<FloorLine, 'what' | 'outcome' | 'text' | 'participants'> & {
  /** The line of the same name is replaced: a question by its answer. */
  readonly key: string;
};

/** How somebody came to speak, or did not, in one sentence; null for events that lines do not tell. */
export function toldOf(event: DurableWireEvent, name: (id: ParticipantId) => string): Told | null {
  switch (event.event) {
    case 'bidding.closed': {
      const { window: key, winner, cause, bids } = event.data;
      const [best] = bids;
      if (!best || winner === null) return null;
      const figures = bids.map((bid) => `${name(bid.participant)} ${rounded(bid.score)}`).join(', ');
      const price = best.pays > 0 ? ` and pays ${best.pays}` : '';
      const participants = bids.map(({ participant }) => participant);
      const text = `${name(winner)} wins the turn${price} (${figures})`;
      return { key, what: 'bids', outcome: cause, text, participants };
    }
    case 'ballot.closed': {
      const { ballot: key, kind, outcome, cause, winner, tally } = event.data;
      if (outcome === 'void' || outcome === 'moot') return null;
      const votes = Object.entries(tally).map(([id, count]) => `${name(id)} ${count}`);
      const counted = votes.length === 0 ? '' : ` (${votes.join(', ')})`;
      const why = cause === undefined ? '' : `: ${words(cause)}`;
      const result =
        winner === undefined
          ? `The ${kind === 'motion' ? 'motion is' : 'ballot has'} ${outcome}${why}`
          : `${name(winner)} is elected to speak`;
      return {
        key,
        what: 'ballot',
        outcome,
        text: `${result}${counted}`,
        participants: winner ? [winner] : [],
      };
    }
    case 'collision.detected': {
      const { participants, resolution, keeps } = event.data;
      const then = keeps === null ? 'both back off' : `${name(keeps)} goes on`;
      const text = `${both(participants, name)} start at once: ${then} (${words(resolution)})`;
      return { key: `seq-${event.seq}`, what: 'collision', outcome: resolution, text, participants };
    }
    case 'interruption.requested': {
      const { interruption: key, participant, holder, stage } = event.data;
      const text =
        stage === 'voting'
          ? `${name(participant)} moves to interrupt ${name(holder)}`
          : `${name(participant)} wants to interrupt ${name(holder)}`;
      return { key, what: 'interruption', outcome: stage, text, participants: [participant, holder] };
    }
    case 'interruption.granted':
      return ofInterruption(event.data, 'granted', `interrupts ${name(event.data.holder)}`, name);
    case 'interruption.denied': {
      const { code } = event.data;
      const why = words(code.slice(code.indexOf('.') + 1));
      return ofInterruption(event.data, code, `may not interrupt ${name(event.data.holder)}: ${why}`, name);
    }
    case 'interruption.moot':
      return ofInterruption(
        event.data,
        'moot',
        `need not interrupt any more: ${words(event.data.cause)}`,
        name,
      );
    case 'overlap.started': {
      const { interruption: key, participants } = event.data;
      const text = `${both(participants, name)} speak at once`;
      return { key, what: 'overlap', outcome: 'started', text, participants };
    }
    case 'overlap.ended': {
      const { interruption: key, participants, keeps, cause } = event.data;
      const then = keeps === null ? 'nobody goes on' : `${name(keeps)} goes on`;
      const text = `${both(participants, name)} spoke at once: ${then} (${words(cause)})`;
      return { key, what: 'overlap', outcome: cause, text, participants };
    }
    default:
      return null;
  }
}

function ofInterruption(
  data: {
    readonly interruption: string;
    readonly participant: ParticipantId;
    readonly holder: ParticipantId;
  },
  outcome: string,
  does: string,
  name: (id: ParticipantId) => string,
): Told {
  const { interruption: key, participant, holder } = data;
  const text = `${name(participant)} ${does}`;
  return { key, what: 'interruption', outcome, text, participants: [participant, holder] };
}

const both = (ids: readonly ParticipantId[], name: (id: ParticipantId) => string): string =>
  ids.map(name).join(' and ');

/** `sentenceEnd` and `no_quorum` as words. */
const words = (code: string): string =>
  code.replaceAll('_', ' ').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
