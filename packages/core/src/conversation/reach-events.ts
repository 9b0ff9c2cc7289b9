import type { ParticipantId, Seq } from '../kernel/id.ts';
import type { Variant } from '../kernel/settings.ts';
import type { BridgedKind } from '../participants/participant.ts';
import type { Role } from '../participants/role.ts';
import type { NotificationFailure, NotificationKind } from '../participants/webhook.ts';
import type { BridgeProblem } from './commands.ts';

/** Whom the hub has to reach by itself: absent humans by webhooks, participants by bridges. */
export interface ReachEventData {
  /** These six are private to the participant: where it is called while it is away, and what came of it (PR-3). */
  'webhook.changed': { participant: ParticipantId; active: boolean };
  'notification.queued': {
    participant: ParticipantId;
    notification: string;
    kind: NotificationKind;
    about: Seq;
    nextAt: string;
  };
  /** The webhook is being called; unless it answers, it is called again at `nextAt`. */
  'notification.attempted': {
    participant: ParticipantId;
    notification: string;
    attempt: number;
    nextAt: string;
  };
  'notification.delivered': { participant: ParticipantId; notification: string; attempt: number };
  /** Given up. `status` is that of the last answer, where there was one. */
  'notification.failed': {
    participant: ParticipantId;
    notification: string;
    attempt: number;
    cause: NotificationFailure;
    status?: number;
  };
  /** No longer needed: the participant is back, what it was about is over, or newer ones took its place. */
  'notification.cancelled': {
    participant: ParticipantId;
    notifications: readonly string[];
    cause: 'returned' | 'over' | 'newer';
  };

  /** For moderators: somebody is to be brought in; pending until a human moderator approves. */
  'bridge.added': {
    bridge: string;
    kind: BridgedKind;
    displayName: string;
    settings: Readonly<Record<string, unknown>>;
    engagement: Variant;
    roles?: readonly Role[];
    topics?: readonly string[];
    interests?: readonly string[];
    status: 'pending' | 'active';
  };
  'bridge.approved': { bridge: string };
  'bridge.removed': { bridge: string; reason?: string };
  'bridge.reported': { bridge: string; problem: BridgeProblem | null };
}
