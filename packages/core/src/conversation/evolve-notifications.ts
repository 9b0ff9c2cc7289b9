import { without } from '../floor/floor.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { instantOf } from '../kernel/instant.ts';
import type { Notification, Webhook } from '../participants/webhook.ts';
import { newWebhook } from '../participants/webhook.ts';
import type { Evolutions } from './evolutions.ts';
import type { State } from './state.ts';

/** PR-3: what absent members are told, until it is delivered, given up or no longer needed. */
export const evolveNotifications: Evolutions<
  | 'webhook.changed'
  | 'notification.queued'
  | 'notification.attempted'
  | 'notification.delivered'
  | 'notification.failed'
  | 'notification.cancelled'
> = {
  // What waits goes to the new address; without one there is nowhere to go.
  'webhook.changed': (state, { data: { participant }, hidden }) => {
    const url = hidden?.url ?? null;
    if (url === null) return { ...state, webhooks: without(state.webhooks, participant) };
    const before = state.webhooks[participant];
    const webhook = before ? { ...before, url } : newWebhook(url);
    return { ...state, webhooks: { ...state.webhooks, [participant]: webhook } };
  },
  'notification.queued': (state, { data, at }) =>
    withWebhook(state, data.participant, (webhook) => ({
      ...webhook,
      pending: [
        ...webhook.pending,
        {
          id: data.notification,
          kind: data.kind,
          about: data.about,
          since: at,
          attempt: 0,
          nextAt: instantOf(data.nextAt),
        },
      ],
      ...(data.kind === 'turn' ? { turnToldAt: at } : {}),
      ...(data.kind === 'vote' ? { ballotTold: data.about } : {}),
    })),
  'notification.attempted': (state, { data }) =>
    withWebhook(state, data.participant, (webhook) => ({
      ...webhook,
      pending: webhook.pending.map((each): Notification =>
        each.id === data.notification
          ? { ...each, attempt: data.attempt, nextAt: instantOf(data.nextAt) }
          : each,
      ),
    })),
  'notification.delivered': (state, { data }) => settled(state, data.participant, [data.notification]),
  'notification.failed': (state, { data }) => settled(state, data.participant, [data.notification]),
  'notification.cancelled': (state, { data }) => settled(state, data.participant, data.notifications),
};

function withWebhook(state: State, id: ParticipantId, change: (webhook: Webhook) => Webhook): State {
  const webhook = state.webhooks[id];
  return webhook ? { ...state, webhooks: { ...state.webhooks, [id]: change(webhook) } } : state;
}

const settled = (state: State, id: ParticipantId, notifications: readonly string[]): State =>
  withWebhook(state, id, (webhook) => ({
    ...webhook,
    pending: webhook.pending.filter((each) => !notifications.includes(each.id)),
  }));
