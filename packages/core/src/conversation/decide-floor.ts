import { holderOf, requestOf } from '../floor/floor.ts';
import { idFor } from '../kernel/id.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { iso } from '../kernel/instant.ts';
import type { Result } from '../kernel/result.ts';
import { ok } from '../kernel/result.ts';
import type { CommandData } from './commands.ts';
import { reasonOf } from './decide-lifecycle.ts';
import type { Draft } from './draft.ts';
import { estimatedWaitMs, floorView, interruptionPolicyOf, queuePositionOf } from './floor-view.ts';
import type { Handlers, Reply } from './handler.ts';
import { accepted, knownAddressees, liveGrant, memberOf, notPaused, rejected, speakerOf } from './handler.ts';
import type { Rejection } from './rejections.ts';
import { releaseFloor } from './turns.ts';

export const floorHandlers: Handlers<'floor.request' | 'floor.cancel' | 'floor.release' | 'floor.interrupt'> =
  {
    'floor.request': (draft, { data, author }) => {
      const member = speakerOf(draft.state, author);
      if (!member.ok) return member;
      const known = knownAddressees(draft.state, data.addressedTo);
      if (!known.ok) return known;
      const { id } = member.value.profile;
      const entered = enqueue(draft, id, data);
      if (!entered.ok) return entered;
      return ok((settled) => requestReply(settled, id));
    },

    'floor.cancel': (draft, { author }) => {
      const member = memberOf(draft.state, author);
      if (!member.ok) return member;
      const { id } = member.value.profile;
      const cancelled = requestOf(draft.state.floor, id) !== undefined;
      if (cancelled) draft.emit('floor.cancelled', { participant: id, cause: 'requester' });
      return accepted({ cancelled });
    },

    'floor.release': (draft, { author }) => {
      const member = memberOf(draft.state, author);
      if (!member.ok) return member;
      const grant = liveGrant(draft.state, member.value.profile.id, null);
      if (!grant.ok) return grant;
      releaseFloor(draft, grant.value);
      return accepted({ grant: grant.value.grant });
    },

    'floor.interrupt': (draft, { data, author }) => {
      const member = speakerOf(draft.state, author);
      if (!member.ok) return member;
      const { id } = member.value.profile;
      const running = notPaused(draft.state);
      if (!running.ok) return running;
      const urgency = data.urgency === undefined ? {} : { urgency: data.urgency };
      const holder = draft.state.floor.holders[0];
      if (!holder) {
        const entered = enqueue(draft, id, urgency);
        if (!entered.ok) return entered;
        return ok((settled) => {
          const reply = requestReply(settled, id);
          return {
            outcome: reply['status'] === 'granted' ? 'granted' : 'queued',
            interruption: null,
            ...reply,
          };
        });
      }
      if (holderOf(draft.state.floor, id)) return alreadyHolder();
      const verdict = interruptionPolicyOf(draft.state).attempt(
        floorView(draft.state, draft.at, draft.state.config.interruption),
        { interrupter: id, holder: holder.participant, ...urgency },
      );
      const interruption = idFor.interruption(draft.nextSeq);
      draft.emit('interruption.denied', {
        interruption,
        participant: id,
        holder: holder.participant,
        code: verdict.code,
        ...reasonOf(data),
      });
      const denial = { outcome: verdict.outcome, interruption, code: verdict.code, message: verdict.reason };
      if (!data.queueIfDenied) return accepted(denial);
      const entered = enqueue(draft, id, urgency);
      if (!entered.ok) return entered;
      return ok((settled) => ({ ...requestReply(settled, id), ...denial, outcome: 'queued' }));
    },
  };

const alreadyHolder = () => rejected('floor.already_holder', 'You hold the floor.');

/** FL-4: one live request per participant; asking again keeps the place and updates the rest. */
function enqueue(
  draft: Draft,
  id: ParticipantId,
  data: CommandData['floor.request'],
): Result<true, Rejection> {
  const { state, at } = draft;
  if (holderOf(state.floor, id)) return alreadyHolder();
  const retryAt = state.floor.retryAt[id] ?? 0;
  if (at < retryAt) {
    return rejected('floor.retry_after', 'Your last turn was too long; ask again a little later.', {
      retryAfterMs: retryAt - at,
    });
  }
  const position = queuePositionOf(state, id);
  if (position === null && state.floor.queue.length >= state.config.floor.queueLengthMax) {
    return rejected(
      'floor.queue_full',
      `At most ${state.config.floor.queueLengthMax} may wait for the floor.`,
    );
  }
  draft.emit('floor.requested', {
    participant: id,
    status: 'accepted',
    queuePosition: position ?? state.floor.queue.length + 1,
    ...data,
  });
  return ok(true);
}

function requestReply({ state, at }: Draft, id: ParticipantId): Reply {
  const grant = holderOf(state.floor, id);
  if (grant) return { status: 'granted', grant: grant.grant, endsAt: iso(grant.since + grant.turnMs) };
  const position = queuePositionOf(state, id) ?? 0;
  return {
    status: requestOf(state.floor, id)?.status ?? 'pending',
    queuePosition: position,
    estimatedWaitMs: estimatedWaitMs(state, at, position),
  };
}
