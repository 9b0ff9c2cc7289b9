import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

/** How a language model did that was asked for summaries. */
export class SummaryMetrics {
  readonly #asked: Counter<'outcome'>;

  constructor(registry: Registry) {
    this.#asked = new Counter({
      name: 'parley_summary_model_total',
      help: 'Summaries for which a model was configured, by outcome; all but ok were made without it.',
      labelNames: ['outcome'],
      registers: [registry],
    });
  }

  modelAnswered(outcome: 'ok' | 'slow' | 'failed' | 'unusable' | 'busy'): void {
    this.#asked.inc({ outcome });
  }
}
