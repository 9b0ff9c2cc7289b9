import { expect, it } from 'vitest';
import { TestRoom } from '../conversation/room.fixture.ts';

it('[RT-5] what happens to the floor, to members and to the context is for all; bids and accounts are not', () => {
  const r = new TestRoom({
    routing: { kind: 'roleBased', table: {} },
    floor: { strategy: { kind: 'bidding', bidWindowMs: 5_000, closeEarly: false } },
  });
  for (const id of ['ann', 'bob', 'cy', 'dan']) r.join(id, id === 'ann' ? { roles: ['moderator'] } : {});
  const points = (value: number) => ({ amount: { currency: 'priorityPoints', value } });
  r.as('bob').ok('floor.request', { urgency: 1, ...points(50) });
  r.as('cy').ok('floor.request', { urgency: 0, ...points(5) });
  r.wait(5_000);
  r.as('bob').ok('floor.release', {});
  r.as('cy').ok('topic.set', { topic: 'Tea' });
  const { item } = r.as('cy').ok('item.open', { kind: 'question', text: 'Green?' }) as { item: string };
  r.as('cy').ok('item.resolve', { item, resolution: 'Yes.' });
  r.as('cy').ok('decision.record', { text: 'Green.', basedOn: r.state.seq });
  r.as('cy').ok('subscribe', { topics: ['tea'] });
  r.as('ann').ok('role.set', { participant: 'cy', roles: ['participant', 'guest'] });
  r.hub('connection.lost', { participant: 'dan' }).hub('connection.restored', { participant: 'dan' });
  r.as('dan').ok('conversation.leave', {});

  const own = new Set(['bid.placed', 'bid.lost', 'credits.changed']);
  for (const { type, audience, data } of r.events) {
    expect([type, audience === 'all']).toEqual([type, !own.has(type)]);
    if (audience === 'all') continue;
    const { participant } = data as { participant: string };
    expect(audience).toContain(participant);
    expect([participant, 'ann']).toEqual(expect.arrayContaining([...audience]));
  }
  expect(r.types()).toEqual(
    expect.arrayContaining([
      ...own,
      ...['floor.requested', 'bidding.opened', 'bidding.closed', 'floor.granted', 'floor.released'],
      ...['participant.joined', 'participant.disconnected', 'participant.returned', 'participant.left'],
      ...['participant.updated', 'role.changed', 'topic.changed', 'item.opened', 'item.resolved'],
      'decision.recorded',
    ]),
  );
});
