import type { ServiceSettings } from '../../operations/participant-settings.ts';

export interface Budget {
  readonly tokens?: number;
  readonly cost?: number;
}

export interface Usage {
  readonly input: number;
  readonly output: number;
}

export interface Cost {
  readonly value: number;
  readonly currency: string;
}

type Prices = ServiceSettings['prices'];

/** What a call cost by the operator's prices; null where there are none. */
export const costOf = ({ input, output }: Usage, prices: Prices | null): Cost | null =>
  prices?.inputPerMillion === undefined || prices.outputPerMillion === undefined
    ? null
    : {
        value: (input * prices.inputPerMillion + output * prices.outputPerMillion) / 1_000_000,
        currency: prices.currency,
      };

/** What one bridge has spent since this hub started, and what it may still spend (AI-3). */
export class Spending {
  readonly #budget: Budget;
  readonly #prices: Prices | null;
  #tokens = 0;
  #cost = 0;
  #spent: boolean;

  /** `spent`: it had spent all before the hub started again, as the log tells. */
  constructor(budget: Budget, prices: Prices | null, spent: boolean) {
    this.#budget = budget;
    this.#prices = prices;
    this.#spent = spent;
  }

  get isSpent(): boolean {
    return this.#spent;
  }

  /**
   * How long an answer to such a prompt may be so that the budget is kept, up to `outputMax`; 0 where there
   * is not enough left for a word, and then the budget counts as spent.
   */
  affordable(promptTokens: number, outputMax: number): number {
    if (this.#spent) return 0;
    const byTokens = this.#tokensLeft - promptTokens;
    const prompt = costOf({ input: promptTokens, output: 0 }, this.#prices)?.value ?? 0;
    const each = costOf({ input: 0, output: 1 }, this.#prices)?.value ?? 0;
    const left = this.#costLeft - prompt;
    const byCost = left < 0 ? 0 : each > 0 ? left / each : Number.POSITIVE_INFINITY;
    const affordable = Math.floor(Math.max(0, Math.min(outputMax, byTokens, byCost)));
    if (affordable === 0) this.#spent = true;
    return affordable;
  }

  add(usage: Usage): void {
    this.#tokens += usage.input + usage.output;
    this.#cost += costOf(usage, this.#prices)?.value ?? 0;
    if (this.#tokensLeft <= 0 || this.#costLeft <= 0) this.#spent = true;
  }

  get #tokensLeft(): number {
    return (this.#budget.tokens ?? Number.POSITIVE_INFINITY) - this.#tokens;
  }

  get #costLeft(): number {
    return (this.#budget.cost ?? Number.POSITIVE_INFINITY) - this.#cost;
  }
}
