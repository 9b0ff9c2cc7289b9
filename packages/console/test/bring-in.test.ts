import { ParleyError } from '@parley/client';
import { describe, expect, it } from 'vitest';
import {
  engagementFields,
  nameOf,
  NO_WISH,
  problemOf,
  requestOf,
  withFirst,
} from '../src/room/bring-in/wish.ts';

const NOTHING = { services: [], agents: [] };
const OFFERED = {
  services: [{ name: 'house', provider: 'openai', model: 'm-1' }],
  agents: [{ name: 'minutes' }, { name: 'echo' }],
};

describe('whom somebody wants to bring in', () => {
  it('[AI-1] is by default the first that the hub offers, else a model by its address', () => {
    expect(withFirst('externalAI', { instructions: 'x' }, OFFERED)).toEqual({
      instructions: 'x',
      service: 'house',
    });
    expect(withFirst('externalAI', { baseURL: '' }, OFFERED)).toEqual({ baseURL: '' });
    expect(withFirst('externalAI', {}, NOTHING)).toEqual({ baseURL: '' });
    expect(withFirst('localAgent', {}, OFFERED)).toEqual({ agent: 'minutes' });
    expect(withFirst('localAgent', { agent: 'echo' }, OFFERED)).toEqual({ agent: 'echo' });
    expect(withFirst('localAgent', {}, NOTHING)).toEqual({});
    expect(withFirst('a2aAgent', {}, OFFERED)).toEqual({});
  });

  it('[LA-1] an agent of the hub has a name already, everybody else is given one', () => {
    const local = { ...NO_WISH, way: 'localAgent' } as const;
    expect(nameOf(local, { agent: 'echo' })).toBe('echo');
    expect(nameOf({ ...local, displayName: ' Echo ' }, { agent: 'echo' })).toBe('Echo');
    expect(nameOf(NO_WISH, { card: 'https://a.example' })).toBe('');
  });

  it('[A2-1] is sent without what was left empty', () => {
    const wish = { ...NO_WISH, displayName: 'Atlas ', topics: ['tea'] };
    expect(requestOf(wish, { card: 'https://a.example' })).toEqual({
      kind: 'a2aAgent',
      displayName: 'Atlas',
      settings: { card: 'https://a.example' },
      engagement: { kind: 'whenAddressed' },
      topics: ['tea'],
    });
  });

  it('has the further settings of its engagement, as core describes them', () => {
    expect(engagementFields('onSilence')).toMatchObject([
      { path: ['engagement', 'afterMs'], type: 'number', min: 100, initial: 30_000 },
    ]);
    expect(engagementFields('bid')).toEqual([]);
    expect(engagementFields('something new')).toEqual([]);
  });

  it('is told what is wrong below the frame’s data', () => {
    const text = () => 'words';
    const invalid = new ParleyError({
      code: 'request.invalid',
      message: 'no',
      details: { path: 'data.settings.card', expected: 'an address' },
    });
    expect(problemOf(invalid, text)).toEqual({ path: 'settings.card', text: 'words' });
    expect(problemOf(new Error('lost'), text)).toEqual({ path: '', text: 'words' });
  });
});
