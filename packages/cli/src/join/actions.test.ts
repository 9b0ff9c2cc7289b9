import type { Room } from '@parley/client';
import { describe, expect, it } from 'vitest';
import { peopleLines } from './actions.ts';
import { aView } from './view.fixture.ts';

describe('the list of people', () => {
  it('[HU-3] says what the hub knows of a machine, free of control sequences', () => {
    const view = aView();
    const sage = {
      ...view.participants[1]!,
      kind: 'externalAI',
      model: 'qwen3-32b\u001b[2J',
      owner: 'Riverside Ltd',
      verified: true,
      roles: ['participant'],
    } as const;
    const room = { view: { ...view, participants: [sage] }, me: 'prt_me' } as unknown as Room;
    expect(peopleLines(room)).toEqual([
      'Bo: externalAI, qwen3-32b, of Riverside Ltd, verified, participant, active',
    ]);
  });
});
