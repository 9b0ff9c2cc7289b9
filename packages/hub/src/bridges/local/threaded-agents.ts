import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { LocalAgentSettings } from '../../operations/participant-settings.ts';
import type { BridgeKind, BridgeRequest, Reached } from '../bridge.ts';
import { BridgeError } from '../bridge.ts';
import { ThreadError } from './agent-thread.ts';
import type { AgentContext, ThreadStart } from './thread-protocol.ts';
import { ThreadedAgent } from './threaded-agent.ts';

/** Each takes some ten megabytes and a share of the processor before it does anything. */
const THREADS_MAX = 64;
const STACK_MB = 4;

/** Where what agents print goes: standard output belongs to whoever runs the hub. */
export type Printer = Pick<NodeJS.WritableStream, 'write'> & { readonly writableNeedDrain?: boolean };

/** Agents of modules that the operator named, each in a thread of its own for each bridge (LA-1). */
export class ThreadedAgents implements BridgeKind<'localAgent'> {
  readonly kind = 'localAgent';
  readonly #agents: Readonly<Record<string, LocalAgentSettings>>;
  readonly #printer: Printer;
  #threads = 0;

  constructor(agents: Readonly<Record<string, LocalAgentSettings>>, printer: Printer) {
    this.#agents = agents;
    this.#printer = printer;
  }

  async open(request: BridgeRequest<'localAgent'>): Promise<Reached> {
    const { agent: name } = request.settings;
    const settings = Object.hasOwn(this.#agents, name) ? this.#agents[name] : undefined;
    if (!settings) throw new BridgeError('request.invalid', `This hub has no agent named ${name}.`);
    if (this.#threads >= THREADS_MAX) {
      throw new BridgeError(
        'agent.unreachable',
        `This hub runs ${THREADS_MAX} agents in threads, and no more.`,
      );
    }
    this.#threads += 1;
    try {
      const agent = await this.#started(request, settings);
      return {
        agent,
        readiness: agent,
        profile: {},
        close: async () => {
          this.#threads -= 1;
          await agent.close();
        },
      };
    } catch (error) {
      this.#threads -= 1;
      throw error;
    }
  }

  async #started(
    { conversation, bridge, clock, signal, metrics, report, failed }: BridgeRequest<'localAgent'>,
    settings: LocalAgentSettings,
  ): Promise<ThreadedAgent> {
    try {
      const options = {
        start: (port: MessagePort, context: AgentContext) => this.#worker(settings, port, context),
        context: { conversation, displayName: bridge.displayName },
        turnMs: settings.turnMs,
        clock,
        metrics,
        report,
        failed,
      };
      return await ThreadedAgent.start(options, signal);
    } catch (error) {
      if (!(error instanceof ThreadError)) throw error;
      const message = 'The agent’s module does not start; the log of the hub says why.';
      throw new BridgeError('agent.unreachable', message, { cause: error });
    }
  }

  #worker({ module, memoryMb }: LocalAgentSettings, port: MessagePort, context: AgentContext): Worker {
    const start: ThreadStart = { module: pathToFileURL(path.resolve(module)).href, port, context };
    const source = new URL('./agent-worker.ts', import.meta.url);
    const file = import.meta.url.endsWith('.ts') ? source : new URL(source.href.replace(/ts$/, 'js'));
    const worker = new Worker(file, {
      workerData: start,
      transferList: [port],
      name: `parley-agent-${context.displayName}`,
      resourceLimits: {
        maxOldGenerationSizeMb: memoryMb,
        maxYoungGenerationSizeMb: Math.max(4, Math.floor(memoryMb / 8)),
        stackSizeMb: STACK_MB,
      },
      stdout: true,
      stderr: true,
    });
    for (const output of [worker.stdout, worker.stderr]) {
      // What cannot be printed as fast as it comes is left out.
      output.on('data', (chunk: Buffer) => {
        if (this.#printer.writableNeedDrain !== true) this.#printer.write(chunk);
      });
    }
    return worker;
  }
}
