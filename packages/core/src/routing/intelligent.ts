import { relevanceScorers } from './scorers.ts';
import type { RoutingStrategy } from './strategy.ts';
import { whisper } from './strategy.ts';

/**
 * RT-4: whoever an utterance concerns enough, by scores that come with the command. Whoever has no score
 * hears: it joined meanwhile, or has told nothing that could be compared. Without scores everybody hears.
 */
export const intelligent: RoutingStrategy = {
  kind: 'intelligent',
  description: 'An utterance reaches whoever it is likely to interest.',
  settings: {
    scorer: {
      type: 'choice',
      choices: () => relevanceScorers.names(),
      default: 'lexical',
      description: 'How it is found out whom an utterance interests.',
    },
    threshold: {
      type: 'number',
      min: 0,
      max: 1,
      default: 0.3,
      description: 'How relevant an utterance has to be to be heard; at 0 everybody hears.',
    },
    whisper,
  },
  audience({ settings, relevance, members }) {
    if (relevance === null) return 'all';
    const threshold = Number(settings['threshold']);
    return members
      .filter(({ id }) => !Object.hasOwn(relevance, id) || relevance[id]! >= threshold)
      .map(({ id }) => id);
  },
};
