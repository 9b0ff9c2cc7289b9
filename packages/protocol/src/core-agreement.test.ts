import { project } from '@parley/core';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { CNV, WireRoom } from './core-agreement.fixture.ts';
import { decodeEvent, encodeEvent, withAfter } from './event-frames.ts';
import { WIRE_OPS } from './schemas/commands.ts';
import { durableEventData, ephemeralEventData, eventFrame } from './schemas/events.ts';
import { replyData } from './schemas/replies.ts';
import { conversationView } from './schemas/views.ts';

const three = { ada: ['moderator'], bob: [], cy: [] };

function plainTalk(): WireRoom {
  const room = new WireRoom({}, { ada: ['moderator'], bob: [], eve: ['observer'] });
  const first = room.say('ada', 'floor.request', { urgency: 0.5 })['grant'] as number;
  room.say('bob', 'floor.request', { preview: 'A point.', addressedTo: ['ada'] });
  room.say('bob', 'floor.interrupt', { reason: 'Sorry!' });
  const utterance = room.say('ada', 'speech.start', { grant: first, topics: ['t'] })['utterance'] as string;
  room.say('ada', 'speech.delta', { utterance, text: 'Good ' });
  room.say('ada', 'speech.delta', { utterance, text: 'morning.', offset: 5 });
  room.say('ada', 'speech.end', { utterance, final: false, expectsReply: true, addressedTo: ['bob'] });
  room.say('ada', 'floor.extend', { ms: 1_000 });
  room.say('ada', 'floor.reorder', { participant: 'bob', position: 1 });
  room.say('ada', 'floor.release', {});
  room.say('bob', 'speech', { grant: room.grant, text: 'Yes.', inReplyTo: utterance, final: false });
  room.say('eve', 'reaction.add', { to: utterance, kind: 'agree', rating: 1 });
  room.say('eve', 'signal', { kind: 'backchannel', text: 'm-hm' });
  room.say('eve', 'presence.set', { status: 'away', expectedReturn: '2026-01-01T01:00:00Z' });
  room.say('eve', 'subscribe', { topics: ['a.*'] });
  room.say('ada', 'topic.set', { topic: 'Plans' });
  const { bridge } = room.say('ada', 'bridge.add', {
    kind: 'externalAI',
    displayName: 'Sage',
    settings: { service: 'house' },
    engagement: { kind: 'bid' },
    interests: ['tea'],
  }) as { bridge: string };
  room.do(null, 'bridge.report', {
    bridge,
    problem: { code: 'agent.unreachable', message: 'Nobody there.' },
  });
  room.say('ada', 'bridge.approve', { bridge });
  room.say('ada', 'bridge.remove', { bridge, reason: 'Enough.' });
  room.join('bot', ['moderator'], 'agent');
  const asked = room.say('bot', 'bridge.add', {
    kind: 'a2aAgent',
    displayName: 'Atlas',
    settings: { card: 'https://agents.example/card.json' },
  });
  room.say('ada', 'bridge.approve', { bridge: asked['bridge'] as string });
  room.say('bot', 'conversation.leave', {});
  const item = room.say('ada', 'item.open', { kind: 'question', text: 'When?', assignee: 'bob' })['item'];
  room.say('ada', 'decision.record', { text: 'Now.', item: item as string, basedOn: room.state.seq });
  room.say('ada', 'item.resolve', { item: item as string, resolution: 'Decided.' });
  room.say('bob', 'item.resolve', { item: item as string, resolution: 'Soon, I thought.' });
  const { seq: upTo } = room.state;
  room.do(null, 'summary.record', { text: `Now. [#${upTo}]`, upTo, cites: [upTo] });
  room.say('ada', 'floor.request', {});
  room.say('ada', 'floor.cancel', {});
  room.say('ada', 'floor.revoke', { participant: 'bob', reason: 'Enough.' });
  room.say('ada', 'participant.mute', { participant: 'bob', reason: 'Later.', ms: 60_000 });
  room.say('ada', 'participant.unmute', { participant: 'bob' });
  room.say('ada', 'role.set', { participant: 'eve', roles: ['critic'] });
  room.say('ada', 'conversation.configure', { config: { floor: { timers: { silenceMs: 9_000 } } } });
  room.say('ada', 'conversation.pause', {});
  room.say('ada', 'conversation.resume', {});
  room.do(null, 'connection.lost', { participant: 'bob' });
  room.do(null, 'connection.restored', { participant: 'bob' });
  room.say('ada', 'participant.remove', { participant: 'bob' });
  room.say('eve', 'conversation.leave', {});
  room.say('ada', 'conversation.end', {});
  return room;
}

