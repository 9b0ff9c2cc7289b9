import type { Agent, Room } from '@parley/client';
import { afterEach, describe, expect, it } from 'vitest';
import { startHub } from '../../app.ts';
import type { Hub } from '../../app.ts';
import { settingsOf } from '../../operations/settings.ts';
import { moderated } from '../moderated.fixture.ts';

let hub: Hub | null = null;

afterEach(async () => {
  await hub?.stop();
  hub = null;
});

async function roomWithHuman(): Promise<{ hub: Hub; room: Room; conversation: string }> {
  const started = await startHub(settingsOf({ port: 0, open: true, log: 'memory', logLevel: 'silent' }));
  hub = started;
  const room = await moderated(started, { title: 'Local agents' }, 'Ada');
  return { hub: started, room, conversation: room.id };
}

/** Resolves with the next whole utterance that `speaker` made. */
const nextUtterance = (room: Room, speaker: string): Promise<string> =>
  new Promise((resolve) => {
    const stop = room.on((event) => {
      if (event.event !== 'speech.ended' || event.data.participant !== speaker) return;
      stop();
      resolve(event.data.text);
    });
  });

const echo: Agent = {
  name: 'echo',
  wantsFloor: (room) =>
    room.transcript.findLast((line) => line.kind === 'utterance')?.participant !== room.me,
  async *onTurn({ transcript }) {
    const last = transcript.findLast((line) => line.kind === 'utterance');
    yield 'You said: ';
    yield last?.kind === 'utterance' ? last.text : 'nothing';
  },
};

describe('agents of the host application', () => {
  it('[LA-1] [LA-2] take their turns like anybody else, streamed', async () => {
    const { hub: running, room, conversation } = await roomWithHuman();
    const quiet: Agent = {
      ...echo,
      wantsFloor: (r) => echo.wantsFloor!(r) && r.transcript.some((l) => l.kind === 'utterance'),
    };
    const agent = running.register(quiet, { conversation });
    const me = await agent.joined;
    const answer = nextUtterance(room, me);
    await room.withFloor(async (turn) => void (await turn.say('good morning')));
    expect(await answer).toBe('You said: good morning');
    expect(room.view.participants.find(({ id }) => id === me)).toMatchObject({
      kind: 'localAgent',
      displayName: 'echo',
      roles: ['participant'],
    });
    await agent.stop();
    expect(room.view.floor.holders).toEqual([]);
  });

  it('[LA-1] are told why they cannot join, and do not try for ever', async () => {
    const { hub: running } = await roomWithHuman();
    const errors: unknown[] = [];
    const agent = running.register(echo, {
      conversation: 'cnv_none',
      onError: (error) => errors.push(error),
    });
    await expect(agent.joined).rejects.toMatchObject({ code: 'not_found' });
    await agent.finished;
    expect(errors).toHaveLength(1);
  });

  it('[LA-1] end with the conversation, and a hub that stops waits for none of them', async () => {
    const { hub: running, room, conversation } = await roomWithHuman();
    const agent = running.register(echo, { conversation });
    await agent.joined;
    await room.send('conversation.end', {});
    await agent.finished;
  });
});
