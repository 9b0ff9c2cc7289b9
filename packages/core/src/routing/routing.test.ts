import { describe, expect, it } from 'vitest';
import type { Facts } from '../conversation/commands.ts';
import { HUB } from '../conversation/commands.ts';
import { decide } from '../conversation/decide.ts';
import { project } from '../conversation/project.ts';
import { TestRoom } from '../conversation/room.fixture.ts';
import { initialState } from '../conversation/state.ts';
import { hearingOf } from '../conversation/hearing.ts';
import { broadcast } from './broadcast.ts';
import type { RoutingStrategy } from './strategy.ts';
import { matches } from './topic-based.ts';

/** Ann moderates; bob, cy and dan take part. */
const room = (routing: object) =>
  new TestRoom({ routing })
    .join('ann', { roles: ['moderator'] })
    .join('bob', { roles: ['teacher'] })
    .join('cy', { roles: ['student'], topics: ['tea.*'] })
    .join('dan', { roles: ['student', 'guest'], topics: ['coffee.>'] });

function said(r: TestRoom, who: string, data: object = {}) {
  r.as(who).ok('floor.request', {});
  r.as(who).ok('speech', { grant: r.grant, text: 'hear me', ...data });
  return r.last('speech.ended').audience;
}

describe('routing', () => {
  it('[RT-1] broadcast is heard by all, also by who joins later', () => {
    expect(said(room({ kind: 'broadcast' }), 'bob')).toBe('all');
  });

  it('[RT-2] a role is heard by the roles of its row, of all its roles together', () => {
    const table = { teacher: ['student'], guest: ['teacher'] };
    const r = room({ kind: 'roleBased', table });
    expect(said(r, 'bob')).toEqual(['ann', 'bob', 'cy', 'dan']);
    expect(said(r, 'dan')).toEqual(['ann', 'bob', 'dan']);
    // And by whichever of a listener's roles.
    expect(said(room({ kind: 'roleBased', table: { teacher: ['guest'] } }), 'bob')).toEqual([
      'ann',
      'bob',
      'dan',
    ]);
  });

  it('[RT-2] [RT-5] a role without a row is heard by the speaker and the moderators only', () => {
    expect(said(room({ kind: 'roleBased', table: {} }), 'cy')).toEqual(['ann', 'cy']);
  });

  it('[RT-3] an utterance reaches the subscribers of any of its topics; one without topics all', () => {
    const r = room({ kind: 'topicBased' });
    expect(said(r, 'bob', { topics: ['tea.green'] })).toEqual(['ann', 'bob', 'cy']);
    expect(said(r, 'bob', { topics: ['tea.green', 'coffee.beans.dark'] })).toEqual([
      'ann',
      'bob',
      'cy',
      'dan',
    ]);
    expect(said(r, 'bob', { topics: ['coffee'] })).toEqual(['ann', 'bob']);
    expect(said(r, 'bob')).toBe('all');
  });

  it('[RT-3] subscriptions change while the conversation runs', () => {
    const r = room({ kind: 'topicBased' });
    r.as('dan').ok('subscribe', { topics: ['tea.green'] });
    expect(said(r, 'bob', { topics: ['tea.green'] })).toEqual(['ann', 'bob', 'cy', 'dan']);
  });

  it.each([
    ['tea', 'tea', true],
    ['tea', 'tea.green', false],
    ['tea.*', 'tea.green', true],
    ['tea.*', 'tea', false],
    ['tea.*', 'tea.green.fine', false],
    ['*.green', 'tea.green', true],
    ['tea.>', 'tea.green.fine', true],
    ['tea.>', 'tea', false],
    ['>', 'tea', true],
    ['a.>.b', 'a.x.b', false],
  ])('[RT-3] the pattern %s and the topic %s: %s', (pattern, topic, matching) => {
    expect(matches(pattern, topic)).toBe(matching);
  });

  it('[RT-5] whoever is addressed hears what would not reach it', () => {
    const r = room({ kind: 'roleBased', table: {} });
    expect(said(r, 'cy', { addressedTo: ['dan'] })).toEqual(['ann', 'cy', 'dan']);
    // Also whom only the end of an utterance addresses.
    r.as('cy').ok('floor.request', {});
    const { utterance } = r.as('cy').ok('speech.start', { grant: r.grant }) as { utterance: string };
    r.as('cy').ok('speech.end', { utterance, text: 'and you?', addressedTo: ['dan'] });
    expect(r.last('speech.started').audience).toEqual(['ann', 'cy']);
    expect(r.last('speech.ended').audience).toEqual(['ann', 'cy', 'dan']);
  });
});

