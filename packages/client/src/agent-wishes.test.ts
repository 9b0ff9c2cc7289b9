import { expect, test } from 'vitest';
import type { AgentControl } from './agent.ts';
import { runAgent } from './agent.ts';
import { settled } from './testing/manual-clock.ts';
import { scenario } from './testing/scenario.ts';

const ended = (hub: Awaited<ReturnType<typeof scenario>>['hub']) =>
  hub.log.flatMap((event) => (event.type === 'speech.ended' ? [event.data] : []));

test('an agent wakes itself, with a request of its own, and says whom its end is meant for', async () => {
  const { hub, room, connection } = await scenario({}, { kind: 'agent', displayName: 'Echo' });
  hub.addMember('bob', 'Bob');
  await settled();
  const stop = new AbortController();
  let control: AgentControl | null = null;
  let over = false;
  const running = runAgent(
    room,
    {
      name: 'Echo',
      wantsFloor: () => false,
      begin(given) {
        control = given;
        return () => void (over = true);
      },
      async onTurn(turn) {
        turn.close({ addressedTo: ['bob'], expectsReply: true });
        return 'And you, Bob?';
      },
    },
    { signal: stop.signal },
  );
  await settled();
  expect(ended(hub)).toEqual([]);
  control!.want({ preview: 'a question' });
  await settled();
  expect(hub.log.find(({ type }) => type === 'floor.requested')?.data).toMatchObject({
    preview: 'a question',
  });
  expect(ended(hub)).toMatchObject([{ text: 'And you, Bob?', addressedTo: ['bob'], expectsReply: true }]);
  stop.abort();
  await running;
  expect(over).toBe(true);
  control!.want();
  await connection.close();
});

test('[LA-2] pieces that are not text are kept as parts, also where there is no text at all', async () => {
  const { hub, room, connection } = await scenario({}, { kind: 'agent', displayName: 'Echo' });
  const picture = { type: 'image', url: 'https://pictures.example/1' };
  const stop = new AbortController();
  let control: AgentControl | null = null;
  let turns = 0;
  const running = runAgent(
    room,
    {
      name: 'Echo',
      wantsFloor: () => false,
      begin: (given) => void (control = given),
      async *onTurn() {
        turns += 1;
        yield picture;
        if (turns === 1) yield 'Look at this.';
      },
    },
    { signal: stop.signal },
  );
  await settled();
  control!.want();
  await settled();
  control!.want();
  await settled();
  expect(ended(hub)).toMatchObject([
    { text: 'Look at this.', parts: [picture] },
    { text: '', parts: [picture] },
  ]);
  stop.abort();
  await running;
  await connection.close();
});