function auction(): WireRoom {
  const room = new WireRoom({ floor: { strategy: { kind: 'bidding', payment: 'secondPrice' } } }, three);
  const amount = (value: number) => ({ currency: 'priorityPoints', value });
  room.say('ada', 'credits.mint', { participant: 'bob', value: 20, reason: 'welcome' });
  room.say('ada', 'floor.request', { urgency: 0.5, estimatedMs: 1_500, amount: amount(10) });
  room.say('bob', 'bid.place', {
    window: room.open('window'),
    urgency: 0.9,
    estimatedMs: 3_000,
    preview: 'Listen.',
    amount: amount(30),
  });
  room.say('cy', 'bid.pass', { window: room.open('window') });
  room.say('bob', 'speech', { grant: room.grant, text: 'I paid for this.' });
  room.say('cy', 'floor.request', {});
  room.say('ada', 'conversation.configure', { config: { floor: { strategy: { kind: 'sequential' } } } });
  return room;
}

function failingAgent(): WireRoom {
  const room = new WireRoom({ agents: { maxFailures: 1, muteMs: 5_000 } }, { ada: ['moderator'] });
  room.join('rob', [], 'agent');
  room.say('rob', 'floor.request', {});
  room.say('rob', 'floor.release', { failed: 'error' });
  return room;
}

function strongViews(): WireRoom {
  const room = new WireRoom({ consistency: { kind: 'strong', barrierTimeoutMs: 1_000 } }, three);
  room.say('ada', 'floor.request', {});
  room.say('ada', 'speech', { grant: room.grant, text: 'Has everybody heard this?' });
  room.say('bob', 'floor.request', {});
  room.say('ada', 'ack', { seq: room.state.seq });
  room.wait(2_000);
  room.say('cy', 'ack', { seq: room.state.seq });
  return room;
}

function election(): WireRoom {
  const room = new WireRoom({ floor: { strategy: { kind: 'consensus' } } }, three);
  room.say('ada', 'floor.request', {});
  for (const voter of ['ada', 'bob', 'cy']) {
    if (room.state.floor.ballot) {
      room.say(voter, 'vote.cast', {
        ballot: room.open('ballot'),
        choice: voter === 'cy' ? 'abstain' : 'ada',
      });
    }
  }
  return room;
}

function collisions(resolution: string): WireRoom {
  const strategy = { kind: 'concurrent', maxSimultaneous: 1, collision: { resolution, windowMs: 500 } };
  const room = new WireRoom({ floor: { strategy } }, three);
  room.say('ada', 'floor.request', {});
  room.say('bob', 'floor.request', { urgency: 1 });
  room.wait(5_000);
  return room;
}

function preemption(): WireRoom {
  const strategy = { kind: 'priority', preemptionThreshold: 0.5 };
  const room = new WireRoom(
    { floor: { strategy, priority: { roleBase: { 'chief editor': 2 } } } },
    { ada: ['moderator', 'chief editor'], bob: [], cy: [] },
  );
  room.say('bob', 'floor.request', {});
  room.say('ada', 'floor.request', { urgency: 1 });
  room.wait(4_000);
  return room;
}

function interruptions(policy: Record<string, unknown>): WireRoom {
  const room = new WireRoom({ interruption: policy, floor: { timers: { minSpeakingMs: 500 } } }, three);
  room.say('ada', 'floor.request', {});
  room.say('bob', 'floor.interrupt', { reason: 'But', urgency: 1 });
  room.say('ada', 'speech', { grant: room.grant, text: 'As I said', final: false });
  room.wait(500);
  const { interruption, ballot } = room.state.floor;
  if (interruption?.stage === 'asked') {
    room.say('ada', 'interruption.answer', { interruption: interruption.id, grant: true });
  }
  if (ballot) room.say('cy', 'vote.cast', { ballot: ballot.id, choice: 'yes' });
  room.wait(4_000);
  return room;
}

function mootQuestion(): WireRoom {
  const room = new WireRoom(
    { interruption: { kind: 'cooperative' }, floor: { timers: { minSpeakingMs: 0 } } },
    three,
  );
  room.say('ada', 'floor.request', {});
  room.say('bob', 'floor.interrupt', {});
  room.say('ada', 'floor.release', {});
  return room;
}

