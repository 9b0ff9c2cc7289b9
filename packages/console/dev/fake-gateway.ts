import type { Connection, HubHttp, Room } from '@parley/client';
import { ParleyError } from '@parley/client';
import type { Gateway } from '../src/session/gateway.ts';
import { fakeRoom } from './fake-room.ts';
import { CONFIG_SCHEMA } from './schema.ts';
import type { Scene } from './stage-view.ts';
import { fakeSummaries } from './summaries.ts';

/** A hub made of one scene: shows it, and takes every command without effect. */
export function fakeGateway(scene: Scene): Gateway {
  const connection: Connection = {
    principal: 'guest_1',
    token: undefined,
    status: scene.status,
    closeError: null,
    onStatus: () => () => {},
    serverNow: () => Date.now(),
    join: async (): Promise<Room> => fakeRoom(scene),
    close: async () => {},
  };
  const refused = (code: string): never => {
    throw new ParleyError({ code, message: code });
  };
  const hub: Partial<HubHttp> = {
    listConversations: async () => {
      if (scene.lobby === 'locked') refused('auth.required');
      if (scene.lobby === 'failed') refused('client.connection_failed');
      return { conversations: scene.lobby === 'full' ? fakeSummaries() : [], cursor: null };
    },
    getConversation: async () => ({ ...scene.view, speaking: [] }),
    services: async () => ({
      services: [{ name: 'house', provider: 'openai-compatible', model: 'qwen3-32b' }],
      agents: [{ name: 'minutes' }],
    }),
    createInvite: async () => ({ code: 'inv_fixture', url: '' }),
    fairness: async () => ({
      participants: scene.view.contributions.map((row) => ({
        ...row,
        demandMs: row.speakingMs + row.waitingMs,
        fairShare: row.speakingMs / Math.max(1, row.speakingMs + row.waitingMs),
        recentShare: 0.2,
      })),
      jain: 0.8123,
      gini: 0.2917,
      evenness: 0.9032,
    }),
    events: async () => ({ epoch: 'e', events: [], next: 0 }),
  };
  return {
    connect: async () => connection,
    http: () => hub as HubHttp,
    configSchema: async () => ({ schema: CONFIG_SCHEMA, root: CONFIG_SCHEMA }),
  };
}
