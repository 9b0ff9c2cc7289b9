import { HUB } from '@parley/core';
import type { BridgeMetrics } from '../bridges/bridge.ts';
import { LocalAgents } from '../bridges/local/local-agents.ts';
import type { ParticipationParts } from '../bridges/participation.ts';
import { pause } from '../bridges/pause.ts';
import type { BridgeKinds, BridgeParts } from '../bridges/registry.ts';
import { bridgeKinds } from '../bridges/registry.ts';
import { BridgeSupervisor } from '../bridges/supervisor.ts';
import type { LocalChannel } from '../channels/local.ts';
import type { SessionParts } from '../sessions/parts.ts';
import { Telling } from './telling.ts';

/** Longer than any connection lasts without the agent coming back for a new one. */
const LOCAL_TOKEN_SECONDS = 30 * 24 * 3_600;

/** To give the floor back and let go of what it holds; whoever takes longer is left behind, and the hub stops. */
const STOP_MS = 3_000;

export interface BridgingParts {
  readonly parts: Pick<SessionParts, 'conversations' | 'tokens' | 'clock' | 'logger'>;
  readonly connectLocal: LocalChannel['connect'];
  readonly metrics: BridgeMetrics;
  /** With what the hub's own kinds reach participants. */
  readonly reached: BridgeParts;
  /** Kinds beside or instead of the hub's own. */
  readonly given: BridgeKinds;
}

/** Participants that the hub runs or reaches by itself. */
export interface Bridging {
  /** Those of the host application. */
  readonly agents: LocalAgents;
  /** All give back what they hold, and stay members to come back to. Waits 3 s for them at most. */
  stop(): Promise<void>;
}

/** Opens the hub's own ways to participants: clients over the in-process channel, and no more. */
export function openBridging({ parts, connectLocal, metrics, reached, given }: BridgingParts): Bridging {
  const { conversations, tokens, clock, logger } = parts;
  const participation: ParticipationParts = {
    transport: connectLocal,
    issueToken: ({ subject, kind, ...described }) =>
      tokens.issue({
        subject,
        kinds: [kind],
        scopes: ['join'],
        described,
        ttlSeconds: LOCAL_TOKEN_SECONDS,
      }),
    clock,
    failed: (agent, error) => logger.warn({ agent, err: error }, 'an agent failed'),
  };
  const agents = new LocalAgents(participation);
  const telling = new Telling(conversations, clock, logger);
  const bridges = new BridgeSupervisor({
    ...participation,
    kinds: { ...bridgeKinds(reached), ...given },
    metrics,
    report: (conversation, bridge, problem) =>
      telling.tell(conversation, bridge, { op: 'bridge.report', data: { bridge, problem }, author: HUB }),
    removed: (conversation, bridge) =>
      telling.tell(conversation, bridge, { op: 'bridge.remove', data: { bridge }, author: HUB }),
  });
  const stopObserving = conversations.subscribe(({ conversation, state }) =>
    bridges.observe(conversation, state.bridges, state.status === 'ended' || state.status === 'archived'),
  );
  return {
    agents,
    stop: async () => {
      stopObserving();
      telling.stop();
      const left = new AbortController();
      const leaving = Promise.all([agents.stop(), bridges.stop()]).then(() => left.abort());
      await Promise.race([leaving, pause(clock, STOP_MS, left.signal)]);
      if (!left.signal.aborted) logger.warn({}, 'participants of this hub did not leave in time');
    },
  };
}
