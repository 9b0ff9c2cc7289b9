import type { CommandData, ConversationId, Op } from '@parley/core';
import { HostWorld } from '../host/host.fixture.ts';
import type { Outcome, Submission } from '../host/submission.ts';
import type { ListenerProfile, ScoredUtterance, Scorer, Scores } from '../ports/scorer.ts';
import { RelevanceGatherer } from './gatherer.ts';

/** Gives the scores that it is told to give, when it is told to. */
export class HeldScorer implements Scorer {
  readonly asked: { readonly utterance: ScoredUtterance; readonly listeners: readonly ListenerProfile[] }[] =
    [];
  scores: Readonly<Record<string, number>> = {};
  failure: Error | null = null;
  #held: { promise: Promise<void>; resolve: () => void } | null = null;

  async score(utterance: ScoredUtterance, listeners: readonly ListenerProfile[]): Promise<Scores> {
    this.asked.push({ utterance, listeners });
    await this.#held?.promise;
    if (this.failure) throw this.failure;
    return new Map(listeners.map(({ id }) => [id, this.scores[id] ?? 0]));
  }

  hold(): () => void {
    const held = Promise.withResolvers<void>();
    this.#held = held;
    return () => {
      this.#held = null;
      held.resolve();
    };
  }
}

/** A host behind a gatherer whose scorer is in the test's hands. */
export class GatheredWorld {
  readonly world: HostWorld;
  readonly scorer = new HeldScorer();
  readonly gatherer: RelevanceGatherer;
  readonly outcomes: string[] = [];
  readonly warnings: object[] = [];
  readonly unwatch: () => void;

  constructor(world = new HostWorld()) {
    this.world = world;
    const note = (details: object): number => this.warnings.push(details);
    this.gatherer = new RelevanceGatherer(world.host, {
      scorers: new Map([['lexical', this.scorer]]),
      clock: world.clock,
      timeoutMs: 500,
      logger: { warn: note, error: note },
      metrics: { scored: (scorer, outcome) => this.outcomes.push(`${scorer} ${outcome}`) },
    });
    this.unwatch = this.gatherer.watch();
  }

  submit<O extends Op>(
    conversation: ConversationId,
    who: string | null,
    op: O,
    data: CommandData[O],
    more: Partial<Submission<O>> = {},
  ): Promise<Outcome> {
    const author = { participant: who, steward: who === null };
    return this.gatherer.submit(conversation, { op, data, author, ...more });
  }

  /** Each member is interested in what it is called. */
  async create(id: ConversationId, members: readonly string[], routing: object): Promise<void> {
    await this.world.create(id, [], { routing });
    for (const member of members) await this.join(id, member, [`all about ${member}`]);
  }

  async join(
    id: ConversationId,
    participant: string,
    interests: readonly string[],
    capabilities: readonly string[] = [],
  ): Promise<void> {
    await this.submit(id, null, 'conversation.join', {
      participant,
      principal: `sub_${participant}`,
      kind: 'human',
      displayName: participant,
      roles: ['participant'],
      capabilities,
      topics: [],
      interests,
      metadata: {},
      verified: false,
    });
  }

  /** Takes the floor; gives the grant. */
  async take(id: ConversationId, who: string, preview?: string): Promise<number> {
    const outcome = await this.submit(id, who, 'floor.request', preview === undefined ? {} : { preview });
    if (!outcome.ok || typeof outcome.data['grant'] !== 'number') throw new Error(JSON.stringify(outcome));
    return outcome.data['grant'];
  }

  /** Who heard the utterance with this text; undefined where it is not in the log. */
  async audienceOf(id: ConversationId, text: string): Promise<unknown> {
    const { events } = await this.world.host.readEvents(id, 0, { limit: 1_000, maxBytes: 1_000_000 });
    return events.find(({ json }) => json.includes(JSON.stringify(text)))?.audience;
  }
}
