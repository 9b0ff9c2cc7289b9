import type { ParticipantId, State } from '@parley/core';

export type Grant = State['floor']['holders'][number];

/** The turn that this participant has now. */
export const grantOf = (state: State, participant: ParticipantId): Grant | undefined =>
  state.floor.holders.find((grant) => grant.participant === participant);

/** Nothing happens in it any more. */
export const isOver = ({ status }: State): boolean => status === 'ended' || status === 'archived';
