import { holderOf, requestOf } from '../floor/floor.ts';
import { ok } from '../kernel/result.ts';
import type { Handlers } from './handler.ts';
import { accepted, knownAddressees, liveGrant, memberOf, notPaused, rejected, speakerOf } from './handler.ts';
import { cancelRequest, releaseFloor } from './grants.ts';
import { hasRoom } from './floor-view.ts';
import { attempt } from './interruptions.ts';
import { checkRetry, checkWish, enqueue, requestReply } from './requests.ts';

export const floorHandlers: Handlers<
  'floor.request' | 'floor.cancel' | 'floor.release' | 'floor.interrupt' | 'interruption.answer'
> = {
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
    if (cancelled) cancelRequest(draft, id, 'requester');
    return accepted({ cancelled });
  },

  'floor.release': (draft, { data, author }) => {
    const member = memberOf(draft.state, author);
    if (!member.ok) return member;
    const grant = liveGrant(draft.state, member.value.profile.id, null);
    if (!grant.ok) return grant;
    releaseFloor(draft, grant.value, data.failed);
    return accepted({ grant: grant.value.grant });
  },

  /** Against whoever has spoken longest; where there is room, it is a request. */
  'floor.interrupt': (draft, { data, author }) => {
    const member = speakerOf(draft.state, author);
    if (!member.ok) return member;
    const { id } = member.value.profile;
    const running = notPaused(draft.state);
    if (!running.ok) return running;
    const urgency = data.urgency === undefined ? {} : { urgency: data.urgency };
    const sound = checkWish(draft.state, id, urgency);
    if (!sound.ok) return sound;
    if (holderOf(draft.state.floor, id)) return rejected('floor.already_holder', 'You hold the floor.');
    const rested = checkRetry(draft.state, id, draft.at);
    if (!rested.ok) return rested;
    const { interruption: open, alsoDeferred } = draft.state.floor;
    const [holder] = draft.state.floor.holders;
    if (!holder || (hasRoom(draft.state) && open === null)) {
      const entered = enqueue(draft, id, urgency);
      if (!entered.ok) return entered;
      return ok((settled) => {
        const reply = requestReply(settled, id);
        return {
          ...reply,
          outcome: reply['status'] === 'granted' ? 'granted' : 'queued',
          interruption: null,
        };
      });
    }
    const own = [open, ...alsoDeferred].find((each) => each?.participant === id);
    if (own) return accepted({ outcome: own.stage, interruption: own.id });
    const reply = attempt(
      draft,
      {
        id: null,
        participant: id,
        holder: holder.participant,
        queueIfDenied: data.queueIfDenied === true,
        ...urgency,
        ...(data.reason === undefined ? {} : { reason: data.reason }),
      },
      holder,
    );
    return ok((settled) =>
      reply['outcome'] === 'queued' ? { ...requestReply(settled, id), ...reply } : reply,
    );
  },

  /** IP-4: the holder lets the interrupter have the floor, or goes on. */
  'interruption.answer': (draft, { data, author }) => {
    const member = memberOf(draft.state, author);
    if (!member.ok) return member;
    const open = draft.state.floor.interruption;
    if (open?.stage !== 'asked' || open.id !== data.interruption) {
      return rejected('not_found', 'There is no such question any more.', {
        details: { path: 'data.interruption' },
      });
    }
    const { id } = member.value.profile;
    if (open.holder !== id) return rejected('floor.not_holder', 'Only who was asked may answer.');
    draft.emit('interruption.answered', {
      interruption: open.id,
      participant: open.participant,
      holder: id,
      grant: data.grant,
    });
    return accepted({ interruption: open.id });
  },
};
