import { expect, it } from 'vitest';
import { TestRoom } from './room.fixture.ts';

/** Eva is called back and may be away for long; Ada moderates, Bob talks. */
const room = (config: object) =>
  new TestRoom(config)
    .join('ada', { roles: ['moderator'] })
    .join('bob')
    .join('eva', { async: true, webhook: { url: 'https://eva.example/parley' } });

/** What keeps the floor from everybody who waits: how it comes about while eva asks, and how it ends. */
interface Obstacle {
  readonly config: object;
  readonly begin: (r: TestRoom) => void;
  readonly end: (r: TestRoom) => void;
}

const asks = (r: TestRoom, who: string) => r.as(who).ok('floor.request', {});
const says = (r: TestRoom, data: object = {}) => {
  asks(r, 'bob');
  r.as('bob').ok('speech', { grant: r.grant, text: 'So.', ...data });
};

const obstacles: Record<string, Obstacle> = {
  'others have yet to hear what was said': {
    config: { consistency: { kind: 'strong' } },
    begin: (r) => says(r),
    end: (r) => {
      for (const id of ['ada', 'bob']) r.as(id).ok('ack', { seq: r.state.seq });
    },
  },
  'the conversation is paused': {
    config: {},
    begin: (r) => r.as('ada').ok('conversation.pause', {}),
    end: (r) => r.as('ada').ok('conversation.resume', {}),
  },
  'bids are taken': {
    config: { floor: { strategy: { kind: 'bidding', bidWindowMs: 1_000, closeEarly: false } } },
    begin: (r) => asks(r, 'bob'),
    end: (r) => {
      r.as('bob').ok('floor.cancel', {});
      r.wait(1_000);
    },
  },
  'a vote is open': {
    config: { floor: { strategy: { kind: 'consensus' } } },
    begin: (r) => asks(r, 'bob'),
    end: (r) => r.as('bob').ok('floor.cancel', {}),
  },
  'it backs off after a collision': {
    config: {
      floor: {
        strategy: {
          ...{ kind: 'concurrent', maxSimultaneous: 1 },
          collision: { resolution: 'backoff', slotMs: 1_000 },
        },
        seed: 1,
      },
    },
    begin: (r) => asks(r, 'bob'),
    end: (r) => {
      expect(r.state.floor.backoff['eva']?.until).toBeGreaterThan(r.at);
      r.as('bob').ok('floor.cancel', {});
      r.wait(2_000).as('ada').ok('topic.set', { topic: 'tea' });
    },
  },
  'somebody else is asked for an answer': {
    config: { floor: { replyWindowMs: 1_000 } },
    begin: (r) => says(r, { addressedTo: ['ada'], expectsReply: true }),
    end: (r) => r.wait(1_000).as('ada').ok('topic.set', { topic: 'tea' }),
  },
};

it.each(Object.entries(obstacles))(
  '[PR-3] nobody is called for its turn while %s',
  (_, { config, begin, end }) => {
    const r = room(config);
    const called = () => r.events.filter((e) => e.type === 'notification.queued' && e.data.kind === 'turn');
    begin(r);
    asks(r, 'eva');
    r.hub('connection.lost', { participant: 'eva' });
    expect([r.queue.includes('eva'), called()]).toEqual([true, []]);
    end(r);
    expect([r.holder, called().length]).toEqual([undefined, 1]);
  },
);
