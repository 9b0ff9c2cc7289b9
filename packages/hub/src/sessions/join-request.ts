import type { ConversationId } from '@parley/core';
import type { WireData } from '@parley/protocol';
import type { Caller } from './caller.ts';
import type { Place } from './membership.ts';

/** A wish to take part, from whatever channel. */
export interface JoinRequest {
  readonly caller: Caller;
  readonly address: string;
  readonly conversation: ConversationId;
  readonly data: WireData<'conversation.join'>;
  /** The frame's id, where the channel has one: a repeated join gets its first answer. */
  readonly id?: string;
  /** Whose events shall go where. */
  readonly place: Place;
  /** Nobody waits for the answer any more. */
  readonly gone?: () => boolean;
}
