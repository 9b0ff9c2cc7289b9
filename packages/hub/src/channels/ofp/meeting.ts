import type { State } from '@parley/core';
import type { Place } from '../../open-floor/address.ts';
import type { Meeting } from '../../open-floor/writing.ts';

/** The conversation as its envelopes show it to members. */
export const meetingOf = (place: Place, state: State): Meeting => ({
  place,
  title: state.title,
  people: Object.values(state.participants).map(({ profile }) => profile),
  holders: state.floor.holders.map(({ participant }) => participant),
});
