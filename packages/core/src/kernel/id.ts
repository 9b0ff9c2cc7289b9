/** Names of things. Every id matches `[A-Za-z0-9_-]{1,64}`. */
export type ConversationId = string;
export type ParticipantId = string;
/** Who authenticated: a token's `sub`. One principal is at most one participant of a conversation. */
export type PrincipalId = string;
/** Position of a durable event in its conversation: 1, 2, 3, … without holes. */
export type Seq = number;

/**
 * Ids of things that an event brings into being carry that event's seq, so that they need no random
 * source and are the same in every replay.
 */
export const idFor = {
  utterance: (seq: Seq) => `utt_${seq}`,
  item: (seq: Seq) => `itm_${seq}`,
  decision: (seq: Seq) => `dec_${seq}`,
  interruption: (seq: Seq) => `int_${seq}`,
  window: (seq: Seq) => `win_${seq}`,
  bid: (seq: Seq) => `bid_${seq}`,
  ballot: (seq: Seq) => `bal_${seq}`,
  bridge: (seq: Seq) => `brg_${seq}`,
  notification: (seq: Seq) => `ntf_${seq}`,
} as const;

/** The seq in an id of {@link idFor}. */
export const seqOf = (id: string): Seq => Number(id.slice(id.indexOf('_') + 1));