describe('intelligent routing', () => {
  const relevance = { ann: 0, bob: 0, cy: 0.3, dan: 0.29 };
  /** What bob says, with what the hub found out. */
  function judged(r: TestRoom, facts: Facts | undefined, data: object = {}) {
    r.as('bob').ok('floor.request', {});
    const author = { participant: 'bob', steward: false };
    const said = { grant: r.grant, text: 'hear me', ...data };
    const outcome = r.submit({ op: 'speech', data: said, author, ...(facts && { facts }) });
    expect(outcome.ok).toBe(true);
    return r.last('speech.ended').audience;
  }
  const judging = (settings: object = {}) => room({ kind: 'intelligent', ...settings });

  it('[RT-4] is heard by whoever scores at or above the threshold', () => {
    expect(judged(judging(), { relevance })).toEqual(['ann', 'bob', 'cy']);
    expect(judged(judging({ threshold: 0.29 }), { relevance })).toEqual(['ann', 'bob', 'cy', 'dan']);
    expect(judged(judging({ threshold: 0.31 }), { relevance })).toEqual(['ann', 'bob']);
    expect(judged(judging({ threshold: 0 }), { relevance })).toEqual(['ann', 'bob', 'cy', 'dan']);
  });

  it('[RT-4] is heard by whoever has no score, and by all where there are none', () => {
    expect(judged(judging(), { relevance: { cy: 0, bob: 1 } })).toEqual(['ann', 'bob', 'dan']);
    expect(judged(judging(), undefined)).toBe('all');
    expect(judged(judging(), {})).toBe('all');
  });

  it('[RT-4] [RT-5] reaches whoever is addressed, and the moderators, whatever they score', () => {
    expect(judged(judging(), { relevance }, { addressedTo: ['dan'] })).toEqual(['ann', 'bob', 'cy', 'dan']);
  });

  it('[RT-4] [RT-6] is narrowed by a whisper, with scores and without', () => {
    const r = judging({ whisper: true });
    expect(judged(r, { relevance }, { to: ['dan'] })).toEqual(['ann', 'bob']);
    expect(judged(r, { relevance }, { to: ['cy', 'dan'] })).toEqual(['ann', 'bob', 'cy']);
    expect(judged(r, undefined, { to: ['dan'] })).toEqual(['ann', 'bob', 'dan']);
  });

  it('[RT-4] [RT-6] settles the audience of a streamed utterance when it begins', () => {
    const r = judging();
    r.as('bob').ok('floor.request', {});
    const author = { participant: 'bob', steward: false };
    r.submit({ op: 'speech.start', data: { grant: r.grant }, author, facts: { relevance } });
    const utterance = r.state.floor.holders[0]?.utterance?.id ?? '';
    r.as('bob').ok('speech.delta', { utterance, text: 'hear me' });
    r.as('bob').ok('speech.end', { utterance });
    const heard = ['ann', 'bob', 'cy'];
    expect([r.last('speech.started').audience, r.last('speech.delta').audience]).toEqual([heard, heard]);
    expect(r.last('speech.ended').audience).toEqual(heard);
  });

  it('[RT-4] scores have no effect where another routing is in force by the time they come', () => {
    expect(judged(room({ kind: 'broadcast' }), { relevance })).toBe('all');
  });

  it('[RT-4] refuses a scorer that this hub does not have, and keeps one that stood before', () => {
    const creating = (scorer: string, scorers: readonly string[]) =>
      decide(
        initialState(),
        {
          op: 'conversation.create',
          data: {
            id: 'cnv_1',
            epoch: 'e1',
            title: '',
            createdBy: 'x',
            config: { routing: { kind: 'intelligent', scorer } },
          },
          author: HUB,
          facts: { scorers },
        },
        1_000,
      );
    expect(creating('embedding', ['lexical', 'embedding']).ok).toBe(true);
    const path = 'config.routing.scorer';
    for (const scorer of ['embedding', 'telepathic']) {
      expect(creating(scorer, ['lexical'])).toMatchObject({
        ok: false,
        error: { code: 'request.invalid', details: { path } },
      });
    }
    const author = { participant: 'ann', steward: false };
    const configured = (r: TestRoom, routing: object) =>
      r.submit({
        op: 'conversation.configure',
        data: { config: { routing } },
        author,
        facts: { scorers: ['lexical'] },
      });
    const lexical = judging();
    expect(configured(lexical, { scorer: 'embedding' })).toMatchObject({ error: { details: { path } } });
    expect(lexical.state.config.routing['scorer']).toBe('lexical');
    const embedding = judging({ scorer: 'embedding' });
    expect(configured(embedding, { threshold: 0.5 }).ok).toBe(true);
    expect(configured(embedding, { scorer: 'lexical' }).ok).toBe(true);
    expect(configured(room({ kind: 'broadcast' }), { kind: 'intelligent' }).ok).toBe(true);
  });
});

