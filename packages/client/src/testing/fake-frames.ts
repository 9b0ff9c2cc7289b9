import type { CommandData, ParticipantId } from '@parley/core';

export interface ClientFrame {
  readonly id: string;
  readonly op: string;
  readonly conversation?: string;
  readonly data: Record<string, unknown>;
}

export interface Reply {
  readonly re: string;
  readonly ok: boolean;
  readonly [part: string]: unknown;
}

/** What a test may do to a frame on its way. */
export type Fault = 'pass' | 'drop' | 'twice' | 'cut';

export const CONVERSATION = 'cnv_1';

export function joinData(
  participant: ParticipantId,
  principal: string,
  data: Partial<CommandData['conversation.join']> & { kind: 'human' | 'agent'; displayName: string },
): CommandData['conversation.join'] {
  const lists = { roles: ['participant'], capabilities: [], topics: [], interests: [] };
  return { ...lists, metadata: {}, verified: false, ...data, participant, principal };
}
