import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { FRAME_BYTES_MAX } from '@parley/protocol';
import type { Agent } from '@parley/client';
import { LocalAgents } from './bridges/local/local-agents.ts';
import type { RegisteredAgent, RegisterOptions } from './bridges/local/local-agents.ts';
import type { LocalConnection, LocalListener } from './channels/local.ts';
import { OriginPolicy } from './channels/origins.ts';
import type { OpenChannels } from './channels/registry.ts';
import { openChannels } from './channels/registry.ts';
import { Delivery } from './delivery/delivery.ts';
import { Tick } from './delivery/tick.ts';
import { SystemClock } from './host/clock.system.ts';
import { Host } from './host/host.ts';
import type { Conversations } from './host/submission.ts';
import { Health } from './operations/health.ts';
import { InFlight } from './operations/in-flight.ts';
import { createLogger } from './operations/logging.ts';
import type { Logger } from './operations/logging.ts';
import { Metrics } from './operations/metrics.ts';
import { operatorTokenOf } from './operations/operator-token.ts';
import type { OperatorToken } from './operations/operator-token.ts';
import type { HubSettings } from './operations/settings.ts';
import type { Clock } from './ports/clock.ts';
import type { EventLog } from './ports/event-log.ts';
import { Attendance } from './sessions/attendance.ts';
import { Invites } from './sessions/invites.ts';
import { ephemeralKeys, loadKeys } from './sessions/keys.ts';
import type { SessionParts } from './sessions/parts.ts';
import type { RateLimits } from './sessions/rates.ts';
import { Rates } from './sessions/rates.ts';
import { ResumeTokens } from './sessions/resume-token.ts';
import { Tokens } from './sessions/tokens.ts';
import { MemoryEventLog } from './storage/event-log.memory.ts';
import { openSqliteLog } from './storage/event-log.sqlite.ts';

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
}

/** Half of what a stop may take: commits in flight get it, then snapshots. */
const HOST_STOP_MS = 3_000;
/** Longer than any connection lasts without the agent coming back for a new one. */
const LOCAL_TOKEN_SECONDS = 30 * 24 * 3_600;
const CONSOLE = fileURLToPath(new URL('../../console/dist', import.meta.url));

/**
 * Starts a hub: opens and checks the log, recovers, listens. Resolves when `/readyz` answers 200.
 * @throws StorageError where the log cannot be used; nothing is left open then.
 */
