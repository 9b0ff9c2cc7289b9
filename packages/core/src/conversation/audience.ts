import type { ParticipantId } from '../kernel/id.ts';
import { isModerator } from '../participants/role.ts';
import type { Relevance } from '../routing/strategy.ts';
import type { Audience } from './events.ts';
import { routingOf } from './floor-view.ts';
import { rosterOf } from './roster.ts';
import type { State } from './state.ts';
import { memberById } from './state.ts';

/** What an audience is decided by. */
export interface Spoken {
  readonly speaker: ParticipantId;
  readonly addressedTo: readonly ParticipantId[];
  readonly topics: readonly string[];
  /** RT-6: nobody but these, of those who would hear it. */
  readonly to?: readonly ParticipantId[];
  /** RT-4: absent where nobody found out. */
  readonly relevance?: Relevance;
}

/**
 * Who hears what is said now: whom the routing strategy says, narrowed by a whisper, and in any case the
 * speaker, whoever is addressed and the moderators (RT-5).
 */
export function audienceOf(state: State, { speaker, addressedTo, topics, to, relevance }: Spoken): Audience {
  const members = rosterOf(state).members.map(({ profile }) => profile);
  const heard = routingOf(state).audience({
    settings: state.config.routing,
    speakerRoles: memberById(state, speaker)?.profile.roles ?? [],
    topics,
    relevance: relevance ?? null,
    members,
  });
  if (heard === 'all' && to === undefined) return 'all';
  const hearing = new Set(heard === 'all' ? members.map(({ id }) => id) : heard);
  const always = new Set([speaker, ...addressedTo]);
  return members
    .filter(
      ({ id, roles }) =>
        always.has(id) || isModerator(roles) || (hearing.has(id) && (to === undefined || to.includes(id))),
    )
    .map(({ id }) => id);
}

/** Somebody who is addressed at the end hears the utterance too (RT-5). */
export const widened = (audience: Audience, addressedTo: readonly ParticipantId[]): Audience =>
  audience === 'all' ? audience : [...new Set([...audience, ...addressedTo])];
