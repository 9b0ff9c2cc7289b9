import type { RoutingStrategy } from './strategy.ts';
import { whisper } from './strategy.ts';

/** RT-3: whoever subscribed to one of an utterance's topics; one without topics goes to all. */
export const topicBased: RoutingStrategy = {
  kind: 'topicBased',
  description: 'An utterance reaches whoever subscribed to one of its topics; without a topic, everybody.',
  settings: { whisper },
  audience({ topics, members }) {
    if (topics.length === 0) return 'all';
    return members
      .filter((member) => member.topics.some((pattern) => topics.some((topic) => matches(pattern, topic))))
      .map(({ id }) => id);
  },
};

/** Levels are parted by dots: `*` stands for one level, `>` at the end for one or more. */
export function matches(pattern: string, topic: string): boolean {
  const wanted = pattern.split('.');
  const levels = topic.split('.');
  for (const [index, part] of wanted.entries()) {
    if (part === '>' && index === wanted.length - 1) return levels.length > index;
    if (index >= levels.length || (part !== '*' && part !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}
