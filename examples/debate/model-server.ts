import { DONE, json, serve, stream } from '../server.ts';

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
  const server = await serve(async (_request, response, body) => {
    const { model, stream: streamed = false } = JSON.parse(body) as ChatRequest;
    const script = scripts[model]!;
    const count = asked.get(model) ?? { bids: 0, turns: 0 };
    asked.set(model, count);
    const base = { id: 'chatcmpl-1', created: 0, model };
    if (!streamed) {
      const urgency = script.urgencies[count.bids++];
      const bid = urgency === undefined ? { urgency: 0, pass: true } : { urgency, pass: urgency === 0 };
      const message = { role: 'assistant', content: JSON.stringify(bid) };
      const choices = [{ index: 0, message, finish_reason: 'stop' }];
      json(response, { ...base, object: 'chat.completion', choices, usage: USAGE.bid });
      return;
    }
    const speech = script.speeches[count.turns++] ?? 'I have said what I had to say.';
    await stream(response, chunks({ ...base, object: 'chat.completion.chunk' }, speech), DONE);
  });
  return { baseURL: `${server.url}/v1`, close: server.close };
}

function* chunks(base: object, speech: string): Generator<object> {
  for (const content of speech.split(/(?<= )/)) {
    yield { ...base, choices: [{ index: 0, delta: { content }, finish_reason: null }] };
  }
  yield { ...base, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
  yield { ...base, choices: [], usage: USAGE.turn };
}