describe('whispers', () => {
  it('[RT-6] narrow the audience where the configuration allows it, and are refused elsewhere', () => {
    expect(said(room({ kind: 'broadcast', whisper: true }), 'bob', { to: ['cy'] })).toEqual([
      'ann',
      'bob',
      'cy',
    ]);
    const r = room({ kind: 'broadcast' });
    r.as('bob').ok('floor.request', {});
    const refused = r.as('bob').refused('speech', { grant: r.grant, text: 'psst', to: ['cy'] });
    expect(refused).toMatchObject({ code: 'request.invalid', details: { path: 'data.to' } });
  });

  it('[RT-6] never widen it, and name only members', () => {
    const r = room({ kind: 'roleBased', table: { teacher: ['student'] }, whisper: true });
    expect(said(r, 'cy', { to: ['dan'] })).toEqual(['ann', 'cy']);
    r.as('bob').ok('floor.request', {});
    const refused = r.as('bob').refused('speech', { grant: r.grant, text: 'psst', to: ['cy', 'nobody'] });
    expect(refused.details).toMatchObject({ path: 'data.to.1' });
  });

  it('[RT-6] [RT-7] are one audience from the first piece to the last, and nobody else sees them being said', () => {
    const r = room({ kind: 'broadcast', whisper: true });
    r.as('bob').ok('floor.request', {});
    const { utterance } = r.as('bob').ok('speech.start', { grant: r.grant, to: ['cy'] }) as {
      utterance: string;
    };
    r.as('bob').ok('speech.delta', { utterance, text: 'psst' });
    const heard = ['ann', 'bob', 'cy'];
    expect([r.last('speech.started').audience, r.last('speech.delta').audience]).toEqual([heard, heard]);
    const seenBy = (participant: string) =>
      project(r.state, { participant, moderator: false }).speaking.length;
    expect([seenBy('cy'), seenBy('dan')]).toEqual([1, 0]);
    r.as('bob').ok('speech.end', { utterance, addressedTo: ['dan'] });
    expect(r.last('speech.ended').audience).toEqual([...heard, 'dan']);
  });

  it('[RT-6] say to whom they are, and every utterance whether it was not for all', () => {
    const r = room({ kind: 'topicBased', whisper: true });
    said(r, 'bob', { to: ['cy'] });
    expect(r.last('speech.ended').data).toMatchObject({ to: ['cy'], narrowed: true });
    said(r, 'bob', { topics: ['tea.green'] });
    expect(r.last('speech.ended').data).toMatchObject({ narrowed: true });
    expect(r.last('speech.ended').data).not.toHaveProperty('to');
    said(r, 'bob', { topics: ['tea.green'], addressedTo: ['dan'] });
    expect(r.last('speech.ended').data).not.toHaveProperty('narrowed');
    r.as('bob').ok('floor.request', {});
    const { utterance } = r.as('bob').ok('speech.start', { grant: r.grant, to: ['cy'] }) as {
      utterance: string;
    };
    expect(r.last('speech.started').data).toMatchObject({ to: ['cy'], narrowed: true });
    r.as('bob').ok('speech.end', { utterance, text: 'psst', addressedTo: ['dan'] });
    // Whoever is addressed at the end hears it as well, and then nobody is left out.
    expect(r.last('speech.ended').data).toMatchObject({ to: ['cy'] });
    expect(r.last('speech.ended').data).not.toHaveProperty('narrowed');
  });
});

