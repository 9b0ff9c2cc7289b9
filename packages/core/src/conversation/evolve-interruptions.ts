import type { Contribution } from '../fairness/contributions.ts';
import { holderOf } from '../floor/floor.ts';
import { remainingMs } from '../floor/grant.ts';
import type { Interruption } from '../floor/interruption.ts';
import type { ParticipantId } from '../kernel/id.ts';
import type { Instant } from '../kernel/instant.ts';
import { instantOf } from '../kernel/instant.ts';
import { withContribution, withFloor, withGrant } from './evolve-floor.ts';
import type { Evolutions } from './evolutions.ts';
import type { State } from './state.ts';

export const evolveInterruptions: Evolutions<
  | 'interruption.requested'
  | 'interruption.answered'
  | 'interruption.granted'
  | 'interruption.denied'
  | 'interruption.moot'
  | 'overlap.started'
  | 'overlap.ended'
> = {
  'interruption.requested': (state, { data, at }) => {
    const { interruption: id, participant, holder, stage, urgency, queueIfDenied } = data;
    const wish: Interruption = {
      id,
      participant,
      holder,
      since: at,
      stage,
      deadline: instantOf(data.deadline),
      queueIfDenied,
      ...(urgency === undefined ? {} : { urgency }),
    };
    const { interruption: open, alsoDeferred } = state.floor;
    if (stage === 'deferred' && open && open.id !== id) {
      return withFloor(state, { alsoDeferred: [...alsoDeferred, wish] });
    }
    return withFloor(state, {
      interruption: wish,
      alsoDeferred: alsoDeferred.filter((other) => other.id !== id),
      holders: state.floor.holders.map((grant) =>
        grant.participant !== holder
          ? grant
          : {
              ...grant,
              motions: grant.motions + (stage === 'voting' ? 1 : 0),
              asked:
                stage === 'asked'
                  ? { ...grant.asked, [participant]: (grant.asked[participant] ?? 0) + 1 }
                  : grant.asked,
            },
      ),
    });
  },
  'interruption.answered': (state, { data }) => {
    const { interruption } = state.floor;
    if (interruption?.id !== data.interruption) return state;
    return withFloor(state, { interruption: { ...interruption, answer: data.grant } });
  },
  'interruption.granted': (state, { data }) =>
    settled(counted(state, data.participant, data.holder), data.interruption),
  'interruption.denied': (state, { data }) => settled(state, data.interruption),
  'interruption.moot': (state, { data }) => settled(state, data.interruption),
  'overlap.started': (state, { data, at }) => {
    const [holder = '', participant = ''] = data.participants;
    return withFloor(counted(state, participant, holder), {
      alsoDeferred: state.floor.alsoDeferred.filter(({ id }) => id !== data.interruption),
      interruption: {
        id: data.interruption,
        participant,
        holder,
        since: at,
        stage: 'overlap',
        deadline: instantOf(data.deadline),
        queueIfDenied: true,
      },
    });
  },
  'overlap.ended': (state, { data, at }) =>
    settled(withInterrupted(state, data.keeps, at), data.interruption),
};

const settled = (state: State, id: string): State =>
  withFloor(state, {
    interruption: state.floor.interruption?.id === id ? null : state.floor.interruption,
    alsoDeferred: state.floor.alsoDeferred.filter((other) => other.id !== id),
  });

/** IP-6: a holder that gave way in an overlap gets the floor back if the other one then says nothing. */
function withInterrupted(state: State, keeps: ParticipantId | null, at: Instant): State {
  const open = state.floor.interruption;
  const first = open && holderOf(state.floor, open.holder);
  const second = open && holderOf(state.floor, open.participant);
  if (!first || !second || keeps !== open.participant) return state;
  const interrupted = { participant: open.holder, remainingMs: remainingMs(first, at) };
  return withGrant(state, second.grant, (grant) => ({ ...grant, interrupted }));
}

/** Fairness counts who cuts in and who is cut short. */
function counted(state: State, interrupter: ParticipantId, holder: ParticipantId): State {
  const plus = (key: 'interruptionsMade' | 'interruptionsSuffered') => (sum: Contribution) => ({
    ...sum,
    [key]: sum[key] + 1,
  });
  const made = withContribution(state, interrupter, plus('interruptionsMade'));
  return withContribution(made, holder, plus('interruptionsSuffered'));
}
