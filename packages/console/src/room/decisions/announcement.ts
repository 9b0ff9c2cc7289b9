import type { WireEvent } from '@parley/client';
import type { TFunction } from 'i18next';
import { reasonText } from './reason-text.ts';
import { resultText } from './result-text.ts';

export interface Listener {
  readonly me: string;
  readonly t: TFunction;
  readonly nameOf: (id: string) => string;
}

/** What is said aloud of decisions about the floor: once each, when they are asked for and when they fall. */
export function announcementOf(event: WireEvent, { me, t, nameOf }: Listener): string | null {
  switch (event.event) {
    case 'bidding.opened':
      return t('announce.bidding');
    case 'bid.lost':
      return event.data.participant === me ? t('announce.bidLost') : null;
    case 'bidding.closed':
      return event.data.winner === null ? null : resultText(event, t, nameOf);
    case 'ballot.opened':
      return t(event.data.electorate.includes(me) ? `announce.${event.data.kind}Vote` : 'announce.vote');
    case 'ballot.closed':
      return ['void', 'moot'].includes(event.data.outcome) ? null : resultText(event, t, nameOf);
    case 'collision.detected':
    case 'overlap.ended':
      return resultText(event, t, nameOf);
    case 'overlap.started': {
      const [holder = '', name = ''] = event.data.participants;
      return t(event.data.participants.includes(me) ? 'announce.overlapMine' : 'told.overlap', {
        name: nameOf(name),
        holder: nameOf(holder),
      });
    }
    case 'interruption.requested':
      if (event.data.holder !== me || event.data.stage !== 'asked') return null;
      return t('announce.asked', { name: nameOf(event.data.participant) });
    case 'interruption.denied':
      return event.data.participant === me ? t('announce.denied') : null;
    case 'floor.revoking': {
      const { participant, cause, reason } = event.data;
      if (participant !== me) return null;
      if (cause !== 'preempted') return t('announce.revoking');
      return t('announce.preempted', { why: reason === undefined ? '' : reasonText(reason, t) });
    }
    case 'conversation.paused':
      return event.data.cause === 'loop_guard' ? t('announce.loopGuard') : null;
    default:
      return null;
  }
}
