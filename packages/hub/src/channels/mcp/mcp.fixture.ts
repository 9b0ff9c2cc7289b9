import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Hub } from '../../app.ts';

/** The newest revision of the protocol, and the one before it. */
export const REVISIONS = { '2026-07-28': { pin: '2026-07-28' }, '2025-11-25': 'legacy' } as const;
export type Revision = keyof typeof REVISIONS;

// Tests read answers freely; what they find there is what they assert.
// oxlint-disable-next-line typescript/no-explicit-any
export type ToolAnswer = Record<string, any>;

/** A model's host: the protocol's own client over a real socket. */
export class ModelHost {
  readonly client: Client;
  readonly progress: string[] = [];
  handle = '';
  participant = '';
  next = 0;

  private constructor(client: Client) {
    this.client = client;
  }

  static async connect(hub: Hub, revision: Revision = '2026-07-28', token?: string): Promise<ModelHost> {
    const client = new Client(
      { name: 'test', version: '1.0.0' },
      { versionNegotiation: { mode: REVISIONS[revision] } },
    );
    const authProvider = token === undefined ? {} : { authProvider: { token: async () => token } };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${hub.url}/mcp`), authProvider));
    return new ModelHost(client);
  }

  /** Whatever the tool says, a refusal too. */
  async ask(name: string, input: ToolAnswer = {}, signal?: AbortSignal): Promise<ToolAnswer> {
    const result = await this.client.callTool(
      { name, arguments: input },
      { onprogress: ({ message }) => this.progress.push(message ?? ''), ...(signal && { signal }) },
    );
    const [content] = result.content as { text: string }[];
    const told = result.structuredContent as ToolAnswer;
    if (JSON.stringify(told) !== content?.text) throw new Error(`text and data differ: ${content?.text}`);
    return told;
  }

  /** As the participant that it is; a refusal fails the test. */
  async use(name: string, input: ToolAnswer = {}, signal?: AbortSignal): Promise<ToolAnswer> {
    const answer = await this.ask(name, { ...(this.handle && { handle: this.handle }), ...input }, signal);
    if (answer['error']) throw new Error(`${name}: ${JSON.stringify(answer['error'])}`);
    this.next = answer['next'] ?? this.next;
    return answer;
  }

  async join(conversation: string, displayName: string, more: ToolAnswer = {}): Promise<ToolAnswer> {
    this.handle = '';
    const answer = await this.use('join', { conversation, displayName, ...more });
    this.handle = answer['handle'];
    this.participant = answer['you'].id;
    return answer;
  }

  /** Until something is asked of it. */
  async wait(waitMs = 10_000): Promise<ToolAnswer> {
    return this.use('wait_for_turn', { after: this.next, waitMs });
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

export const said = (answer: ToolAnswer): string[] =>
  (answer['lines'] as ToolAnswer[])
    .filter((line) => 'said' in line)
    .map((line) => `${line['by'].name}: ${line['said']}`);
