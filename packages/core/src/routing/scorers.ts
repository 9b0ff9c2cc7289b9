import { registryOf } from '../kernel/registry.ts';

/** How relevance is found out. The work itself waits for others and is done before deciding (RT-4). */
export interface RelevanceScorer {
  readonly description: string;
}

/**
 * Scorers by the name that a configuration uses. A host application may register more names; the hub has to
 * be given what does the work under them.
 */
export const relevanceScorers = registryOf<RelevanceScorer>('relevance scorer', {
  lexical: { description: 'Words that an utterance shares with interests, capabilities and own words.' },
  embedding: { description: 'Nearness of meaning, as a model of the hub’s operator sees it.' },
});
