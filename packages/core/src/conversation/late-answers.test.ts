import { describe, expect, it } from 'vitest';
import { TestRoom } from './room.fixture.ts';

/** Ann has asked something of bob. */
function asked(): { r: TestRoom; item: string; seq: number } {
  const r = new TestRoom().join('ann').join('bob').join('cy');
  const { item } = r.as('ann').ok('item.open', { kind: 'question', text: 'Green?', assignee: 'bob' }) as {
    item: string;
  };
  return { r, item, seq: r.state.seq };
}

const speak = (r: TestRoom, who: string, inReplyTo: number): void => {
  r.as(who).ok('floor.request', {});
  r.as(who).ok('speech', { grant: r.grant, text: 'Green.', inReplyTo });
};

describe('an answer to what was resolved meanwhile', () => {
  it('[HU-2] is kept as a resolution that is late, and the first one stands', () => {
    const { r, item } = asked();
    r.as('cy').ok('item.resolve', { item, resolution: 'Black.' });
    expect(r.last('item.resolved').data).toEqual({ item, resolution: 'Black.' });
    const { context } = r.state;
    expect(r.as('bob').ok('item.resolve', { item, resolution: 'Green.' })).toEqual({ item });
    expect(r.last('item.resolved')).toMatchObject({
      by: 'bob',
      data: { item, resolution: 'Green.', late: true },
    });
    expect(r.state.context).toEqual(context);
  });

  it('[HU-2] is told from an answer to something that never was', () => {
    const { r } = asked();
    expect(r.as('bob').refused('item.resolve', { item: 'itm_99', resolution: 'Green.' })).toMatchObject({
      code: 'not_found',
      details: { path: 'data.item' },
    });
  });

  it('[HU-2] is an utterance that is late where it replies to the item', () => {
    const { r, item, seq } = asked();
    speak(r, 'bob', seq);
    expect(r.last('speech.ended').data).not.toHaveProperty('late');
    r.as('cy').ok('item.resolve', { item, resolution: 'Black.' });
    speak(r, 'bob', seq);
    expect(r.last('speech.ended').data).toMatchObject({ inReplyTo: seq, late: true });
    speak(r, 'bob', seq - 1);
    expect(r.last('speech.ended').data).not.toHaveProperty('late');
  });

  it.each([
    { when: 'before', late: undefined },
    { when: 'after', late: true },
  ])('[HU-2] is late by when it begins: $when the item was resolved', ({ when, late }) => {
    const { r, item, seq } = asked();
    const resolve = () => r.as('cy').ok('item.resolve', { item, resolution: 'Black.' });
    if (when === 'after') resolve();
    r.as('bob').ok('floor.request', {});
    const { utterance } = r.as('bob').ok('speech.start', { grant: r.grant, inReplyTo: seq }) as {
      utterance: string;
    };
    if (when === 'before') resolve();
    r.as('bob').ok('speech.delta', { utterance, text: 'Green' });
    // Cut short: what was said up to then is kept with what is known of it.
    r.as({ participant: null, steward: true }).ok('floor.revoke', { participant: 'bob' });
    expect(r.last('speech.started').data.late).toBe(late);
    expect(r.last('speech.ended').data).toMatchObject({ text: 'Green', interrupted: true });
    expect(r.last('speech.ended').data.late).toBe(late);
  });
});
