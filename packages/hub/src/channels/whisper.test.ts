import { connect, http } from '@parley/client';
import type { Room } from '@parley/client';
import { afterEach, expect, it } from 'vitest';
import { startHub } from '../app.ts';
import type { Hub } from '../app.ts';
import { settingsOf } from '../operations/settings.ts';

let hub: Hub | null = null;

afterEach(async () => {
  await hub?.stop();
  hub = null;
});

const SECRET = 'only between us';
const READS = [
  '',
  '/events?after=0',
  '/transcript?format=json',
  '/transcript?format=markdown',
  '/catch-up?after=0',
];

it('[RT-6] [RT-7] a whisper reaches its audience, and nobody else by any way of reading', async () => {
  const running = await startHub(settingsOf({ port: 0, open: true, log: 'memory', logLevel: 'silent' }));
  hub = running;
  const enter = async (displayName: string, conversation: string) => {
    const connection = await connect(running.connectLocal);
    const room: Room = await connection.join(conversation, { kind: 'human', displayName });
    const heard: string[] = [];
    room.on((event) => heard.push(JSON.stringify(event)));
    return { room, heard, token: connection.token ?? '' };
  };
  const creator = await connect(running.connectLocal);
  const config = { routing: { kind: 'broadcast', whisper: true } };
  const { id } = await http(running.url, { token: creator.token ?? '' }).createConversation({ config });
  const [bob, cy, dan] = [await enter('Bob', id), await enter('Cy', id), await enter('Dan', id)];

  const reads = async (token: string): Promise<boolean[]> =>
    Promise.all(
      READS.map(async (path) => {
        const headers = { authorization: `Bearer ${token}` };
        const answer = await fetch(`${running.url}/v1/conversations/${id}${path}`, { headers });
        expect(answer.status).toBe(200);
        return (await answer.text()).includes(SECRET);
      }),
    );
  await bob.room.withFloor(async () => {
    const { grant } = bob.room.floor.mine ?? { grant: 0 };
    const { utterance } = await bob.room.send('speech.start', { grant, to: [cy.room.me] });
    void bob.room.send('speech.delta', { utterance, text: SECRET });
    await expect.poll(() => cy.heard.some((event) => event.includes(SECRET))).toBe(true);
    // While it is being said, the state shows it to whom it is said.
    expect(await reads(cy.token)).toEqual([true, false, false, false, true]);
    expect(await reads(dan.token)).toEqual(READS.map(() => false));
    await bob.room.send('speech.end', { utterance, final: false });
    await bob.room.say('and this for all');
  });
  await expect.poll(() => dan.heard.some((event) => event.includes('and this for all'))).toBe(true);
  expect(dan.heard.some((event) => event.includes(SECRET))).toBe(false);
  expect(await reads(dan.token)).toEqual(READS.map(() => false));
  expect(await reads(cy.token)).toEqual([false, true, true, true, true]);
  const headers = { authorization: `Bearer ${cy.token}` };
  const markdown = await fetch(`${running.url}/v1/conversations/${id}/transcript?format=markdown`, {
    headers,
  });
  expect(await markdown.text()).toContain('**Bob (human)** whispers to Cy (human), ');
});
