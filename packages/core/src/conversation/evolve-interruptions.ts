import type { Contribution } from '../fairness/contributions.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { instantOf } from '../kernel/instant.ts';
import { withContribution, withFloor } from './evolve-floor.ts';
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
    const counted = withFloor(state, {
      interruption: {
        id,
        participant,
        holder,
        since: at,
        stage,
        deadline: instantOf(data.deadline),
        queueIfDenied,
        ...(urgency === undefined ? {} : { urgency }),
      },
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
    return counted;
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
  'overlap.ended': (state, { data }) => settled(state, data.interruption),
};

const settled = (state: State, id: string): State =>
  state.floor.interruption?.id === id ? withFloor(state, { interruption: null }) : state;

/** Fairness counts who cuts in and who is cut short. */
function counted(state: State, interrupter: ParticipantId, holder: ParticipantId): State {
  const plus = (key: 'interruptionsMade' | 'interruptionsSuffered') => (sum: Contribution) => ({
    ...sum,
    [key]: sum[key] + 1,
  });
  const made = withContribution(state, interrupter, plus('interruptionsMade'));
  return withContribution(made, holder, plus('interruptionsSuffered'));
}
