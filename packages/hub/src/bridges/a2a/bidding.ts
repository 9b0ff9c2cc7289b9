import type { Room } from '@parley/client';
import type { ConversationView, Millis, Seq } from '@parley/core';
import type { BridgeRequest } from '../bridge.ts';
import type { AgentFault } from './agent-fault.ts';
import { faultOf } from './agent-fault.ts';
import type { RemoteAgent } from './remote-agent.ts';
import { note, tell } from './saying.ts';
import type { Wish } from './wish.ts';
import { wishIn } from './wish.ts';

export interface BiddingParts extends Pick<BridgeRequest<'a2aAgent'>, 'conversation' | 'clock' | 'metrics'> {
  readonly bidMs: Millis;
}

/** So much of what was said last as a short question can hold. */
const LINES = 8;

/**
 * Asks an agent how much it wants the next turn. A2A knows no such question, so it is put in words, in a
 * remote context of its own: the agent's memory of the conversation has no bids in it.
 */
export class Bidding {
  readonly #parts: BiddingParts;
  #context = '';
  #asked: AbortController | null = null;

  constructor(parts: BiddingParts) {
    this.#parts = parts;
  }

  /** Its wish; null for none, and for whatever is no bid. A fault is told, and counts as none. */
  async ask(
    remote: RemoteAgent,
    { room, view, heard }: { readonly room: Room; readonly view: ConversationView; readonly heard: Seq },
    told: (fault: AgentFault | null) => void,
  ): Promise<Wish | null> {
    const { conversation, clock, metrics, bidMs } = this.#parts;
    // An answer to the one before would come too late: it was about a turn that is over.
    this.stop();
    const asked = (this.#asked = new AbortController());
    const stopTimer = clock.after(bidMs, () => asked.abort());
    const saying = {
      messageId: `${conversation}/bid/${view.seq}`,
      contextId: this.#context,
      taskId: '',
      referenceTaskIds: [],
      parts: [...tell(room, heard).parts.slice(-LINES), note(questionIn(view))],
      metadata: { conversation, purpose: 'bid', participant: room.me },
    };
    try {
      const answer = await remote.ask(saying, asked.signal);
      const { payload } = answer;
      if (payload?.$case === 'message' || payload?.$case === 'task') this.#context = payload.value.contextId;
      metrics.called('a2aAgent', 'bid', 'ok');
      told(null);
      return wishIn(answer);
    } catch (error) {
      metrics.called('a2aAgent', 'bid', asked.signal.aborted ? 'aborted' : 'failed');
      if (!asked.signal.aborted) told(faultOf(error));
      return null;
    } finally {
      stopTimer();
    }
  }

  stop(): void {
    this.#asked?.abort();
  }

  /** The agent does not remember. */
  beginAnew(): void {
    this.#context = '';
  }
}

const questionIn = ({ context }: ConversationView): string =>
  [
    'This is not your turn. How much do you want the next one?',
    ...(context.topic === null ? [] : [`The topic is: ${context.topic}.`]),
    'Answer with nothing but JSON: {"urgency": a number from 0 to 1, "preview": in one short line what you would say},',
    'or {"pass": true} if you have nothing to say.',
  ].join(' ');
