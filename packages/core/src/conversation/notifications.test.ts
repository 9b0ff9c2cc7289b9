import { describe, expect, it } from 'vitest';
import { LIMITS } from '../kernel/limits.ts';
import type { DurableEventData, DurableEventType } from './events.ts';
import { isDurable } from './events.ts';
import { project } from './project.ts';
import { TestRoom } from './room.fixture.ts';

const URL = 'https://eva.example/parley';
const DAY = 86_400_000;

/** Eva is called back and may be away for long; Ada moderates, Bob talks. */
const room = (config: unknown = {}) =>
  new TestRoom(config)
    .join('ada', { roles: ['moderator'] })
    .join('bob', { displayName: 'Bob' })
    .join('eva', { displayName: 'Eva', async: true, webhook: { url: URL } });

const gone = (r: TestRoom, who = 'eva') => r.hub('connection.lost', { participant: who });
const back = (r: TestRoom, who = 'eva') => r.hub('connection.restored', { participant: who });

function say(r: TestRoom, who: string, text: string, more: Record<string, unknown> = {}): TestRoom {
  r.as(who).ok('floor.request', {});
  const grant = r.state.floor.holders.find(({ participant }) => participant === who)?.grant ?? 0;
  r.as(who).ok('speech', { grant, text, ...more });
  return r;
}

const all = <T extends DurableEventType>(r: TestRoom, type: T): DurableEventData[T][] =>
  r.events.flatMap((event) => (event.type === type ? [event.data as DurableEventData[T]] : []));
const queued = (r: TestRoom) => all(r, 'notification.queued').map(({ kind, about }) => [kind, about]);
const report = (
  r: TestRoom,
  outcome: 'delivered' | 'endpoint.gone' | 'endpoint.refused' | 'endpoint.blocked',
  status?: number,
) => {
  const { notification, attempt } = r.last('notification.attempted').data;
  return r.hub('notification.report', {
    participant: 'eva',
    notification,
    attempt,
    outcome,
    ...(status === undefined ? {} : { status }),
  });
};

describe('[PR-3] an absent human with a webhook is told of', () => {
  it('what is said to it, or with its name', () => {
    const r = gone(room());
    say(r, 'bob', 'Good morning.');
    expect(queued(r)).toEqual([]);
    say(r, 'bob', 'What do you think?', { addressedTo: ['eva'] });
    const first = r.last('speech.ended').seq;
    say(r, 'bob', 'Ask @eva, she knows.');
    const second = r.last('speech.ended').seq;
    expect(queued(r)).toEqual([
      ['mention', first],
      ['mention', second],
    ]);
  });

  it('what is given to it', () => {
    const r = gone(room());
    r.as('bob').ok('item.open', { kind: 'task', text: 'Write it down.', assignee: 'eva' });
    expect(queued(r)).toEqual([['mention', r.last('item.opened').seq]]);
  });

  it('a turn that it is granted while it is away, once for each absence', () => {
    const r = room({ floor: { strategy: { kind: 'roundRobin' } } });
    for (const who of ['ada', 'bob']) r.as(who).ok('presence.set', { status: 'active' });
    r.as('bob').ok('floor.request', {});
    r.as('eva').ok('floor.request', {});
    r.as('eva').ok('presence.set', { status: 'away' });
    r.as('bob').ok('speech', { grant: r.grant, text: 'Done.' });
    expect(r.holder).toBe('eva');
    expect(queued(r)).toEqual([['turn', r.grant]]);
    r.wait(60_000);
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'eva', cause: 'no_content' });
    expect(queued(r)).toHaveLength(1);
  });

  it('a turn that it is passed over for, and one that nobody else wants', () => {
    const r = room();
    r.as('bob').ok('floor.request', {});
    r.as('eva').ok('floor.request', {});
    r.as('ada').ok('floor.request', {});
    const { seq } = r.state.floor.queue[0]!;
    gone(r);
    expect(queued(r)).toEqual([]);
    r.as('bob').ok('speech', { grant: r.grant, text: 'Next.' });
    expect(r.holder).toBe('ada');
    expect(queued(r)).toEqual([['turn', seq]]);

    const idle = room();
    idle.as('bob').ok('floor.request', {});
    idle.as('eva').ok('floor.request', {});
    gone(idle);
    idle.as('bob').ok('speech', { grant: idle.grant, text: 'Next.' });
    expect(queued(idle)).toHaveLength(1);
    expect(idle.holder).toBeUndefined();
  });

  it('nothing of its turn while another is rightly before it', () => {
    const r = room();
    for (const who of ['bob', 'ada', 'eva']) r.as(who).ok('floor.request', {});
    gone(r);
    r.as('bob').ok('speech', { grant: r.grant, text: 'Next.' });
    expect([r.holder, queued(r)]).toEqual(['ada', []]);
  });

  it('a vote that it has not cast, also one that is open when it goes', () => {
    const r = room({ floor: { strategy: { kind: 'consensus', votingPeriodMs: 60_000 } } });
    r.as('bob').ok('floor.request', {});
    const { seq } = r.last('ballot.opened');
    gone(r);
    expect(queued(r)).toEqual([['vote', seq]]);
    r.as('ada').ok('topic.set', { topic: 'Tea' });
    expect(queued(r)).toHaveLength(1);

    const voted = room({ floor: { strategy: { kind: 'consensus', votingPeriodMs: 60_000 } } });
    voted.as('bob').ok('floor.request', {});
    voted.as('eva').ok('vote.cast', { ballot: voted.state.floor.ballot!.id, choice: 'bob' });
    gone(voted);
    expect(queued(voted)).toEqual([]);
  });
});

