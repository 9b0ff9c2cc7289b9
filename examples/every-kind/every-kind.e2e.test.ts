import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Connection, WireEvent } from '@parley/client';
import { connect, http } from '@parley/client';
import type { Hub } from '@parley/hub';
import { createLogger, settingsOf, startHub } from '@parley/hub';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Guests, Outside } from './cast.ts';
import { KINDS, openOutside, STRATEGIES } from './cast.ts';
import { Host, until } from './host.ts';
import { AT_LENGTH } from './speeches.ts';

describe('a participant of every kind', () => {
  let outside: Outside;
  let hub: Hub;
  let desk: Connection;
  let host: Host;
  let guests: Guests;
  const events: WireEvent[] = [];
  const seen = <E extends WireEvent['event']>(event: E) =>
    events.filter((each): each is Extract<WireEvent, { event: E }> => each.event === event);
  const idOf = (name: string) => host.others.find(({ displayName }) => displayName === name)!.id;
  const deltasOf = (name: string) =>
    seen('speech.delta').filter(({ data }) => data.participant === idOf(name));
  const endedOf = (name: string) =>
    seen('speech.ended').filter(({ data }) => data.participant === idOf(name));
  const shown = (isSo: () => boolean, what: string) =>
    until(host.room, isSo, () => `${what} was not to be seen`);

  beforeAll(async () => {
    outside = await openOutside();
    const settings = { port: 0, log: 'memory', open: true, ...outside.settings };
    hub = await startHub(settingsOf(settings), { logger: createLogger('silent') });
    const { id, token } = await http(hub.url).createConversation({
      title: 'What is a good neighbour?',
      config: {
        floor: {
          maxConsecutiveAgentTurns: 50,
          priority: { roleBase: { moderator: 3 } },
          timers: { minSpeakingMs: 0 },
        },
        interruption: { kind: 'priorityBased' },
      },
    });
    desk = await connect(hub.url, { token: token! });
    host = new Host(await desk.join(id, { kind: 'human', displayName: 'Hana', roles: ['moderator'] }));
    host.room.on((event) => void events.push(event));
    guests = await outside.bringIn(hub.url, host.room);
  });

  afterAll(async () => {
    await host.room.send('conversation.end');
    await Promise.all([host.over(), guests.ada.done, guests.mira.done]);
    await guests.close();
    await desk.close();
    await hub.stop();
    outside.close();
  });

  it.each(STRATEGIES)('everybody asked speaks under $kind, whatever their own kind', async (strategy) => {
    await host.room.send('conversation.configure', { config: { floor: { strategy } } });
    const before = events.length;
    await host.ask('What is a good neighbour?');
    const everybody = new Set([host.room.me, ...Object.keys(KINDS).map(idOf)]);
    const speakers = new Set<string>();
    const bidders = new Set<string>();
    const voters = new Set<string>();
    for (const { event, data } of events.slice(before)) {
      if (event === 'speech.ended') speakers.add(data.participant);
      if (event === 'bidding.closed') for (const bid of data.bids) bidders.add(bid.participant);
      if (event === 'vote.cast') voters.add(data.participant);
    }
    expect(host.room.view.config.floor.strategy.kind).toBe(strategy.kind);
    expect(speakers).toEqual(everybody);
    expect(bidders).toEqual(strategy.kind === 'bidding' ? everybody : new Set());
    // A2A has no votes, and a model is not asked for one.
    const electors = new Set([host.room.me, idOf('Clerk'), idOf('Mira')]);
    expect(voters).toEqual(strategy.kind === 'consensus' ? electors : new Set());
  });

  it('[AI-3] [A2-6] [MC-4] a model’s words come as it says them: to a human, an A2A client and an MCP client', async () => {
    await host.room.send('conversation.configure', {
      config: { floor: { strategy: { kind: 'sequential' } } },
    });
    // Whatever is still on its way of what Sage said before, comes before what Clerk says now.
    await host.ask('What is a good neighbour?', ['Clerk']);
    const before = deltasOf('Sage').length;
    const pieces = guests.ada.pieces.get('Sage')?.length ?? 0;
    const progress = guests.mira.progress.length;
    await host.ask('What is a good neighbour?', ['Sage']);
    const { text } = endedOf('Sage').at(-1)!.data;
    const deltas = deltasOf('Sage').slice(before);
    const heard = {
      human: () => deltas.map(({ data }) => data.text),
      a2a: () => (guests.ada.pieces.get('Sage') ?? []).slice(pieces),
      mcp: () =>
        guests.mira.progress
          .slice(progress)
          .filter((message) => message.startsWith('Sage: '))
          .map((message) => message.slice('Sage: '.length)),
    };
    for (const [who, parts] of Object.entries(heard)) {
      await vi.waitFor(() => expect(parts().join(''), who).toBe(text));
      expect(parts().length, who).toBeGreaterThan(2);
    }
  });

  it('[AI-3] [IP-2] [IP-6] an interruption ends the model’s call within one piece, and what was said stays', async () => {
    const deltas = deltasOf('Sage').length;
    await host.say(`Tell us everything, ${AT_LENGTH}.`, ['Sage']);
    await shown(() => deltasOf('Sage').length >= deltas + 3, 'Sage’s third word');
    const call = outside.model.calls.at(-1)!;
    const { outcome } = await host.room.floor.interrupt({ urgency: 1, reason: 'Lunch is ready.' });
    const sent = call.pieces;
    expect(outcome).toBe('granted');
    await call.closed;
    expect(call.wasCutOff).toBe(true);
    expect(call.pieces - sent).toBeLessThanOrEqual(1);
    const { data } = endedOf('Sage').at(-1)!;
    const delivered = deltasOf('Sage').slice(deltas);
    expect(data).toMatchObject({ interrupted: true, interruptedBy: host.room.me });
    expect(data.text).toBe(delivered.map((delta) => delta.data.text).join(''));
    expect(call.pieces - delivered.length).toBeLessThanOrEqual(1);
    await host.room.floor.release();
  });

  it('[A2-3] [IP-2] [IP-6] an interruption cancels the remote agent’s task, and what was said stays', async () => {
    const deltas = deltasOf('Atlas').length;
    expect(outside.atlas.cancelled).toEqual([]);
    await host.say(`Tell us everything, ${AT_LENGTH}.`, ['Atlas']);
    await shown(() => deltasOf('Atlas').length >= deltas + 3, 'Atlas’s third word');
    const { outcome } = await host.room.floor.interrupt({ urgency: 1, reason: 'Lunch is ready.' });
    expect(outcome).toBe('granted');
    await outside.atlas.firstCancelled;
    expect(outside.atlas.cancelled).toHaveLength(1);
    const { data } = endedOf('Atlas').at(-1)!;
    const delivered = deltasOf('Atlas').slice(deltas);
    expect(data).toMatchObject({ interrupted: true, interruptedBy: host.room.me });
    expect(data.text).toBe(delivered.map((delta) => delta.data.text).join(''));
    await host.room.floor.release();
  });
});

it('the example says who spoke under which strategy, and ends by itself', async () => {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts')]);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const timer = setTimeout(() => child.kill('SIGKILL'), 80_000);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  expect({ code, errors }, output).toEqual({ code: 0, errors: '' });
  const all = STRATEGIES.map(({ kind }) => kind).join(', ');
  const told = output.split('\n').filter((line) => line.endsWith(`spoke under ${all}`));
  expect(told.map((line) => line.split(',')[0])).toEqual(['Hana', ...Object.keys(KINDS)]);
});
