import { fileURLToPath } from 'node:url';
import type { Room } from '@parley/client';
import type { Variant } from '@parley/core';
import { A2aParticipant } from './a2a-client.ts';
import { startA2aAgent } from './a2a-agent.ts';
import type { A2aAgent } from './a2a-agent.ts';
import { until } from './host.ts';
import { McpParticipant } from './mcp-client.ts';
import type { ModelServer } from './model-server.ts';
import { startModelServer } from './model-server.ts';
import { startOldA2aAgent } from './old-a2a-agent.ts';

/** Who takes part beside the human, and how. */
export const KINDS: Readonly<Record<string, string>> = {
  Clerk: 'an agent in a thread of the hub',
  Sage: 'a model service, by the OpenAI-compatible protocol',
  Atlas: 'a remote A2A agent, protocol 1.0',
  Almanac: 'a remote A2A agent, protocol 0.3',
  Ada: 'an A2A client, by the conversation’s card',
  Mira: 'an MCP client',
};

/** Each strategy, with waits that fit a conversation of seconds. */
export const STRATEGIES: readonly Variant[] = [
  { kind: 'sequential' },
  { kind: 'roundRobin' },
  { kind: 'priority' },
  { kind: 'bidding', bidWindowMs: 400 },
  { kind: 'consensus', votingPeriodMs: 400 },
  { kind: 'concurrent', maxSimultaneous: 3 },
];

/** What is outside of the hub before anybody is brought in. */
export interface Outside {
  readonly model: ModelServer;
  readonly atlas: A2aAgent;
  /** For the hub: which model and which module there are. */
  readonly settings: object;
  /** Brings all of them in; `host` is a human moderator. */
  bringIn(url: string, host: Room): Promise<Guests>;
  close(): void;
}

/** Those who come in by themselves. */
export interface Guests {
  readonly ada: A2aParticipant;
  readonly mira: McpParticipant;
  close(): Promise<void>;
}

export async function openOutside(): Promise<Outside> {
  const model = await startModelServer();
  const atlas = await startA2aAgent();
  const almanac = await startOldA2aAgent();
  const clerk = { module: fileURLToPath(new URL('clerk.ts', import.meta.url)) };
  return {
    model,
    atlas,
    settings: { services: { sage: { baseURL: `${model.url}/v1`, model: 'sage' } }, agents: { clerk } },
    async bringIn(url, host) {
      const bring = (kind: string, displayName: string, settings: object) =>
        host.send('bridge.add', { kind, displayName, settings, engagement: { kind: 'whenAddressed' } });
      await bring('localAgent', 'Clerk', { agent: 'clerk' });
      await bring('externalAI', 'Sage', { service: 'sage', instructions: 'Say what a neighbour is to you.' });
      await bring('a2aAgent', 'Atlas', { card: atlas.url });
      await bring('a2aAgent', 'Almanac', { card: almanac.url });
      const ada = await A2aParticipant.join(url, host.id);
      const mira = await McpParticipant.join(url, host.id);
      const missing = () =>
        Object.keys(KINDS).filter((name) =>
          host.view.participants.every(({ displayName }) => displayName !== name),
        );
      await until(
        host,
        () => missing().length === 0,
        () => `${missing().join(', ')} did not come`,
      );
      return {
        ada,
        mira,
        close: async () => void (await Promise.all([ada.close(), mira.close()])),
      };
    },
    close() {
      for (const server of [model, atlas, almanac]) server.close();
    },
  };
}