describe('[PR-3] nobody is told of', () => {
  it('anything while it is there, without a webhook, or of its own doing', () => {
    const r = room();
    say(r, 'bob', 'Well, @eva?');
    // Whoever is idle is thought to be near.
    r.as('eva').ok('presence.set', { status: 'idle' });
    say(r, 'bob', 'Asleep, @eva?');
    gone(r, 'ada');
    say(r, 'bob', 'And @ada?');
    r.as('eva').ok('item.open', { kind: 'task', text: 'Mine.', assignee: 'eva' });
    expect(queued(r)).toEqual([]);
  });

  it('what it may not hear', () => {
    const r = room({ routing: { kind: 'broadcast', whisper: true } });
    gone(r);
    say(r, 'bob', 'Do not tell @eva.', { to: ['ada'] });
    expect(queued(r)).toEqual([]);
  });

  it.each([
    ['bob.eva@example.org wrote', 0],
    ['@evasive answers', 0],
    ['(@Eva)', 1],
    // Letters of the second plane, such as Gothic ones, are letters.
    ['@eva\u{10330} answers', 0],
    ['\u{10330}@eva answers', 0],
    ['\u{1F44B}@eva answers', 1],
    ['@EVA!', 1],
    ['@eva and @eva', 1],
    ['@Eva Lee is somebody else', 0],
  ])('a name within another word or name: %s', (text, times) => {
    const r = room().join('eve', { displayName: 'Eva Lee' });
    gone(r);
    say(r, 'bob', text);
    expect(queued(r)).toHaveLength(times);
  });
});