export async function startHub(settings: HubSettings, given: HubParts = {}): Promise<Hub> {
  const logger = given.logger ?? createLogger(settings.logLevel);
  const clock = given.clock ?? new SystemClock();
  const log = given.log ?? (await openLog(settings, logger));
  try {
    return await assemble(settings, { log, clock, logger, around: given.around ?? ((inner) => inner) });
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

async function assemble(settings: HubSettings, core: Required<HubParts>): Promise<Hub> {
  const { log, clock, logger, around } = core;
  const keys = settings.log === 'memory' ? ephemeralKeys() : await loadKeys(settings.data);
  const operator = await operatorTokenOf(settings);
  const health = new Health();
  const running: { channels?: OpenChannels; url: string } = { url: '' };
  const metrics = new Metrics({
    connections: () => eachChannel(running.channels, (channel) => channel.connections),
    bufferedBytes: () =>
      Object.values(eachChannel(running.channels, (channel) => channel.bufferedBytes)).reduce(sum, 0),
    attached: () => attendance.size,
    attended: () => delivery.rooms,
    waiting: () => inFlight.waiting,
  });
  const host = new Host({
    log,
    clock,
    logger,
    metrics: {
      ...metrics.host,
      // DG-2: a log that refuses is a problem until it takes something again.
      appended: (records, events, tookMs) => {
        health.report('log', null);
        metrics.host.appended?.(records, events, tookMs);
      },
      appendFailed: (reason) => {
        if (reason === 'storage') health.report('log', 'The log cannot be written.');
        metrics.host.appendFailed?.(reason);
      },
    },
    limits: { stopMs: HOST_STOP_MS },
  });
  const inFlight = new InFlight(host);
  const conversations = around(inFlight);
  // In this order: what a commit brings is on its way before anything else takes note of it.
  const delivery = new Delivery({ conversations, clock, logger });
  const attendance = new Attendance(conversations, clock);
  const stopWatching = [metrics.watchDelivery(conversations), metrics.watchFloors(conversations)];
  const parts: SessionParts = {
    conversations,
    delivery,
    log,
    attendance,
    tokens: new Tokens({ keys, clock, operatorToken: operator.token }),
    resumeTokens: new ResumeTokens(keys.secret),
    invites: new Invites(keys.secret),
    rates: new Rates(rateLimits(settings), clock),
    clock,
    logger,
    open: settings.open,
    newId: (prefix) => `${prefix}_${randomBytes(12).toString('base64url')}`,
  };
  const server = createServer();
  const channels = openChannels({
    parts,
    server,
    tick: new Tick(),
    origins: new OriginPolicy({
      allowed: settings.allowedOrigins,
      ownHosts: [settings.host, ...(settings.publicUrl ? [new URL(settings.publicUrl).hostname] : [])],
      open: settings.open,
    }),
    operations: {
      readiness: () => ({ ...health.readiness() }),
      metrics: () => metrics.expose(),
    },
    settings: {
      heartbeatMs: settings.heartbeatMs,
      helloMs: settings.helloMs,
      pollLeaseMs: settings.pollLeaseMs,
      consoleDirectory: settings.console ?? CONSOLE,
      publicUrl: () => (settings.publicUrl ?? running.url).replace(/\/$/, ''),
    },
  });
  running.channels = channels;

  const agents = new LocalAgents({
    transport: (listener) => channels.local.connect(listener),
    issueToken: (subject) =>
      parts.tokens.issue({
        subject,
        kinds: ['localAgent'],
        scopes: ['join'],
        ttlSeconds: LOCAL_TOKEN_SECONDS,
      }),
    clock,
    failed: (agent, error) => logger.warn({ agent, err: error }, 'a local agent failed'),
  });
  const stop = async (): Promise<void> => {
    health.stopping();
    await agents.stop();
    attendance.stop();
    await Promise.all(Object.values(channels).map((channel) => channel.stop()));
    await server.close();
    await host.stop();
    for (const each of stopWatching) each();
    delivery.close();
    await log.close();
    metrics.stop();
    logger.info({}, 'the hub has stopped');
  };
  try {
    await host.start();
    running.url = await server.listen({ host: settings.host, port: settings.port });
  } catch (error) {
    attendance.stop();
    await Promise.all(Object.values(channels).map((channel) => channel.stop()));
    await server.close();
    await host.stop();
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
    register: (agent, options) => agents.register(agent, options),
    stop: () => (stopped ??= stop()),
  };
}

/** One port for everything. Frames and bodies have the same bound. */
function createServer(): FastifyInstance {
  return fastify({
    bodyLimit: FRAME_BYTES_MAX,
    forceCloseConnections: true,
    // A request has to arrive within this time; how long its answer may take is another matter.
    requestTimeout: 30_000,
    keepAliveTimeout: 75_000,
    routerOptions: { maxParamLength: 200 },
  });
}

function rateLimits({ limits }: HubSettings): RateLimits {
  return {
    commands: { perSecond: limits.commandsPerSecond, burst: limits.commandsBurst },
    joins: { perSecond: limits.joinsPerSecond, burst: limits.joinsPerSecond },
    backchannels: { perSecond: limits.backchannelsPerSecond, burst: limits.backchannelsPerSecond },
    failures: { perSecond: limits.failuresPerMinute / 60, burst: limits.failuresPerMinute },
    connectionsPerPrincipal: limits.connectionsPerPrincipal,
    connectionsPerAddress: limits.connectionsPerAddress,
    connectionsFromLoopback: limits.connectionsFromLoopback,
    heldMs: limits.heldMs,
  };
}

function eachChannel<T>(
  channels: OpenChannels | undefined,
  read: (channel: OpenChannels[keyof OpenChannels]) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(channels ?? {}).map(([name, channel]) => [name, read(channel)]));
}

const sum = (a: number, b: number): number => a + b;
