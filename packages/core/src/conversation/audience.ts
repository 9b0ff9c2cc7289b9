import type { ParticipantId } from '../kernel/id.ts';
import type { Variant } from '../kernel/settings.ts';
import { isModerator } from '../participants/role.ts';
import type { Listener, Relevance, RoutingStrategy } from '../routing/strategy.ts';
import type { Audience, Reach } from './events.ts';
import { routingOf } from './floor-view.ts';
import { rosterOf } from './roster.ts';
import type { State } from './state.ts';

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

/** Those who could hear something, and by which rule it is decided who of them does. */
export interface Assembly {
  readonly strategy: RoutingStrategy;
  readonly settings: Variant;
  readonly members: readonly Listener[];
}

/** Who hears what is said now. */
export const audienceOf = (state: State, spoken: Spoken): Audience =>
  audienceIn(
    {
      strategy: routingOf(state),
      settings: state.config.routing,
      members: rosterOf(state).members.map(({ profile }) => profile),
    },
    spoken,
  );

/**
 * Whom the routing strategy says, narrowed by a whisper, and in any case the speaker, whoever is addressed
 * and the moderators (RT-5).
 */
export function audienceIn(
  { strategy, settings, members }: Assembly,
  { speaker, addressedTo, topics, to, relevance }: Spoken,
): Audience {
  const heard = strategy.audience({
    settings,
    speakerRoles: members.find(({ id }) => id === speaker)?.roles ?? [],
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

/** What is told of it to whoever hears it. */
export function reachOf(state: State, audience: Audience, to: readonly ParticipantId[] | undefined): Reach {
  const left =
    audience !== 'all' && rosterOf(state).members.some(({ profile }) => !audience.includes(profile.id));
  return { ...(to === undefined ? {} : { to }), ...(left ? { narrowed: true } : {}) };
}
