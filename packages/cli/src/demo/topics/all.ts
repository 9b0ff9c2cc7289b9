import { bees, creatures, railwayTime, tides, winds } from './nature-and-time.ts';
import { errata, jazz, questions, queues, slowLetters, soup } from './people-and-craft.ts';
import { lamps, logbooks, mapsThatLie, opening, silence } from './rooms-and-signals.ts';
import type { Topic } from './topic.ts';

/** In the order in which they are talked about; after the last comes the second, for the first is a greeting. */
export const TOPICS: readonly Topic[] = [
  opening,
  bees,
  lamps,
  mapsThatLie,
  winds,
  silence,
  queues,
  jazz,
  railwayTime,
  soup,
  creatures,
  logbooks,
  questions,
  slowLetters,
  tides,
  errata,
];