describe('who would hear it', () => {
  const hearing = (r: TestRoom, spoken: Partial<Parameters<typeof hearingOf>[1]> = {}) =>
    hearingOf(project(r.state, { participant: 'bob', moderator: false }), {
      speaker: 'bob',
      addressedTo: [],
      topics: [],
      ...spoken,
    });

  it.each([
    [{ kind: 'broadcast' }, {}],
    [{ kind: 'broadcast', whisper: true }, { to: ['cy'] }],
    [{ kind: 'roleBased', table: { teacher: ['guest'] } }, {}],
    [{ kind: 'roleBased', table: {}, whisper: true }, { to: ['cy'] }],
    [{ kind: 'topicBased' }, { topics: ['tea.green'] }],
    [{ kind: 'topicBased' }, { topics: ['tea.green'], addressedTo: ['dan'] }],
  ])('[RT-1] [RT-2] [RT-3] [RT-5] [RT-6] under %j is, for %j, whoever hears it then', (routing, spoken) => {
    const r = room(routing);
    const before = hearing(r, spoken);
    const audience = said(r, 'bob', spoken);
    const heard = audience === 'all' ? ['ann', 'bob', 'cy', 'dan'] : audience;
    expect(before).toEqual({ certain: heard, possible: [] });
  });

  it('[RT-4] tells whom it depends on that the hub finds it concerns them', () => {
    const weighed: RoutingStrategy = {
      ...broadcast,
      audience: ({ relevance, members }) =>
        members.map(({ id }) => id).filter((id) => (relevance?.[id] ?? 1) >= 0.5),
    };
    const view = project(room({ kind: 'broadcast' }).state, { participant: 'bob', moderator: false });
    const spoken = { speaker: 'bob', addressedTo: ['dan'], topics: [] };
    expect(hearingOf(view, spoken, { broadcast: weighed })).toEqual({
      certain: ['ann', 'bob', 'dan'],
      possible: ['cy'],
    });
    expect(hearingOf(view, { ...spoken, to: [] }, {})).toEqual({
      certain: ['ann', 'bob', 'dan'],
      possible: [],
    });
    expect(hearingOf(view, spoken, {}).possible).toEqual(['cy']);
  });
});

