import type { ConversationView } from '@parley/core';
import type { BridgeInput } from './bridge-commands.ts';
import { BRIDGE_COMMANDS } from './bridge-commands.ts';
import type { FloorInput, Possible, Problem } from './floor-commands.ts';
import { FLOOR_COMMANDS, holds, problem } from './floor-commands.ts';
import { isObserver } from './floor-calls.ts';
import type { SpeechInput } from './speech-commands.ts';
import { parseAbout, parseTopics, parseWhisper } from './speech-commands.ts';

/** What a person typed, understood. */
export type Input =
  | FloorInput
  | SpeechInput
  | BridgeInput
  | { readonly kind: 'nothing' }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'hand'; readonly urgency?: number }
  | { readonly kind: 'lower' }
  | { readonly kind: 'release' }
  | { readonly kind: 'topic'; readonly topic: string }
  | { readonly kind: 'react'; readonly reaction: string; readonly to?: string }
  | { readonly kind: 'people' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'help' }
  /** Not understood: `problem` says why and what would be. */
  | Problem;

interface SlashCommand {
  readonly usage: string;
  readonly help: string;
  /** Always, where left out. */
  readonly possible?: Possible;
  parse(rest: string): Input;
}

const plain = (kind: 'lower' | 'release' | 'people' | 'leave' | 'help') => (): Input => ({ kind });

/** In the order in which /help lists them. */
export const SLASH_COMMANDS: Readonly<Record<string, SlashCommand>> = {
  hand: {
    usage: '/hand [0…1]',
    help: 'raise your hand; a number says how urgent it is',
    possible: (view, me) => !holds(view, me) && !isObserver(view, me),
    parse(rest) {
      if (rest === '') return { kind: 'hand' };
      const urgency = Number(rest);
      if (!(urgency >= 0 && urgency <= 1))
        return problem('urgency is a number from 0 to 1, such as /hand 0.8');
      return { kind: 'hand', urgency };
    },
  },
  lower: { usage: '/lower', help: 'lower your hand, and drop what waits to be said', parse: plain('lower') },
  release: {
    usage: '/release',
    help: 'give the floor back without a word',
    possible: holds,
    parse: plain('release'),
  },
  say: {
    usage: '/say TEXT',
    help: 'speak, or wait with it for your turn; TEXT alone does too',
    parse: (rest) => (rest === '' ? problem('say what? /say TEXT') : { kind: 'say', text: rest }),
  },
  whisper: {
    usage: '/whisper @NAME TEXT',
    help: 'speak to some alone (@NAME,@NAME), and to moderators',
    possible: (view, me) => view.config.routing['whisper'] === true && !isObserver(view, me),
    parse: parseWhisper,
  },
  about: {
    usage: '/about TOPIC TEXT',
    help: 'speak under topics (TOPIC,TOPIC), for whoever follows them',
    possible: (view, me) => !isObserver(view, me),
    parse: parseAbout,
  },
  topics: {
    usage: '/topics [TOPIC…]',
    help: 'follow topics (tea.*, cake), or none; alone: what you follow',
    parse: parseTopics,
  },
  ...FLOOR_COMMANDS,
  ...BRIDGE_COMMANDS,
  topic: {
    usage: '/topic TEXT',
    help: 'set what the conversation is about',
    parse: (rest) => (rest === '' ? problem('which topic? /topic TEXT') : { kind: 'topic', topic: rest }),
  },
  react: {
    usage: '/react KIND [@NAME]',
    help: 'react to the last thing said (by NAME), such as /react 👍',
    parse(rest) {
      const found = /^(\S+)(?:\s+@?(.+))?$/.exec(rest);
      if (!found) return problem('react how? /react 👍, or /react 👍 @NAME');
      const [, reaction, to] = found;
      return { kind: 'react', reaction: reaction!, ...(to === undefined ? {} : { to: to.trim() }) };
    },
  },
  people: { usage: '/people', help: 'who is here', parse: plain('people') },
  leave: { usage: '/leave', help: 'leave the conversation and end', parse: plain('leave') },
  help: { usage: '/help', help: 'this list', parse: plain('help') },
};

/** Reads one line of input. Text begins with anything but a slash; `//` says a text that begins with one. */
export function parseInput(line: string): Input {
  const text = line.trim();
  if (text === '') return { kind: 'nothing' };
  if (!text.startsWith('/')) return { kind: 'say', text };
  if (text.startsWith('//')) return { kind: 'say', text: text.slice(1) };
  const [, name, rest] = /^\/(\S*)\s*([\s\S]*)$/.exec(text)!;
  const wanted = name!.toLowerCase();
  const command = Object.hasOwn(SLASH_COMMANDS, wanted) ? SLASH_COMMANDS[wanted] : undefined;
  if (command) return command.parse(rest!.trim());
  const near = Object.keys(SLASH_COMMANDS).filter((each) => wanted !== '' && each.startsWith(wanted));
  if (near.length === 1) return SLASH_COMMANDS[near[0]!]!.parse(rest!.trim());
  return problem(`there is no /${name}; /help lists what there is`);
}

/** What can be done at this moment, and the names of what cannot. */
export function helpLines(view: ConversationView, me: string): string[] {
  const all = Object.entries(SLASH_COMMANDS);
  const now = all.filter(([, { possible }]) => possible?.(view, me) ?? true);
  const width = Math.max(...now.map(([, { usage }]) => usage.length));
  const lines = now.map(([, { usage, help }]) => `${usage.padEnd(width)}  ${help}`);
  const later = all.filter((entry) => !now.includes(entry)).map(([name]) => `/${name}`);
  return later.length === 0 ? lines : [...lines, `Not now: ${later.join(' ')}`];
}
