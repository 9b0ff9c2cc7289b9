import type { ConversationView, ParticipantId } from '@parley/core';

/**
 * Whether asking for the floor could come to anything now, as far as the view tells. Asked before a participant
 * is called: no call is paid for where the floor could not be had.
 */
export function canRequest(view: ConversationView, me: ParticipantId): boolean {
  const self = view.participants.find(({ id }) => id === me);
  if (view.status !== 'active' || !self || self.muted || self.roles.includes('observer')) return false;
  const { holders, queue } = view.floor;
  if (holders.some(({ participant }) => participant === me)) return false;
  if (queue.some(({ participant }) => participant === me)) return false;
  return queue.length < view.config.floor.queueLengthMax;
}
