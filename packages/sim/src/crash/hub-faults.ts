import { openSqliteLog } from '@parley/hub';
import type { Conversations, EventLog, HubParts, HubSettings } from '@parley/hub';

/** How long a command that was answered is not yet in the log: a kill has to fall into it. */
const LATE_MS = 60;
/** Of the reactions, those whose seq this divides are not sent. */
const DROPPED_EVERY = 4;

/**
 * Hubs that break one promise each: the checkers have to find them out (negative controls). Everything
 * else about them is the hub as it is.
 */
export const HUB_FAULTS = {
  /** Answers before the events are durable (RL-1). */
  answersEarly: async ({ data }: HubSettings): Promise<HubParts> => ({
    log: answeringEarly(await openSqliteLog({ directory: data })),
  }),
  /** Takes a repeated command for a new one (FL-10). */
  forgetsCommands: async (): Promise<HubParts> => ({ around: forgetting }),
  /** Leaves an event out now and then, and tells nobody (CS-5). */
  dropsEvents: async (): Promise<HubParts> => ({
    around: (inner) =>
      changingEvents(inner, (event) => {
        const reaction = event.json.includes('"event":"reaction.added"');
        return reaction && (event.seq ?? 0) % DROPPED_EVERY === 0 ? null : event;
      }),
  }),
  /** Takes everybody for the audience of what is said (RT-7). */
  leaksWhispers: async (): Promise<HubParts> => ({
    around: (inner) =>
      changingEvents(inner, (event) =>
        event.json.includes('"event":"speech.') ? { ...event, audience: 'all' } : event,
      ),
  }),
} as const satisfies Readonly<Record<string, (settings: HubSettings) => Promise<HubParts>>>;

export type HubFault = keyof typeof HUB_FAULTS;

/** Appends are taken for done when they are given; whoever reads waits until they are. */
function answeringEarly(inner: EventLog): EventLog {
  let writing: Promise<unknown> = Promise.resolve();
  return new Proxy(inner, {
    get: (target, name: keyof EventLog) => {
      const method = target[name];
      if (typeof method !== 'function') return method;
      return async (...args: never[]): Promise<unknown> => {
        const call = (): Promise<unknown> =>
          (method as (...args: never[]) => Promise<unknown>).apply(target, args);
        if (name !== 'append') {
          await writing;
          return call();
        }
        const before = writing;
        const late = new Promise((resolve) => setTimeout(resolve, LATE_MS));
        writing = Promise.all([before, late]).then(call);
        return { outcome: 'appended' };
      };
    },
  });
}

function forgetting(inner: Conversations): Conversations {
  return {
    submit: (conversation, { key: _, ...submission }) => inner.submit(conversation, submission),
    state: (conversation) => inner.state(conversation),
    readEvents: (...args) => inner.readEvents(...args),
    subscribe: (listener) => inner.subscribe(listener),
  };
}

interface Told {
  readonly seq: number | null;
  readonly audience: 'all' | readonly string[];
  readonly json: string;
}

/** Everything that is told passes through `change`, as it is published and as it is read later. */
function changingEvents(inner: Conversations, change: <E extends Told>(event: E) => E | null): Conversations {
  const changed = <E extends Told>(events: readonly E[]): E[] =>
    events.flatMap((event) => change(event) ?? []);
  return {
    submit: (...args) => inner.submit(...args),
    state: (conversation) => inner.state(conversation),
    readEvents: async (...args) => {
      const page = await inner.readEvents(...args);
      return { ...page, events: changed(page.events) };
    },
    subscribe: (listener) =>
      inner.subscribe((commit) => listener({ ...commit, events: changed(commit.events) })),
  };
}
