import type { View } from '../../session/types.ts';

/** As the wire has it. */
export const TOPIC_CHARACTERS = 128;
export const INTEREST_CHARACTERS = 200;
export const TOPICS_MAX = 64;

/** Where everybody hears everything, and where roles decide, topics are nothing to ask for. */
const WITHOUT_TOPICS: ReadonlySet<string> = new Set(['broadcast', 'roleBased']);

export const looksAtTopics = ({ kind }: View['config']['routing']): boolean => !WITHOUT_TOPICS.has(kind);

/** Topics that somebody follows, as they can be written on an utterance: without patterns. */
export const followedTopics = ({ participants }: View): readonly string[] =>
  [...new Set(participants.flatMap(({ topics }) => topics))]
    .filter((topic) => !/(^|\.)[*>](\.|$)/.test(topic))
    .toSorted();
