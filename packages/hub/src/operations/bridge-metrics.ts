import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';
import type { BridgedKind } from '@parley/core';

/** What participants that the hub reaches cost: calls by purpose and outcome, and the turns they were for. */
export class BridgeFigures {
  readonly #calls: Counter<'kind' | 'purpose' | 'outcome'>;
  readonly #turns: Counter<'kind'>;
  readonly #spared: Counter<'kind'>;
  readonly #tokens: Counter<'kind' | 'direction'>;
  readonly #cost: Counter<'kind' | 'currency'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#calls = new Counter({
      name: 'parley_bridge_calls_total',
      help: 'Calls of models and remote agents that have ended, by what they were for and how they ended.',
      labelNames: ['kind', 'purpose', 'outcome'],
      registers,
    });
    this.#turns = new Counter({
      name: 'parley_bridge_turns_total',
      help: 'Turns that participants had which the hub reaches.',
      labelNames: ['kind'],
      registers,
    });
    this.#spared = new Counter({
      name: 'parley_bridge_calls_spared_total',
      help: 'Calls that were not made because the floor could not be had.',
      labelNames: ['kind'],
      registers,
    });
    this.#tokens = new Counter({
      name: 'parley_bridge_tokens_total',
      help: 'Tokens of calls of models, of prompts (input) and answers (output).',
      labelNames: ['kind', 'direction'],
      registers,
    });
    this.#cost = new Counter({
      name: 'parley_bridge_cost_total',
      help: 'What calls of models cost by the prices that the operator gave.',
      labelNames: ['kind', 'currency'],
      registers,
    });
  }

  called(kind: BridgedKind, purpose: string, outcome: string): void {
    this.#calls.inc({ kind, purpose, outcome });
  }

  turn(kind: BridgedKind): void {
    this.#turns.inc({ kind });
  }

  spared(kind: BridgedKind): void {
    this.#spared.inc({ kind });
  }

  spent(
    kind: BridgedKind,
    { input, output }: { readonly input: number; readonly output: number },
    cost: { readonly value: number; readonly currency: string } | null,
  ): void {
    this.#tokens.inc({ kind, direction: 'input' }, input);
    this.#tokens.inc({ kind, direction: 'output' }, output);
    if (cost) this.#cost.inc({ kind, currency: cost.currency }, cost.value);
  }
}
