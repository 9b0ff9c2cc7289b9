import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import type { Connection } from '../api.ts';
import { drawn, mount } from '../testing/render.ts';
import type { Scenario } from '../testing/scenario.ts';
import { scenario } from '../testing/scenario.ts';
import {
  ParleyProvider,
  useConnection,
  useConnectionStatus,
  useConversation,
  useFloor,
  useNow,
  usePresence,
  useRoomStatus,
  useTranscript,
} from './index.ts';

/** A component that writes down what a hook gave it at each rendering. */
async function watch<T>(connection: Connection, hook: () => T) {
  const seen: T[] = [];
  const Probe = () => {
    seen.push(hook());
    return null;
  };
  const mounted = await mount(createElement(ParleyProvider, { connection }, createElement(Probe)));
  return { seen, ...mounted };
}

async function talking() {
  const made = await scenario();
  const { hub, room } = made;
  hub.addMember('bob', 'Bob');
  hub.act('bob', 'floor.request', {});
  await drawn();
  const grant = room.view.floor.holders[0]!.grant;
  const { utterance } = hub.act('bob', 'speech.start', { grant }) as { utterance: string };
  await drawn();
  let offset = 0;
  const speak = (text: string) => {
    hub.act('bob', 'speech.delta', { utterance, text, offset });
    offset += text.length;
  };
  return { ...made, utterance, speak };
}

const end = async (made: Scenario, ...mounted: { unmount(): Promise<void> }[]) => {
  for (const one of mounted) await one.unmount();
  await made.connection.close();
};

