import type { Room, UtteranceLine } from '@parley/client';
import type { BridgeProblem, Variant } from '@parley/core';
import { afterEach } from 'vitest';
import { startHub } from '../../app.ts';
import type { Hub } from '../../app.ts';
import { createLogger } from '../../operations/logging.ts';
import { settingsOf } from '../../operations/settings.ts';
import { moderated, saidByOthers, say, until as untilRoom } from '../moderated.fixture.ts';
import type { ModelServer } from './model-server.fixture.ts';
import { openModelServer } from './model-server.fixture.ts';

/** A hub with a service named `house`, a moderator, and whomever the test brings in. */
export interface Stage {
  readonly hub: Hub;
  readonly server: ModelServer;
  readonly ann: Room;
  /** All that the hub logged. */
  readonly logged: string[];
  bring(settings: object, options?: { engagement?: Variant; displayName?: string }): Promise<string>;
  /** Ann says something; the service's participant is to answer where it was addressed. */
  say(text: string): Promise<void>;
  /** Resolves once the room shows it; a test that waits in vain ends by its time-out. */
  until(shows: (room: Room) => boolean): Promise<void>;
  readonly lines: readonly UtteranceLine[];
  readonly problem: BridgeProblem | null | undefined;
  metrics(): Promise<string>;
  /** The same hub, stopped and started again on its log; it has to have one on disk. */
  restart(): Promise<Hub>;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

export async function stage({
  service = {},
  config = {},
  settings = {},
}: { service?: object; config?: object; settings?: object } = {}): Promise<Stage> {
  const server = await openModelServer();
  closing.push(() => server.close());
  const logged: string[] = [];
  const start = async (): Promise<Hub> => {
    const started = await startHub(
      settingsOf({
        port: 0,
        open: true,
        log: 'memory',
        services: { house: { baseURL: server.baseURL, model: 'wise-1', ...service } },
        ...settings,
      }),
      { logger: createLogger('debug', { write: (line: string) => void logged.push(line) }) },
    );
    closing.push(() => started.stop());
    return started;
  };
  const hub = await start();
  const ann = await moderated(hub, { title: 'Models', config });
  const until = (shows: (room: Room) => boolean): Promise<void> => untilRoom(ann, shows);
  return {
    hub,
    server,
    ann,
    logged,
    until,
    async bring(given, { engagement = { kind: 'whenAddressed' }, displayName = 'Sage' } = {}) {
      const { bridge } = await ann.send('bridge.add', {
        kind: 'externalAI',
        displayName,
        settings: given,
        engagement,
      });
      await until(
        ({ view }) =>
          view.participants.some((each) => each.displayName === displayName) ||
          view.bridges.some((each) => each.bridge === bridge && each.problem !== null),
      );
      return String(bridge);
    },
    say: (text) => say(ann, text),
    get lines() {
      return saidByOthers(ann);
    },
    get problem() {
      return ann.view.bridges[0]?.problem;
    },
    restart: async () => {
      await hub.stop();
      return start();
    },
    metrics: async () => (await fetch(`${hub.url}/metrics`)).text(),
  };
}
