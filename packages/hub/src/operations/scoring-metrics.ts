import type { Registry } from 'prom-client';
import { Counter, Histogram } from 'prom-client';
import type { Millis } from '@parley/core';

/** Seconds; from a few words compared in memory to a model that is asked over a network. */
const DURATIONS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** How often it was found out whom an utterance concerns (RT-4), how long that took, and why it was not. */
export class ScoringMetrics {
  readonly #scorings: Counter<'scorer' | 'outcome'>;
  readonly #seconds: Histogram<'scorer'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#scorings = new Counter({
      name: 'parley_relevance_scorings_total',
      help: 'Utterances under intelligent routing by scorer and outcome; all but scored are heard by everybody.',
      labelNames: ['scorer', 'outcome'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'parley_relevance_scoring_seconds',
      help: 'How long utterances waited for their scores, or for want of them.',
      labelNames: ['scorer'],
      buckets: DURATIONS,
      registers,
    });
  }

  readonly scored = (scorer: string, outcome: string, tookMs: Millis): void => {
    this.#scorings.inc({ scorer, outcome });
    this.#seconds.observe({ scorer }, tookMs / 1_000);
  };
}
