import type { Room } from '@parley/client';
import { describe, expect, it } from 'vitest';
import { OPENING_LINES } from './director.ts';
import type { Pace } from './talker.ts';
import { NAMES, talker } from './talker.ts';
import { TOPICS } from './topics/all.ts';
import type { Speaker } from './topics/topic.ts';

const PACE: Pace = { thinkMs: 400, wordMs: 1, commaMs: 1, sentenceMs: 1 };
const script = TOPICS.flatMap(({ lines }) => lines);

/** As much of a room as a talker looks at; changed by the test while it talks. */
function stage(spoken: number, options: { person?: boolean } = {}) {
  const people = [
    { id: 'prt_b', kind: 'localAgent', displayName: 'Brindle', connection: 'connected' },
    { id: 'prt_j', kind: 'localAgent', displayName: 'Juniper', connection: 'connected' },
    ...(options.person === false
      ? []
      : [{ id: 'prt_ada', kind: 'human', displayName: 'Ada', connection: 'connected' }]),
  ];
  const utterance = (speaker: string, text: string) => ({
    kind: 'utterance',
    status: 'ended',
    participant: `prt_${speaker[0]}`,
    displayName: NAMES[speaker as Speaker],
    text,
    addressedTo: [],
  });
  const topics: string[] = [];
  const floor = { holders: [] as unknown[], queue: [] as { participant: string }[] };
  const room = {
    view: { participants: people, floor, seq: 7 },
    transcript: script.slice(0, spoken).map(([speaker, text]) => utterance(speaker, text)),
    setTopic: async (topic: string) => void topics.push(topic),
  };
  return { room: room as unknown as Room, floor, people, topics };
}

const raiseHand = (floor: { queue: { participant: string }[] }) =>
  floor.queue.push({ participant: 'prt_ada' });

async function hear(speaker: Speaker, room: Room, onPause: () => void = () => undefined): Promise<string> {
  const agent = talker(speaker, { pace: PACE, pause: async () => onPause() });
  const turn = { room, transcript: [], addressed: false, participants: [], close: () => undefined };
  let said = '';
  for await (const piece of agent.onTurn(turn, new AbortController().signal) as AsyncIterable<string>)
    said += piece;
  return said;
}

const wants = (speaker: Speaker, room: Room) =>
  talker(speaker, { pace: PACE, pause: async () => undefined }).wantsFloor!(room);

describe('a character of the demo', () => {
  it('says its line, and only it wants to', async () => {
    const { room } = stage(9);
    const [speaker, text] = script[9]!;
    const other = speaker === 'brindle' ? 'juniper' : 'brindle';
    expect([wants(speaker, room), wants(other, room)]).toEqual([true, false]);
    expect(await hear(speaker, room)).toBe(text);
    expect(await hear(other, room)).toBe('');
  });

  it('sets the topic when a new one begins', async () => {
    const { room, topics } = stage(TOPICS[0]!.lines.length);
    await hear(TOPICS[1]!.lines[0]![0], room);
    expect(topics).toEqual([TOPICS[1]!.title]);
  });

  it('asks for nothing while somebody has the floor, or a person waits for it', () => {
    const taken = stage(9);
    taken.floor.holders.push({});
    expect(wants('brindle', taken.room) || wants('juniper', taken.room)).toBe(false);
    const waiting = stage(9);
    raiseHand(waiting.floor);
    expect(wants('brindle', waiting.room) || wants('juniper', waiting.room)).toBe(false);
  });

  it('gives the floor back without a word to a person who waits', async () => {
    const { room, floor } = stage(9);
    raiseHand(floor);
    expect(await hear(script[9]![0], room)).toBe('');
    const thinking = stage(9);
    expect(await hear(script[9]![0], thinking.room, () => raiseHand(thinking.floor))).toBe('');
  });

  it('stops within its line when a person raises a hand, by name', async () => {
    const { room, floor } = stage(8);
    const [speaker, text] = script[8]!;
    let pauses = 0;
    const said = await hear(speaker, room, () => {
      if (++pauses === 8) raiseHand(floor);
    });
    expect(said).toContain('Ada');
    expect(said.startsWith(text.slice(0, 24))).toBe(true);
    expect(said).not.toContain(text.slice(-20));
  });

  it('opens without listeners, then waits for one', () => {
    const [opens] = script[0]!;
    expect(wants(opens, stage(0, { person: false }).room)).toBe(true);
    const [next] = script[OPENING_LINES]!;
    const { room, people } = stage(OPENING_LINES, { person: false });
    expect(wants(next, room)).toBe(false);
    people.push({ id: 'prt_ada', kind: 'human', displayName: 'Ada', connection: 'connected' });
    expect(wants(next, room)).toBe(true);
    people.at(-1)!.connection = 'disconnected';
    expect(wants(next, room)).toBe(false);
  });
});
