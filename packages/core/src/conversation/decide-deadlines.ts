import { endsAt } from '../floor/grant.ts';
import { unreachable } from '../kernel/assert.ts';
import { iso } from '../kernel/instant.ts';
import type { Deadline } from './deadlines.ts';
import { dueDeadline } from './deadlines.ts';
import { endConversation } from './decide-lifecycle.ts';
import { leave } from './decide-membership.ts';
import type { Draft } from './draft.ts';
import type { Handlers } from './handler.ts';
import { accepted } from './handler.ts';
import { cutFloor, revokeFloor } from './grants.ts';
import { attemptDue } from './notifications.ts';
import { overdue } from './presence.ts';
import { settle } from './settle.ts';
import { giveUpOn } from './strong-views.ts';

export const deadlineHandlers: Handlers<'deadline.reached'> = {
  'deadline.reached': (draft) => {
    for (let due = dueDeadline(draft.state, draft.at); due; due = dueDeadline(draft.state, draft.at)) {
      reach(draft, due);
    }
    return accepted();
  },
};

function reach(draft: Draft, deadline: Deadline): void {
  switch (deadline.kind) {
    case 'revoke':
      revokeFloor(draft, deadline.grant, deadline.cause);
      return;
    case 'cut': {
      const { cause, reason } = deadline.grant.revoking ?? { cause: 'too_long' };
      cutFloor(draft, deadline.grant, cause, reason === undefined ? {} : { reason });
      return;
    }
    case 'warn': {
      const { participant, grant } = deadline.grant;
      const end = iso(endsAt(deadline.grant));
      draft.announce('floor.expiring', { participant, grant, endsAt: end }, [participant]);
      return;
    }
    case 'settle':
      settle(draft);
      return;
    case 'stale':
      giveUpOn(draft, deadline.participant);
      return;
    case 'timeout':
      leave(draft, deadline.participant, 'timeout');
      return;
    case 'unmute':
      draft.emit('participant.unmuted', { participant: deadline.participant, cause: 'retry' });
      return;
    case 'idle':
      draft.announce('presence.changed', {
        participant: deadline.participant,
        status: 'idle',
        since: iso(draft.at),
      });
      return;
    case 'notify':
      attemptDue(draft, deadline.participant);
      return;
    case 'overdue':
      overdue(draft, deadline.participant);
      return;
    case 'empty':
      endConversation(draft, draft.state.config.whenEmpty.kind === 'archive' ? 'archived' : 'empty');
      return;
    default:
      unreachable(deadline);
  }
}
