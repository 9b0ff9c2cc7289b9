import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Agent } from '@parley/client';
import { openBridging } from './app/bridging.ts';
import type { Outside } from './app/outside.ts';
import { outsideOf } from './app/outside.ts';
import { offersOf } from './bridges/external-ai/services.ts';
import type { BridgeKinds } from './bridges/registry.ts';
import type { RegisteredAgent, RegisterOptions } from './bridges/local/local-agents.ts';
import type { LocalConnection, LocalListener } from './channels/local.ts';
import { History } from './catch-up/history.ts';
import { openSummariser } from './catch-up/open-summariser.ts';
import { OriginPolicy } from './channels/origins.ts';
import type { OpenChannels } from './channels/registry.ts';
import { bufferedBytesOf, connectionsOf, openChannels } from './channels/registry.ts';
import { createServer } from './channels/server.ts';
import { Delivery } from './delivery/delivery.ts';
import { Summaries } from './delivery/summaries.ts';
import { Tick } from './delivery/tick.ts';
import { Egress } from './egress/egress.ts';
import { SystemClock } from './host/clock.system.ts';
import { Host } from './host/host.ts';
import type { Conversations } from './host/submission.ts';
import { Turns } from './host/turns.ts';
import { Health } from './operations/health.ts';
import { InFlight } from './operations/in-flight.ts';
import { createLogger } from './operations/logging.ts';
import type { Logger } from './operations/logging.ts';
import { Metrics } from './operations/metrics.ts';
import { rateLimitsOf } from './operations/rate-limits.ts';
import { operatorTokenOf } from './operations/operator-token.ts';
import type { OperatorToken } from './operations/operator-token.ts';
import type { HubSettings } from './operations/settings.ts';
import type { Clock } from './ports/clock.ts';
import type { EventLog } from './ports/event-log.ts';
import type { Scorer } from './ports/scorer.ts';
import { RelevanceGatherer } from './routing/gatherer.ts';
import { Attendance } from './sessions/attendance.ts';
import { Invites } from './sessions/invites.ts';
import { JoinHandles } from './sessions/join-handle.ts';
import { ephemeralKeys, loadKeys } from './sessions/keys.ts';
import type { SessionParts } from './sessions/parts.ts';
import { Rates } from './sessions/rates.ts';
import { ResumeTokens } from './sessions/resume-token.ts';
import { TaskIds } from './sessions/task-ids.ts';
import { Tokens } from './sessions/tokens.ts';
import { Webhooks } from './sessions/webhooks.ts';
import { MemoryEventLog } from './storage/event-log.memory.ts';
import { openSqliteLog } from './storage/event-log.sqlite.ts';
import { WebhookCaller } from './webhooks/webhook-caller.ts';
import { WebhookSecrets } from './webhooks/webhook-secrets.ts';

/** A running hub. */
export interface Hub {
  /** Address of API, WebSocket and console, such as http://127.0.0.1:8787. */
  readonly url: string;
  readonly port: number;
  /** For whoever started the hub; never logged. */
  readonly operator: OperatorToken;
  /** A connection from within this process, with the same frames and rules as any other. */
  connectLocal(listener: LocalListener): LocalConnection;
  /** Lets an agent of this program take part in a conversation, and come back until it is stopped (LA-1). */
  register(agent: Agent, options: RegisterOptions): RegisteredAgent;
  /** Refuses what is new, tells clients to reconnect (4503), writes what was promised. At most 10 s. */
  stop(): Promise<void>;
}

/** What a program may replace; a test or a simulation does. */
export interface HubParts {
  readonly log?: EventLog;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Stands between the conversations and everything that asks of them. */
  readonly around?: (conversations: Conversations) => Conversations;
  /** Scorers of relevance beside the built-in ones, by names that are registered in core. */
  readonly scorers?: Readonly<Record<string, Scorer>>;
  /** How participants are reached, by kind; beside or instead of the hub's own. */
  readonly bridges?: BridgeKinds;
}

/** For commits in flight, and as much again for snapshots: six of the ten seconds that a stop may take. */
const HOST_STOP_MS = 3_000;
const CONSOLE = fileURLToPath(new URL('../../console/dist', import.meta.url));

/**
 * Starts a hub: opens and checks the log, recovers, listens. Resolves when `/readyz` answers 200.
 * @throws StorageError where the log cannot be used; nothing is left open then.
 */
export async function startHub(settings: HubSettings, given: HubParts = {}): Promise<Hub> {
  const logger = given.logger ?? createLogger(settings.logLevel);
  const clock = given.clock ?? new SystemClock();
  const outside = outsideOf(settings, { clock, environment: process.env, given: given.scorers ?? {} });
  const log = given.log ?? (await openLog(settings, logger));
  try {
    return await assemble(settings, { ...given, log, clock, logger }, outside);
  } catch (error) {
    await log.close();
    throw error;
  }
}

function openLog(settings: HubSettings, logger: Logger): EventLog | Promise<EventLog> {
  return settings.log === 'memory'
    ? new MemoryEventLog()
    : openSqliteLog({ directory: settings.data, logger });
}