describe('[PR-3] a notification', () => {
  const mentioned = () => say(gone(room()), 'bob', 'Well, @eva?');

  it('is private, and its address is in nothing that is sent', () => {
    const r = mentioned();
    const own = r.events.filter((event) => event.type.startsWith('notification.'));
    expect(own.map(({ audience }) => audience)).toEqual(own.map(() => ['eva']));
    r.as('eva').ok('webhook.set', { url: `${URL}/2` });
    const sent = r.events.map(({ data }) => JSON.stringify(data)).join('\n');
    expect(sent).not.toContain('eva.example');
    for (const moderator of [true, false]) {
      expect(JSON.stringify(project(r.state, { participant: 'eva', moderator }))).not.toContain(
        'eva.example',
      );
    }
  });

  it('is tried at once and then with a growing pause, until it is given up', () => {
    const r = mentioned();
    const start = r.at;
    r.wait(3 * DAY);
    const attempts = r.events.filter((event) => event.type === 'notification.attempted');
    expect(attempts.map((event) => event.at - start)).toEqual([
      0, 5_000, 35_000, 155_000, 755_000, 4_355_000, 25_955_000, 112_355_000,
    ]);
    expect(attempts.map(({ data }) => data.attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(all(r, 'notification.failed')).toEqual([
      {
        participant: 'eva',
        notification: attempts[0]!.data.notification,
        attempt: 8,
        cause: 'endpoint.unreachable',
      },
    ]);
    expect(r.state.webhooks['eva']?.pending).toEqual([]);
  });

  it('ends when it is delivered', () => {
    const r = mentioned().wait(5_000);
    report(r, 'delivered');
    r.wait(DAY);
    expect(all(r, 'notification.attempted')).toHaveLength(2);
    expect(all(r, 'notification.delivered')).toEqual([
      expect.objectContaining({ participant: 'eva', attempt: 2 }),
    ]);
  });

  it('goes on after a refusal', () => {
    const r = mentioned().wait(0);
    report(r, 'endpoint.refused', 500);
    expect(r.wait(5_000).last('notification.attempted').data.attempt).toBe(2);
    report(r, 'endpoint.refused', 500);
    expect(r.types()).not.toContain('notification.failed');
  });

  it('says the status of the refusal that it was given up for', () => {
    const r = mentioned().wait(112_355_000);
    expect(r.last('notification.attempted').data.attempt).toBe(8);
    report(r, 'endpoint.refused', 503);
    expect(r.last('notification.failed').data).toMatchObject({ cause: 'endpoint.refused', status: 503 });
  });

  it.each(['endpoint.blocked', 'endpoint.gone'] as const)('is given up at once: %s', (cause) => {
    const r = mentioned().wait(0);
    report(r, cause);
    expect(r.last('notification.failed').data).toMatchObject({ attempt: 1, cause });
    expect(r.state.webhooks['eva'] === undefined).toBe(cause === 'endpoint.gone');
    expect(
      r
        .wait(DAY)
        .types()
        .filter((type) => type === 'notification.attempted'),
    ).toHaveLength(1);
  });

  it('is not ended by an answer to an attempt that was overtaken', () => {
    const r = mentioned().wait(0);
    const { notification } = r.last('notification.attempted').data;
    r.wait(5_000);
    const late = { participant: 'eva', notification, attempt: 1 };
    r.hub('notification.report', { ...late, outcome: 'endpoint.blocked' });
    expect(r.state.webhooks['eva']?.pending).toHaveLength(1);
    r.hub('notification.report', { ...late, outcome: 'delivered' });
    r.hub('notification.report', { ...late, outcome: 'delivered' });
    expect(all(r, 'notification.delivered')).toHaveLength(1);
  });

  it('is no longer needed when the participant is back, or active again', () => {
    const r = mentioned();
    back(r);
    expect(r.last('notification.cancelled').data).toMatchObject({ participant: 'eva', cause: 'returned' });
    r.as('eva').ok('presence.set', { status: 'away' });
    say(r, 'bob', '@eva?');
    expect(r.state.webhooks['eva']?.pending).toHaveLength(1);
    r.as('eva').ok('signal', { kind: 'backchannel', text: 'yes' });
    expect(r.state.webhooks['eva']?.pending).toEqual([]);
    expect(r.wait(DAY).types()).not.toContain('notification.attempted');
  });

  it('is no longer needed when what it was about is over', () => {
    const r = gone(room());
    const item = r.as('bob').ok('item.open', { kind: 'question', text: 'When?', assignee: 'eva' })['item'];
    r.as('bob').ok('item.resolve', { item: item as string, resolution: 'Now.' });
    expect(r.last('notification.cancelled').data).toMatchObject({ cause: 'over' });

    const vote = room({ floor: { strategy: { kind: 'consensus', votingPeriodMs: 10_000 } } });
    vote.as('bob').ok('floor.request', {});
    gone(vote);
    vote.as('ada').ok('conversation.end', {});
    expect(vote.last('notification.cancelled').data).toMatchObject({ cause: 'over' });
    expect(vote.state.webhooks['eva']?.pending).toEqual([]);
  });

  it('gives way to newer ones when there are too many', () => {
    const r = gone(room());
    for (let i = 0; i <= LIMITS.pendingNotifications; i++) say(r, 'bob', `@eva ${i}`);
    expect(r.state.webhooks['eva']?.pending).toHaveLength(LIMITS.pendingNotifications);
    expect(r.last('notification.cancelled').data).toEqual({
      participant: 'eva',
      notifications: [all(r, 'notification.queued')[0]!.notification],
      cause: 'newer',
    });
  });

  it('is in the same batch as what brought it', () => {
    const r = gone(room());
    r.as('bob').ok('floor.request', {});
    const before = r.events.length;
    r.as('bob').ok('speech', { grant: r.grant, text: '@eva?' });
    expect(r.types(before)).toEqual(['speech.ended', 'floor.released', 'notification.queued']);
    expect(
      r.events
        .slice(before)
        .filter(isDurable)
        .map(({ at }) => at - r.at),
    ).toEqual([0, 0, 0]);
  });
});

describe('[PR-3] the webhook', () => {
  it('can be set, changed and taken back', () => {
    const r = new TestRoom().join('eva').join('bob');
    r.as('eva').ok('webhook.set', { url: URL });
    expect(r.last('webhook.changed')).toMatchObject({
      data: { participant: 'eva', active: true },
      hidden: { url: URL },
      audience: ['eva'],
    });
    const before = r.events.length;
    r.as('eva').ok('webhook.set', { url: URL });
    expect(r.types(before)).toEqual([]);
    gone(r);
    say(r, 'bob', '@eva?');
    back(r);
    r.as('eva').ok('webhook.set', { url: null });
    expect(r.state.webhooks).toEqual({});
  });

  it('keeps what waits when it changes, and is forgotten with its owner', () => {
    const r = say(gone(room()), 'bob', '@eva?');
    r.as('eva').ok('presence.set', { status: 'away' });
    r.as('eva').ok('webhook.set', { url: `${URL}/2` });
    expect(r.state.webhooks['eva']).toMatchObject({ url: `${URL}/2`, pending: [{ kind: 'mention' }] });
    r.as('ada').ok('participant.remove', { participant: 'eva' });
    expect(r.state.webhooks).toEqual({});
  });

  it('is for humans', () => {
    const r = new TestRoom().join('bot', { kind: 'agent' });
    expect(r.as('bot').refused('webhook.set', { url: URL }).details).toMatchObject({ path: 'data.url' });
    expect(() => r.join('bot2', { kind: 'agent', webhook: { url: URL } })).toThrow('data.webhook');
  });
});

it('[PR-2] only humans may be absent for days', () => {
  const r = new TestRoom().join('bot', { kind: 'agent', async: false });
  for (const kind of ['agent', 'a2aAgent', 'localAgent', 'externalAI'] as const) {
    expect(() => r.join(`an-${kind}`, { kind, async: true })).toThrow('data.async');
  }
});

it('[HU-2] an answer to a question that was resolved meanwhile is kept and marked late', () => {
  const r = room();
  const open = () =>
    r.as('ada').ok('item.open', { kind: 'question', text: 'When?', assignee: 'eva' })['item'];
  const item = open() as string;
  const asked = r.last('item.opened').seq;
  gone(r);
  r.as('ada').ok('item.resolve', { item, resolution: 'On Monday.' });
  back(r);
  say(r, 'eva', 'On Tuesday would be better.', { inReplyTo: asked });
  expect(r.last('speech.ended').data).toMatchObject({ participant: 'eva', late: true });
  open();
  say(r, 'eva', 'On Friday.', { inReplyTo: r.last('item.opened').seq });
  expect(r.last('speech.ended').data).not.toHaveProperty('late');

  r.as('eva').ok('floor.request', {});
  const { utterance } = r.as('eva').ok('speech.start', { grant: r.grant, inReplyTo: asked });
  r.as('eva').ok('speech.delta', { utterance: utterance as string, text: 'As I said.' });
  r.as('eva').ok('speech.end', { utterance: utterance as string });
  expect(r.last('speech.ended').data).toMatchObject({ late: true, text: 'As I said.' });
});
