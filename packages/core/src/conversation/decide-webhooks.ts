import type { Handlers } from './handler.ts';
import { accepted, invalid, memberOf } from './handler.ts';
import { isLastAttempt } from '../participants/webhook.ts';
import { fail } from './notifications.ts';

export const webhookHandlers: Handlers<'webhook.set' | 'notification.report'> = {
  'webhook.set': (draft, { data: { url }, author }) => {
    const member = memberOf(draft.state, author);
    if (!member.ok) return member;
    const { id: participant, kind } = member.value.profile;
    if (kind !== 'human') return invalid('data.url', 'nothing: only humans are called back');
    if ((draft.state.webhooks[participant]?.url ?? null) !== url) {
      draft.emit(
        'webhook.changed',
        { participant, active: url !== null },
        { audience: [participant], hidden: { url } },
      );
    }
    return accepted();
  },

  // What is no longer pending needs no end, and an attempt that was overtaken says nothing about the latest.
  'notification.report': (draft, { data }) => {
    const { participant, notification, attempt, outcome, status } = data;
    const pending = draft.state.webhooks[participant]?.pending.find(({ id }) => id === notification);
    if (!pending) return accepted();
    if (outcome === 'delivered') {
      draft.emit(
        'notification.delivered',
        { participant, notification, attempt },
        { audience: [participant] },
      );
    } else if (attempt === pending.attempt && (isFinal(outcome) || isLastAttempt(attempt))) {
      fail(draft, participant, pending, outcome, status);
    }
    return accepted();
  },
};

/** Trying again would end the same way. */
const isFinal = (outcome: string): boolean => outcome === 'endpoint.blocked' || outcome === 'endpoint.gone';
