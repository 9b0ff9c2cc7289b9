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

/** A part of a budget that is set aside for one call. */
export interface Reserve {
  /** How long its answer may be. */
  readonly outputMax: number;
  /** The call is over, and took so much. Further calls of this do nothing. */
  settle(usage: Usage): void;
}

/**
 * What one bridge has spent since this hub started, and what it may still spend (AI-3). What calls that are
 * under way may take is set aside, so that calls side by side keep the budget too.
 */
export class Spending {
  readonly #budget: Budget;
  readonly #prices: Prices | null;
  /** Spent, or set aside. */
  #tokens = 0;
  #cost = 0;
  #underWay = 0;
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
   * Sets aside what a call with such a prompt and an answer of up to `outputMax` tokens may take; of a shorter
   * answer where no more is left. Null where there is not enough for a word: then the budget counts as spent,
   * unless some of it is set aside for other calls, which may give it back.
   */
  reserve(promptTokens: number, outputMax: number): Reserve | null {
    if (this.#spent) return null;
    const affordable = this.#affordable(promptTokens, outputMax);
    if (affordable === 0) {
      this.#spent = this.#underWay === 0;
      return null;
    }
    const aside: Usage = { input: promptTokens, output: affordable };
    this.#take(aside, 1);
    this.#underWay += 1;
    let over = false;
    return {
      outputMax: affordable,
      settle: (usage) => {
        if (over) return;
        over = true;
        this.#underWay -= 1;
        this.#take(aside, -1);
        this.#take(usage, 1);
        if (this.#underWay === 0 && (this.#tokensLeft <= 0 || this.#costLeft <= 0)) this.#spent = true;
      },
    };
  }

  #affordable(promptTokens: number, outputMax: number): number {
    const byTokens = this.#tokensLeft - promptTokens;
    const prompt = costOf({ input: promptTokens, output: 0 }, this.#prices)?.value ?? 0;
    const each = costOf({ input: 0, output: 1 }, this.#prices)?.value ?? 0;
    const left = this.#costLeft - prompt;
    const byCost = left < 0 ? 0 : each > 0 ? left / each : Number.POSITIVE_INFINITY;
    return Math.floor(Math.max(0, Math.min(outputMax, byTokens, byCost)));
  }

  #take(usage: Usage, sign: 1 | -1): void {
    this.#tokens += sign * (usage.input + usage.output);
    this.#cost += sign * (costOf(usage, this.#prices)?.value ?? 0);
  }

  get #tokensLeft(): number {
    return (this.#budget.tokens ?? Number.POSITIVE_INFINITY) - this.#tokens;
  }

  get #costLeft(): number {
    return (this.#budget.cost ?? Number.POSITIVE_INFINITY) - this.#cost;
  }
}
