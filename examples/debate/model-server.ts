import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface ChatRequest {
  readonly model: string;
  readonly stream?: boolean;
}

/** What a scripted model wants and says, turn by turn; then it has nothing to add. */
export interface Script {
  /** How much it wants each turn, the question’s included; 0 passes. */
  readonly urgencies: readonly number[];
  readonly speeches: readonly string[];
}

/** Counted by the server, as real ones do; the hub goes by it. */
const USAGE = {
  bid: { prompt_tokens: 400, completion_tokens: 20, total_tokens: 420 },
  turn: { prompt_tokens: 600, completion_tokens: 40, total_tokens: 640 },
};

/**
 * Stands in for a model service, so that the example needs no keys: the OpenAI-compatible chat protocol on
 * this machine, with scripts for wits. Put a real `baseURL` in its place and the debate is a real one.
 */
export async function startModelServer(scripts: Readonly<Record<string, Script>>) {
  const asked = new Map<string, { bids: number; turns: number }>();
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
    const { model, stream = false } = JSON.parse(text) as ChatRequest;
    const script = scripts[model]!;
    const count = asked.get(model) ?? { bids: 0, turns: 0 };
    asked.set(model, count);
    const base = { id: 'chatcmpl-1', created: 0, model };
    if (!stream) {
      const urgency = script.urgencies[count.bids++];
      const bid = urgency === undefined ? { urgency: 0, pass: true } : { urgency, pass: urgency === 0 };
      const message = { role: 'assistant', content: JSON.stringify(bid) };
      const choices = [{ index: 0, message, finish_reason: 'stop' }];
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...base, object: 'chat.completion', choices, usage: USAGE.bid }));
      return;
    }
    const speech = script.speeches[count.turns++] ?? 'I have said what I had to say.';
    response.setHeader('content-type', 'text/event-stream');
    const send = (more: object): void =>
      void response.write(
        `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', ...more })}\n\n`,
      );
    for (const word of speech.split(/(?<= )/)) {
      send({ choices: [{ index: 0, delta: { content: word }, finish_reason: null }] });
    }
    send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    send({ choices: [], usage: USAGE.turn });
    response.end('data: [DONE]\n\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