describe('too few', () => {
  it('[DG-1] pause the conversation with a cause, and it goes on when they are back', () => {
    const r = new TestRoom({ minParticipants: 2 }).join('ann');
    expect(r.last('conversation.paused').data).toMatchObject({ cause: 'min_participants' });
    r.join('bob');
    expect(r.state.status).toBe('active');
    r.as('bob').ok('floor.request', {});
    const { grant } = r;
    r.hub('connection.lost', { participant: 'ann' });
    expect(r.as('bob').refused('speech', { grant, text: 'x' }).code).toBe('conversation.paused');
    // Whatever happens meanwhile, one alone is too few.
    r.as('bob').ok('reaction.add', { to: 1, kind: 'hm' });
    expect(r.state.status).toBe('paused');
    r.wait(20_000).hub('connection.restored', { participant: 'ann' });
    expect(r.last('conversation.resumed').data).toEqual({ cause: 'min_participants', pausedMs: 20_000 });
    r.as('bob').ok('speech', { grant, text: 'back' });
  });

  it('[DG-1] the quorum of an open ballot is computed again for each who leaves', () => {
    const r = new TestRoom({
      floor: { strategy: { kind: 'consensus', minVotes: 3, votingPeriodMs: 60_000, fallback: 'sequential' } },
    });
    for (const id of ['ann', 'bob', 'cy', 'dan']) r.join(id);
    r.as('ann').ok('floor.request', {});
    const ballot = () => r.state.floor.ballot?.id ?? '';
    r.as('ann').ok('vote.cast', { ballot: ballot(), choice: 'ann' });
    r.as('cy').ok('conversation.leave', {});
    // Three can still vote, and as many have to.
    expect(r.types()).not.toContain('ballot.closed');
    r.as('dan').ok('conversation.leave', {});
    const closed = r.events.filter(({ type }) => type === 'ballot.closed');
    expect(closed.map(({ data }) => data)).toMatchObject(
      [1, 2, 3].map(() => ({ outcome: 'failed', cause: 'quorum_unreachable' })),
    );
    // Nobody waits for votes that cannot come: the fallback decides, at once.
    expect(r.holder).toBe('ann');
  });

  it('[DG-1] a ballot that all who are left have answered closes at once', () => {
    const r = new TestRoom({ floor: { strategy: { kind: 'consensus', minVotes: 2 } } });
    for (const id of ['ann', 'bob', 'cy']) r.join(id);
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    r.as('ann').ok('vote.cast', { ballot: r.state.floor.ballot?.id ?? '', choice: 'ann' });
    r.as('bob').ok('vote.cast', { ballot: r.state.floor.ballot?.id ?? '', choice: 'abstain' });
    r.as('cy').ok('conversation.leave', {});
    expect(r.holder).toBe('ann');
  });

  it('[DG-1] the quorum of a motion shrinks likewise', () => {
    const r = new TestRoom({
      floor: { timers: { minSpeakingMs: 0 } },
      interruption: { kind: 'consensusRequired', minVotes: 3 },
    });
    for (const id of ['ann', 'bob', 'cy', 'dan']) r.join(id);
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.interrupt', {});
    r.hub('connection.lost', { participant: 'dan' }).wait(4_000);
    expect(r.types()).not.toContain('ballot.closed');
    r.as('dan').ok('conversation.leave', {});
    expect(r.last('ballot.closed').data).toMatchObject({ outcome: 'rejected', cause: 'quorum_unreachable' });
    expect(r.holder).toBe('ann');
  });

  it('[DG-1] losing participants alone stops nothing', () => {
    const r = room({ kind: 'broadcast' });
    for (const id of ['ann', 'cy', 'dan']) r.hub('connection.lost', { participant: id });
    expect(said(r, 'bob')).toBe('all');
  });
});

describe('the head of the queue', () => {
  it('[FL-12] [TS-8] is next under bidding, whatever is bid; the other bids stand', () => {
    const r = new TestRoom({ floor: { strategy: { kind: 'bidding', closeEarly: false } } })
      .join('ann', { roles: ['moderator'] })
      .join('bob')
      .join('cy');
    r.as('bob').ok('floor.request', { urgency: 1, amount: { currency: 'priorityPoints', value: 50 } });
    r.as('cy').ok('floor.request', { urgency: 0, amount: { currency: 'priorityPoints', value: 5 } });
    r.as('ann').ok('floor.reorder', { participant: 'cy', position: 1 });
    expect(r.holder).toBe('cy');
    expect(r.state.credits['cy']).toEqual({ balance: 100, escrow: 0 });
    expect(r.last('bidding.closed').data).toMatchObject({ winner: null, cause: 'head' });
    r.as('cy').ok('floor.release', {});
    expect(r.state.floor.window).not.toBeNull();
    r.wait(5_000);
    expect(r.holder).toBe('bob');
  });

  it('[FL-12] is next under consensus, without a vote', () => {
    const r = new TestRoom({ floor: { strategy: { kind: 'consensus' } } })
      .join('ann', { roles: ['moderator'] })
      .join('bob')
      .join('cy');
    r.as('bob').ok('floor.request', {});
    r.as('cy').ok('floor.request', {});
    r.as('ann').ok('floor.reorder', { participant: 'cy', position: 1 });
    expect(r.holder).toBe('cy');
    expect(r.last('ballot.closed').data).toMatchObject({ outcome: 'void', cause: 'head' });
  });
});
