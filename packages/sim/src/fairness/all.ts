import { biddingStudy } from './studies/bidding.ts';
import { concurrentStudy } from './studies/concurrent.ts';
import { consensusStudy } from './studies/consensus.ts';
import { priorityStudy } from './studies/priority.ts';
import { roundRobinStudy } from './studies/round-robin.ts';
import { sequentialStudy } from './studies/sequential.ts';
import type { Scale, Study } from './study.ts';

/** The study of each turn strategy by its wire name, in the order of floor.md's table. */
export const studies: Readonly<Record<string, (scale: Scale) => Study>> = {
  sequential: sequentialStudy,
  roundRobin: roundRobinStudy,
  priority: priorityStudy,
  bidding: biddingStudy,
  consensus: consensusStudy,
  concurrent: concurrentStudy,
};
