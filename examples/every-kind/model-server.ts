import { once } from 'node:events';
import type { Server } from '../server.ts';
import { DONE, serve, stream } from '../server.ts';
import { wordsAbout } from './speeches.ts';

interface ChatRequest {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** One answer of the model's, as its server sees it. */
export interface ModelCall {
  /** Pieces that were sent. */
  pieces: number;
  /** Whoever asked went away before the end. */
  wasCutOff: boolean;
  /** Resolves when the connection is done with. */
  readonly closed: Promise<unknown>;
}

export interface ModelServer extends Server {
  readonly calls: ModelCall[];
}

const CHUNK = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model: 'sage' };

/** The OpenAI-compatible chat protocol on this machine. It stops to speak when nobody listens any more. */
export async function startModelServer(): Promise<ModelServer> {
  const calls: ModelCall[] = [];
  const server = await serve(async (_request, response, body) => {
    const { messages } = JSON.parse(body) as ChatRequest;
    const gone = new AbortController();
    const call: ModelCall = { pieces: 0, wasCutOff: false, closed: once(response, 'close') };
    response.once('close', () => {
      call.wasCutOff = !response.writableFinished;
      gone.abort();
    });
    const heard = messages.at(-1)?.content ?? '';
    const count = calls.push(call) - 1;
    try {
      await stream(response, chunks(call, wordsAbout(heard, count, gone.signal)), DONE);
    } catch (error) {
      if (!gone.signal.aborted) throw error;
    }
  });
  return { ...server, calls };
}

async function* chunks(call: ModelCall, words: AsyncIterable<string>): AsyncGenerator<object> {
  for await (const content of words) {
    call.pieces += 1;
    yield { ...CHUNK, choices: [{ index: 0, delta: { content }, finish_reason: null }] };
  }
  yield { ...CHUNK, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
}
