/** Bounds that every conversation keeps, whatever its configuration, and why each has its value. */
export const LIMITS = {
  /** One utterance; about 8 000 tokens, and with JSON escapes still one frame of 64 KiB for most scripts. */
  speechCharacters: 32_000,
  /** A preview is read at a glance by whoever grants the floor. */
  previewCharacters: 280,
  /** Nobody estimates a turn of more than a day. */
  estimateMs: 86_400_000,
  /** `signal` of kind backchannel (IP-7). */
  backchannelCharacters: 80,
  displayNameCharacters: 64,
  titleCharacters: 200,
  reasonCharacters: 500,
  /** Topic, open items, decisions: lines that stand in everybody's side panel. */
  contextCharacters: 2_000,
  /** Lists that a client gives: roles, capabilities, topics, interests, addressees. */
  listEntries: 64,
  /** What stays in the shared context's state; resolved items and older decisions remain in the log. */
  openItems: 500,
  decisions: 500,
  /** A summary is read before one goes on: about two minutes; and what it can rest on in that space. */
  summaryCharacters: 4_000,
  summaryCites: 200,
  /** Latest utterances whose speaker and ratings are known to the floor; older ones can no longer be rated. */
  recentUtterances: 200,
  /** Urgencies of one bidder among which its next one can be ranked (TS-7). */
  rememberedUrgencies: 32,
  /** Past grants of one participant that are told apart from numbers that never were its own (FL-5). */
  rememberedGrants: 64,
  /** Participants that the hub reaches for one conversation: each is a running client of its own. */
  bridges: 64,
  /** Members that left and are kept by name for whoever reads the transcript; the oldest go first. */
  departed: 200,
  /** An address that the hub is asked to call: what browsers and proxies agree to pass on. */
  addressCharacters: 2_048,
  /** Notifications that wait for one participant's webhook; more than this nobody reads, so the oldest go. */
  pendingNotifications: 32,
} as const;
