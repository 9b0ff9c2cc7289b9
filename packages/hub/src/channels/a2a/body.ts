import { guardJson, toSpeakableText } from '@parley/protocol';
import type { ValueProblem } from '@parley/protocol';

/**
 * What the rules of every input (security.md) say about a body. Its message's texts are what some agent or
 * model wrote: what cannot be said in them is left out, as it is of a model's answer; anywhere else it is
 * refused.
 */
export function readBody(body: unknown): { readonly body: unknown } | { readonly problem: ValueProblem } {
  const speakable = withSpeakableTexts(body);
  const problem = guardJson(speakable);
  return problem ? { problem } : { body: speakable };
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `params.message.parts[].text` of JSON-RPC, `message.parts[].text` of HTTP+JSON. */
function withSpeakableTexts(body: unknown): unknown {
  if (!isObject(body)) return body;
  if (isObject(body['params'])) return { ...body, params: withSpeakableTexts(body['params']) };
  const { message } = body;
  if (!isObject(message) || !Array.isArray(message['parts'])) return body;
  const parts = message['parts'].map((part: unknown) =>
    isObject(part) && typeof part['text'] === 'string'
      ? { ...part, text: toSpeakableText(part['text']) }
      : part,
  );
  return { ...body, message: { ...message, parts } };
}
