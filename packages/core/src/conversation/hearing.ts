import type { ParticipantId } from '../kernel/id.ts';
import { routingStrategies } from '../routing/registry.ts';
import type { RoutingStrategy } from '../routing/strategy.ts';
import type { Spoken } from './audience.ts';
import { audienceIn } from './audience.ts';
import type { ConversationView } from './view.ts';

/** Whom something that is about to be said would reach, as far as a view lets one tell. */
export interface Hearing {
  /** Hear it in any case, the speaker included. */
  readonly certain: readonly ParticipantId[];
  /** Hear it if the hub finds that it concerns them (RT-4). */
  readonly possible: readonly ParticipantId[];
}

/**
 * RT-1…RT-6 by the same rules as the hub's, before anything is said: for people who want to know who hears
 * them. The hub decides when it is said, by what holds then.
 */
export function hearingOf(
  { participants, config }: Pick<ConversationView, 'participants' | 'config'>,
  spoken: Omit<Spoken, 'relevance'>,
  strategies: Readonly<Record<string, RoutingStrategy>> = routingStrategies,
): Hearing {
  const members = participants.map(({ id }) => id);
  // What a newer hub decides by is not known here: anybody may hear.
  const strategy = strategies[config.routing.kind] ?? unknownStrategy;
  const reached = (score: number): ReadonlySet<ParticipantId> => {
    const relevance = Object.fromEntries(members.map((id) => [id, score]));
    const assembly = { strategy, settings: config.routing, members: participants };
    const audience = audienceIn(assembly, { ...spoken, relevance });
    return new Set(audience === 'all' ? members : audience);
  };
  const [least, most] = [reached(0), reached(1)];
  return {
    certain: members.filter((id) => least.has(id)),
    possible: members.filter((id) => most.has(id) && !least.has(id)),
  };
}

const unknownStrategy: RoutingStrategy = {
  kind: 'unknown',
  description: 'A strategy of a newer hub.',
  settings: {},
  audience: ({ relevance, members }) =>
    members.filter(({ id }) => relevance === null || relevance[id] !== 0).map(({ id }) => id),
};
