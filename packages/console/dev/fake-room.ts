import type { Room } from '@parley/client';
import type { Scene } from './stage-view.ts';

/** A room that shows a scene; what one does in it has no effect. */
export function fakeRoom(scene: Scene): Room {
  const { view: outline, lines } = scene;
  const done = async (): Promise<void> => {};
  const answered = async (): Promise<Readonly<Record<string, unknown>>> => ({});
  const holder = outline.floor.holders.find(({ participant }) => participant === 'prt_me');
  const view = { ...outline, speaking: [] };
  const room: Partial<Room> = {
    id: outline.id,
    me: 'prt_me',
    self: outline.participants[0],
    view,
    outline: view,
    transcript: lines,
    resume: { participant: 'prt_me', token: 't', epoch: 'e', seq: 1 },
    catchUp: {
      state: view,
      events: scene.events ?? [],
      missed: 0,
      waiting: [],
      ...(scene.summary === undefined ? {} : { summary: scene.summary }),
    },
    closed: null,
    live: scene.status === 'open',
    subscribe: () => () => {},
    on: (fn) => {
      const signal = (participant: string, kind: 'backchannel' | 'hand', text: string) => () =>
        fn({
          event: 'signal',
          conversation: outline.id,
          at: new Date().toISOString(),
          by: participant,
          data: { participant, kind, text },
        });
      const timers = [
        setTimeout(signal('prt_tomas', 'backchannel', 'Mm-hm'), 300),
        setTimeout(signal('prt_layla', 'hand', ''), 500),
      ];
      for (const [participant, { events, lagMs }] of Object.entries(scene.lags ?? {})) {
        const data = {
          participant,
          level: 'eventual',
          seq: 40 - events,
          head: 40,
          ...(lagMs === null ? {} : { lagMs }),
        };
        timers.push(
          setTimeout(
            () => fn({ event: 'view.stale', conversation: outline.id, at: new Date().toISOString(), data }),
            100,
          ),
        );
      }
      return () => timers.forEach((timer) => clearTimeout(timer));
    },
    onReset: () => () => {},
    onClosed: () => () => {},
    addHistory: () => {},
    floor: {
      request: async () => ({ status: 'accepted' }),
      cancel: async () => ({ cancelled: true }),
      release: done,
      interrupt: async () => ({ outcome: 'denied' }),
      answer: done,
      asked: false,
      mine: holder === undefined ? null : { grant: holder.grant, endsAt: holder.endsAt },
      position: outline.floor.queue.find(({ participant }) => participant === 'prt_me')?.position ?? null,
      estimatedWaitMs: 95_000,
      revoke: done,
      extend: done,
      reorder: done,
    },
    subscribeTopics: done,
    say: async () => ({ utterance: 'utt_1' }),
    bids: { place: async () => ({ bid: 'bid_1', submittedAt: '' }), pass: done },
    vote: done,
    mint: async () => ({ balance: 100, escrow: 0 }),
    react: done,
    signal: done,
    setTopic: done,
    openItem: answered,
    resolveItem: done,
    recordDecision: answered,
    leave: done,
    send: answered,
  };
  return room as Room;
}