async function assemble(
  settings: HubSettings,
  given: HubParts & Required<Pick<HubParts, 'log' | 'clock' | 'logger'>>,
  { scorers, services, credentials }: Outside,
): Promise<Hub> {
  const { log, clock, logger, around = (inner: Conversations) => inner } = given;
  const keys = settings.log === 'memory' ? ephemeralKeys() : await loadKeys(settings.data);
  const operator = await operatorTokenOf(settings);
  const summariser = await openSummariser(settings.summaries, {
    environment: process.env,
    clock,
    told: (outcome, error) => {
      metrics.summaries.modelAnswered(outcome);
      if (outcome !== 'ok') logger.warn({ outcome, err: error }, 'the model for summaries was of no use');
    },
  });
  const health = new Health();
  const running: { channels?: OpenChannels; url: string } = { url: '' };
  const metrics = new Metrics({
    connections: () => connectionsOf(running.channels ?? {}),
    bufferedBytes: () => bufferedBytesOf(running.channels ?? {}),
    attached: () => attendance.size,
    attended: () => delivery.rooms,
    waiting: () => inFlight.waiting,
    turns: () => turns.waiting,
  });
  const turns = new Turns({ clock });
  const host = new Host({
    log,
    clock,
    logger,
    turns,
    metrics: health.watching(metrics.host),
    limits: { stopMs: HOST_STOP_MS },
  });
  const gatherer = new RelevanceGatherer(host, {
    scorers,
    clock,
    timeoutMs: settings.relevance.timeoutMs,
    logger,
    metrics: metrics.scoring,
  });
  const inFlight = new InFlight(gatherer);
  const conversations = around(inFlight);
  const summaries = new Summaries(conversations, summariser);
  // In this order: what a commit brings is on its way before anything else takes note of it.
  const delivery = new Delivery({ conversations, clock, logger, turns });
  const attendance = new Attendance(conversations, clock, turns);
  const history = new History(conversations, summaries, logger);
  const stopWatching = [
    gatherer.watch(),
    metrics.watchDelivery(conversations),
    metrics.watchFloors(conversations),
  ];
  const egress = new Egress({
    policy: { allow: settings.egress.allow, loopback: settings.open },
    clock,
    metrics: metrics.egress,
  });
  const webhookSecrets = new WebhookSecrets(keys.webhookKey);
  const webhooks = new WebhookCaller({
    conversations,
    egress,
    secrets: webhookSecrets,
    clock,
    logger,
    metrics: metrics.webhooks,
    consoleUrl: settings.publicUrl?.replace(/\/$/, '') ?? null,
  });
  const parts: SessionParts = {
    conversations,
    delivery,
    summaries,
    log,
    attendance,
    tokens: new Tokens({ keys, clock, operatorToken: operator.token }),
    resumeTokens: new ResumeTokens(keys.secret),
    invites: new Invites(keys.secret),
    taskIds: new TaskIds(keys.secret),
    webhooks: new Webhooks(egress, webhookSecrets),
    rates: new Rates(rateLimitsOf(settings), clock),
    turns,
    clock,
    logger,
    open: settings.open,
    newId: (prefix) => `${prefix}_${randomBytes(12).toString('base64url')}`,
  };
  const publicUrl = (): string => (settings.publicUrl ?? running.url).replace(/\/$/, '');
  const server = createServer(turns);
  const channels = openChannels({
    parts,
    server,
    tick: new Tick(setImmediate, logger),
    handles: new JoinHandles(keys.secret),
    origins: new OriginPolicy({
      allowed: settings.allowedOrigins,
      ownHosts: [settings.host, ...(settings.publicUrl ? [new URL(settings.publicUrl).hostname] : [])],
      open: settings.open,
    }),
    operations: {
      readiness: () => ({ ...health.readiness() }),
      metrics: () => metrics.expose(),
      offers: () => ({
        services: offersOf(services),
        agents: Object.keys(settings.agents).map((name) => ({ name })),
      }),
    },
    settings: {
      heartbeatMs: settings.heartbeatMs,
      helloMs: settings.helloMs,
      pollLeaseMs: settings.pollLeaseMs,
      callLeaseMs: settings.callLeaseMs,
      consoleDirectory: settings.console ?? CONSOLE,
      publicUrl,
      a2aScripted: settings.a2a.scripted,
    },
  });
  running.channels = channels;

  const bridging = openBridging({
    parts,
    connectLocal: (listener) => channels.local.connect(listener),
    metrics: metrics.bridges,
    reached: {
      ...{ services, egress, credentials, publicUrl },
      agentKeyOrigins: settings.agentKeyOrigins,
      agents: settings.agents,
      printer: process.stderr,
    },
    given: given.bridges ?? {},
  });
  /** Everything but the log, in an order in which nobody is left waiting for somebody who is gone. */
  const close = async (): Promise<void> => {
    await bridging.stop();
    attendance.stop();
    await Promise.all(Object.values(channels).map((channel) => channel.stop()));
    await server.close();
    summaries.close();
    await Promise.all([history.stop(), webhooks.stop(), egress.close()]);
    // The host refuses from its first moment on; then nobody waits for scores any more.
    const hostStopped = host.stop();
    gatherer.stop();
    await hostStopped;
    for (const each of stopWatching) each();
    delivery.close();
  };
  const stop = async (): Promise<void> => {
    health.stopping();
    await close();
    await log.close();
    metrics.stop();
    logger.info({}, 'the hub has stopped');
  };
  try {
    await host.start();
    running.url = await server.listen({ host: settings.host, port: settings.port });
  } catch (error) {
    await close();
    metrics.stop();
    throw error;
  }
  health.started();
  const address = server.server.address();
  const port = typeof address === 'object' && address ? address.port : settings.port;
  logger.info({ url: running.url, log: settings.log, open: settings.open }, 'the hub is ready');
  let stopped: Promise<void> | null = null;
  return {
    url: running.url,
    port,
    operator,
    connectLocal: (listener) => channels.local.connect(listener),
    register: (agent, options) => bridging.agents.register(agent, options),
    stop: () => (stopped ??= stop()),
  };
}