describe('hooks', () => {
  test('words being spoken render whoever shows the transcript, and nobody else', async () => {
    const made = await talking();
    const { room, connection, speak } = made;
    const transcript = await watch(connection, () => useTranscript(room));
    const conversation = await watch(connection, () => useConversation(room));
    const floor = await watch(connection, () => useFloor(room));
    const presence = await watch(connection, () => usePresence(room));
    const before = [conversation, floor, presence].map(({ seen }) => seen.length);
    for (const word of ['so ', 'many ', 'words']) await drawn(() => speak(word));
    expect([conversation, floor, presence].map(({ seen }) => seen.length)).toEqual(before);
    expect(transcript.seen.at(-1)?.at(-1)).toMatchObject({ text: 'so many words' });
    expect(transcript.seen).toHaveLength(4);
    await end(made, transcript, conversation, floor, presence);
  });

  test('pieces that come together are one rendering', async () => {
    const made = await talking();
    const { room, connection, speak } = made;
    const transcript = await watch(connection, () => useTranscript(room));
    await drawn(() => {
      for (const word of ['a', 'b', 'c', 'd']) speak(word);
    });
    expect(transcript.seen.length).toBeLessThanOrEqual(3);
    expect(transcript.seen.at(-1)?.at(-1)).toMatchObject({ text: 'abcd' });
    await end(made, transcript);
  });

  test('useFloor follows the floor, and keeps its snapshot while nothing of it changes', async () => {
    const made = await scenario();
    const { hub, room, connection } = made;
    hub.addMember('bob');
    hub.act('bob', 'floor.request', {});
    await drawn();
    const floor = await watch(connection, () => useFloor(room));
    expect(floor.seen.at(-1)).toMatchObject({ phase: 'taken', mine: null, position: null });
    await drawn(() => room.floor.request());
    expect(floor.seen.at(-1)).toMatchObject({ position: 1 });
    await drawn(() => hub.act('bob', 'floor.release', {}));
    expect(floor.seen.at(-1)).toMatchObject({ position: null, mine: { grant: expect.any(Number) } });
    expect(floor.seen.at(-1)?.actions).toBe(room.floor);
    const count = floor.seen.length;
    await drawn(() => room.setTopic('something else'));
    expect(floor.seen).toHaveLength(count);
    await end(made, floor);
  });

  test('usePresence renders for who is there and how, not for every sign of life', async () => {
    const made = await scenario();
    const { hub, room, connection, clock } = made;
    hub.addMember('bob');
    await drawn();
    const presence = await watch(connection, () => usePresence(room));
    const count = presence.seen.length;
    await clock.advance(1_000);
    await drawn(() => hub.act('bob', 'topic.set', { topic: 'still here' }));
    expect(room.outline.participants.find(({ id }) => id === 'bob')?.presence).toMatchObject({
      lastSeen: new Date(hub.now).toISOString(),
    });
    expect(presence.seen).toHaveLength(count);
    await drawn(() => hub.act('bob', 'presence.set', { status: 'away' }));
    expect(presence.seen).toHaveLength(count + 1);
    expect(presence.seen.at(-1)?.find(({ id }) => id === 'bob')?.presence.status).toBe('away');
    await end(made, presence);
  });

  test('useConversation follows everything but the words', async () => {
    const made = await scenario();
    const { room, connection } = made;
    const conversation = await watch(connection, () => useConversation(room));
    await drawn(() => room.setTopic('hooks'));
    expect(conversation.seen.at(-1)?.context.topic).toBe('hooks');
    await end(made, conversation);
  });

  test('connection and room say that they are away, and back', async () => {
    const made = await scenario();
    const { hub, room, connection, clock } = made;
    const status = await watch(connection, () => useConnectionStatus());
    const inRoom = await watch(connection, () => useRoomStatus(room));
    await drawn(() => hub.disconnect());
    expect(status.seen.at(-1)).toBe('reconnecting');
    expect(inRoom.seen.at(-1)).toEqual({ live: false, closed: null });
    await drawn(() => clock.advance(2_000));
    expect(status.seen.at(-1)).toBe('open');
    expect(inRoom.seen.at(-1)).toEqual({ live: true, closed: null });
    await drawn(() => connection.close());
    expect(status.seen).toEqual(['open', 'reconnecting', 'open', 'closed']);
    expect(inRoom.seen.at(-1)).toEqual({ live: false, closed: { cause: 'closed', error: null } });
    await end(made, status, inRoom);
  });

  test('another room in the same place is another subscription', async () => {
    const one = await scenario();
    const two = await scenario();
    const seen: (string | null)[] = [];
    const Probe = ({ room }: { room: Scenario['room'] }) => {
      seen.push(useConversation(room).context.topic);
      return null;
    };
    const mounted = await mount(createElement(Probe, { room: one.room }));
    await drawn(() => two.room.setTopic('of two'));
    await mounted.update(createElement(Probe, { room: two.room }));
    expect(seen.at(-1)).toBe('of two');
    const count = seen.length;
    await drawn(() => one.room.setTopic('of one'));
    expect(seen).toHaveLength(count);
    await end(one, mounted);
    await two.connection.close();
  });

  test('useNow ticks by the hub’s clock in whole steps, and stops with its component', async () => {
    const made = await scenario({}, {}, (hub) => void (hub.skewMs = 60_000));
    const { connection, clock } = made;
    const now = await watch(connection, () => useNow(connection, 20));
    expect(now.seen[0]).toBe(Math.floor((clock.now() + 60_000) / 20) * 20);
    await clock.advance(45);
    await drawn(() => new Promise((resolve) => setTimeout(resolve, 60)));
    expect(now.seen.at(-1)).toBe(now.seen[0]! + 40);
    expect(now.seen).toHaveLength(2);
    await end(made, now);
  });

  test('renders on a server, and without a provider says what is missing', async () => {
    const made = await scenario();
    const Title = () =>
      createElement('h1', null, `${useConversation(made.room).title} ${useConnectionStatus()}`);
    const page = createElement(ParleyProvider, { connection: made.connection }, createElement(Title));
    expect(renderToStaticMarkup(page)).toBe('<h1>Test open</h1>');
    const Lost = () => createElement('p', null, useConnection().principal);
    expect(() => renderToStaticMarkup(createElement(Lost))).toThrow('ParleyProvider');
    await made.connection.close();
  });
});