function callsBack(): WireRoom {
  const room = new WireRoom({ floor: { timers: { firstContentMs: 2_000 } } }, three);
  const item = room.say('ada', 'item.open', { kind: 'question', text: 'Who?' })['item'] as string;
  const asked = room.state.seq;
  room.say('ada', 'item.resolve', { item, resolution: 'Bob.' });
  room.say('ada', 'floor.request', {});
  room.say('ada', 'speech', { grant: room.grant, text: 'Cy, I would say.', inReplyTo: asked });
  for (const [url, outcome] of [
    ['https://bob.example/a', 'delivered'],
    ['https://bob.example/b', 'endpoint.gone'],
    ['https://bob.example/c', null],
  ] as const) {
    room.say('bob', 'webhook.set', { url });
    room.say('bob', 'floor.request', {});
    room.say('bob', 'presence.set', { status: 'away' });
    room.say('ada', 'item.open', { kind: 'task', text: 'Call back.', assignee: 'bob' });
    room.wait(3_000);
    const tried = room.events.findLast((event) => event.type === 'notification.attempted')!.data;
    if (outcome) {
      const { participant, notification, attempt } = tried;
      const status = outcome === 'delivered' ? {} : { status: 410 };
      room.do(null, 'notification.report', { participant, notification, attempt, outcome, ...status });
    }
    room.say('bob', 'presence.set', { status: 'active' });
    room.say('bob', 'floor.release', {});
  }
  return room;
}

/** Between them everything is said that this version can say. */
const rooms = {
  'plain talk': plainTalk(),
  'an auction': auction(),
  'an election': election(),
  'a collision with back-off': collisions('backoff'),
  'a collision by priority': collisions('priority'),
  'a preemption': preemption(),
  'an interruption by priority': interruptions({ kind: 'priorityBased' }),
  'an interruption by vote': interruptions({ kind: 'consensusRequired' }),
  'an interruption with leave': interruptions({ kind: 'cooperative' }),
  'two voices': interruptions({ kind: 'conversational' }),
  'a question that was too late': mootQuestion(),
  'turns that wait for views': strongViews(),
  'a human who is called back': callsBack(),
  'an agent that fails': failingAgent(),
};

describe.each(Object.entries(rooms))('core and the wire agree in %s', (_, room) => {
  it('on every event: what core decides is what the schemas describe', () => {
    for (const event of room.events) {
      const json = encodeEvent(CNV, event);
      const frame: unknown = JSON.parse('seq' in event ? withAfter(json, event.seq - 1) : json);
      const read = eventFrame.safeParse(frame);
      expect(read.error?.message).toBeUndefined();
      // Nothing was dropped: the schema knows every key.
      expect(read.data).toEqual(frame);
    }
  });

  it('on the log: what was stored is read back as it was', () => {
    for (const event of room.events) {
      if (!('seq' in event)) continue;
      const hidden = event.hidden === undefined ? undefined : JSON.stringify(event.hidden);
      expect(decodeEvent(encodeEvent(CNV, event), hidden, event.audience)).toEqual(event);
    }
  });

  it('on replies', () => {
    for (const [op, reply] of room.replies) {
      const read = (replyData[op] as z.ZodType).safeParse(reply);
      expect(read.error?.message).toBeUndefined();
      expect([op, read.data]).toEqual([op, reply]);
    }
  });

  it('on the state that everybody sees', () => {
    for (const viewer of [
      { participant: 'ada', moderator: true },
      { participant: null, moderator: false },
    ]) {
      const view = JSON.parse(JSON.stringify(project(room.state, viewer))) as unknown;
      const read = conversationView.safeParse(view);
      expect(read.error?.message).toBeUndefined();
      expect(read.data).toEqual(view);
    }
  });
});

describe('between them the rooms', () => {
  const all = Object.values(rooms);

  it('have every event but those of time-outs and of connections', () => {
    const seen = new Set<string>(all.flatMap(({ events }) => events.map(({ type }) => type)));
    const known = Object.keys({ ...durableEventData, ...ephemeralEventData });
    expect(known.filter((type) => !seen.has(type))).toEqual([
      'floor.expiring',
      'session.replaced',
      'delivery.dropped',
    ]);
  });

  it('have a reply to every op that the conversation answers', () => {
    const seen = new Set(all.flatMap(({ replies }) => replies.map(([op]) => op)));
    expect(WIRE_OPS.filter((op) => !seen.has(op))).toEqual(['hello', 'conversation.join']);
  });
});

it('core and the wire agree on the state while something is open', () => {
  const bids = auction();
  bids.say('ada', 'conversation.configure', { config: { floor: { strategy: { kind: 'bidding' } } } });
  const asks = new WireRoom(
    { interruption: { kind: 'consensusRequired' }, floor: { timers: { minSpeakingMs: 0 } } },
    three,
  );
  asks.say('ada', 'floor.request', {});
  asks.say('bob', 'floor.interrupt', {});
  expect(asks.open('ballot')).toMatch(/^bal_/);
  for (const { state } of [bids, asks, new WireRoom()]) {
    const view = JSON.parse(
      JSON.stringify(project(state, { participant: 'bob', moderator: false })),
    ) as unknown;
    expect(conversationView.safeParse(view).data).toEqual(view);
  }
});
