import type { EphemeralEventData, Millis, State } from '@parley/core';
import { memberById } from '@parley/core';
import { hears } from '../../delivery/chain.ts';
import type { Commit } from '../../host/submission.ts';
import type { ToolCall } from './call.ts';
import type { Member } from '../calling/member.ts';

/** How often a waiting client is told that the call goes on, so that it does not give up. */
const BEAT_MS: Millis = 5_000;
/** What is said within it comes as one notification. */
const GATHER_MS: Millis = 100;
/** Streamed text of one call; beyond it there are beats only, and the whole utterances in the answer. */
const CHARACTERS_MAX = 256 * 1024;

/**
 * Keeps a waiting client company: with a beat, and with what the others say as they say it (their streamed
 * speech, if the member hears it). Returns how to end it.
 */
export function accompany(call: ToolCall, { conversation, participant }: Member): () => void {
  const { parts, waiters } = call.context;
  const speech = new Gathered(call);
  let cancelBeat = (): void => undefined;
  const beat = (): void => {
    call.progress('waiting');
    cancelBeat = parts.clock.after(BEAT_MS, beat);
  };
  cancelBeat = parts.clock.after(BEAT_MS, beat);
  const stopListening = waiters.listen(conversation, ({ events, state }: Commit) => {
    for (const { type, audience, by, json } of events) {
      if (type !== 'speech.delta' || by === participant || !hears(audience, participant)) continue;
      const { data } = JSON.parse(json) as { data: EphemeralEventData['speech.delta'] };
      speech.add(data, state);
    }
  });
  return () => {
    cancelBeat();
    stopListening();
    speech.end();
  };
}

/** Pieces of speech on their way to one client. */
class Gathered {
  readonly #call: ToolCall;
  /** Of {@link #speaker}, not sent yet. */
  #text = '';
  #speaker = '';
  #characters = 0;
  #cancel: (() => void) | null = null;

  constructor(call: ToolCall) {
    this.#call = call;
  }

  add({ participant, text }: EphemeralEventData['speech.delta'], state: State): void {
    const speaker = memberById(state, participant)?.profile.displayName ?? participant;
    if (speaker !== this.#speaker) this.#send();
    this.#speaker = speaker;
    this.#characters += text.length;
    if (this.#characters > CHARACTERS_MAX) return;
    this.#text += text;
    this.#cancel ??= this.#call.context.parts.clock.after(GATHER_MS, () => this.#send());
  }

  end(): void {
    this.#send();
  }

  #send(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#text !== '') this.#call.progress(`${this.#speaker}: ${this.#text}`);
    this.#text = '';
  }
}
