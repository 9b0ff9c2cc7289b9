import type { CallToolResult } from '@modelcontextprotocol/client';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { opinion } from './speeches.ts';

interface Asked {
  readonly kind: 'turn' | 'bid' | 'vote' | 'read' | 'answer';
  readonly candidates?: readonly string[];
}

/** Of the answers, what is used here. */
interface Answer {
  readonly handle: string;
  readonly next: number;
  readonly said: boolean;
  readonly status: string;
  readonly asked: readonly Asked[];
  readonly lines: readonly { readonly addressedToYou?: true }[];
}

/** Takes part by the tools of the hub's MCP server, as a model's own host lets its model do. */
export class McpParticipant {
  readonly displayName = 'Mira';
  /** What came as progress of its calls: others' words while they were said. */
  readonly progress: string[] = [];
  /** Resolves when the conversation is over. */
  readonly done: Promise<void>;
  readonly #client: Client;
  readonly #stop = new AbortController();
  readonly #handle: string;
  #next: number;
  /** What it wants to say, under a name so that it is said once. */
  #thought: { readonly id: string; readonly text: string } | null = null;
  #turns = 0;

  private constructor(client: Client, { handle, next }: Answer) {
    this.#client = client;
    this.#handle = handle;
    this.#next = next;
    this.done = this.#takePart();
  }

  static async join(url: string, conversation: string): Promise<McpParticipant> {
    const client = new Client({ name: 'every-kind', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
    const input = { conversation, displayName: 'Mira' };
    return new McpParticipant(client, answerOf(await client.callTool({ name: 'join', arguments: input })));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.done;
    await this.#client.close();
  }

  async #takePart(): Promise<void> {
    try {
      for (;;) {
        const heard = await this.#use('wait_for_turn', { after: this.#next, waitMs: 10_000 });
        this.#next = heard.next;
        if (heard.status === 'ended') return;
        if (heard.lines.some(({ addressedToYou }) => addressedToYou)) {
          const turn = this.#turns++;
          this.#thought = { id: `thought-${turn}`, text: opinion(turn) };
        }
        for (const asked of heard.asked) await this.#answer(asked);
        while (this.#thought) await this.#say(this.#thought);
      }
    } catch (error) {
      const isOver = error instanceof Refused && error.code === 'conversation.ended';
      if (!isOver && !this.#stop.signal.aborted) throw error;
    }
  }

  async #say(thought: { readonly id: string; readonly text: string }): Promise<void> {
    const { said, asked } = await this.#use('say', { ...thought, waitMs: 10_000 });
    if (said) this.#thought = null;
    else for (const each of asked) await this.#answer(each);
  }

  async #answer({ kind, candidates }: Asked): Promise<void> {
    if (kind === 'bid') await this.#use('bid', this.#thought ? { urgency: 0.6 } : { pass: true });
    if (kind === 'turn' && !this.#thought) await this.#use('release');
    if (kind === 'vote') await this.#use('vote', { choice: candidates?.[0] ?? 'abstain' });
  }

  async #use(name: string, input: object = {}): Promise<Answer> {
    const result = await this.#client.callTool(
      { name, arguments: { handle: this.#handle, ...input } },
      { onprogress: ({ message = '' }) => this.progress.push(message), signal: this.#stop.signal },
    );
    // Its turn, the window or the ballot may be over by now.
    if (result.isError && LATE.has(name)) return { ...NOTHING, next: this.#next };
    return answerOf(result);
  }
}

const LATE: ReadonlySet<string> = new Set(['bid', 'release', 'vote']);
const NOTHING: Answer = { handle: '', next: 0, said: false, status: '', asked: [], lines: [] };

class Refused extends Error {
  readonly code: string;

  constructor({ code, message }: { readonly code: string; readonly message: string }) {
    super(message);
    this.code = code;
  }
}

function answerOf({ isError, structuredContent }: CallToolResult): Answer {
  if (isError) throw new Refused((structuredContent as { error: Refused }).error);
  return structuredContent as Answer;
}
