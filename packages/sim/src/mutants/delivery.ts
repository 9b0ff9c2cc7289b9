import type { Conversations, PublishedEvent, Sink } from '@parley/hub/testing';
import type { Mutant } from './mutant.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** A sink with every frame passed through `change`, which may drop, repeat, reorder or rewrite it. */
export function withFrames(sink: Sink, change: (frame: string) => readonly string[]): Sink {
  return {
    encode: sink.encode,
    get bufferedBytes() {
      return sink.bufferedBytes;
    },
    onDrain: (task) => sink.onDrain(task),
    close: (code, reason) => sink.close(code, reason),
    send: (chunks) => {
      const frames = chunks
        .flatMap((chunk) => decoder.decode(chunk).split('\n'))
        .filter((text) => text !== '');
      sink.send(frames.flatMap((frame) => change(frame)).map((frame) => encoder.encode(`${frame}\n`)));
    },
  };
}

/** Every `nth` durable event alone in a frame is changed; nothing else is. */
function everyNth(nth: number, change: (frame: string) => readonly string[]): (sink: Sink) => Sink {
  let count = 0;
  return (sink) =>
    withFrames(sink, (frame) => {
      if (!frame.startsWith('{"after":')) return [frame];
      return (count += 1) % nth === 0 ? change(frame) : [frame];
    });
}

/** Conversations whose events are changed on their way to whoever listens. */
export function withPublished(
  conversations: Conversations,
  change: (event: PublishedEvent) => PublishedEvent,
): Conversations {
  return {
    submit: (conversation, submission) => conversations.submit(conversation, submission),
    state: (conversation) => conversations.state(conversation),
    readEvents: (conversation, after, limits) => conversations.readEvents(conversation, after, limits),
    subscribe: (listener) =>
      conversations.subscribe((commit) => listener({ ...commit, events: commit.events.map(change) })),
  };
}

/** Mutants between what was committed and who is told. */
export const deliveryMutants: Readonly<Record<string, Mutant>> = {
  dropsAFrame: {
    breaks: 'A frame is lost on its way out, and nobody is told.',
    rules: ['CS-5'],
    plan: { alterations: () => ({ sink: everyNth(50, () => []) }) },
  },

  sendsTwice: {
    breaks: 'A frame is sent twice.',
    rules: ['CS-5'],
    plan: { alterations: () => ({ sink: everyNth(50, (frame) => [frame, frame]) }) },
  },

  rewrites: {
    breaks: 'Somebody is told another event than the log has.',
    rules: ['RL-1'],
    plan: {
      alterations: () => ({
        sink: everyNth(20, (frame) => [frame.replace(/"data":\{/, '"data":{"made":"up",')]),
      }),
    },
  },

  skipsOnResume: {
    breaks: 'What is read from the log for somebody who was away begins one event too late.',
    rules: ['CS-5'],
    plan: {
      alterations: () => ({
        conversations: (conversations) => ({
          submit: (conversation, submission) => conversations.submit(conversation, submission),
          state: (conversation) => conversations.state(conversation),
          subscribe: (listener) => conversations.subscribe(listener),
          readEvents: async (...args) => {
            const page = await conversations.readEvents(...args);
            return page.events.length > 1 ? { ...page, events: page.events.slice(1) } : page;
          },
        }),
      }),
    },
  },

  leaks: {
    breaks: 'Whispers and bids are published to everybody.',
    rules: ['RT-7'],
    plan: {
      alterations: () => ({
        conversations: (conversations) =>
          withPublished(conversations, (event) => ({ ...event, audience: 'all' })),
      }),
    },
  },

  forgetsWhatItAnswered: {
    breaks: 'A command that comes again is carried out again.',
    rules: ['RL-1', 'FL-10'],
    plan: {
      alterations: () => ({
        conversations: (conversations) => ({
          submit: (conversation, { key: _, ...submission }) =>
            conversations.submit(conversation, submission as never),
          state: (conversation) => conversations.state(conversation),
          subscribe: (listener) => conversations.subscribe(listener),
          readEvents: (...args) => conversations.readEvents(...args),
        }),
      }),
    },
  },
};
