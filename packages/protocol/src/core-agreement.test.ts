import { decide, initialState, project } from '@parley/core';
import type { Command, CommandData, ConversationEvent, Op, State } from '@parley/core';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { decodeEvent, encodeEvent, withAfter } from './event-frames.ts';
import { eventFrame } from './schemas/events.ts';
import type { WireOp } from './schemas/commands.ts';
import { isWireOp } from './schemas/commands.ts';
import { replyData } from './schemas/replies.ts';
import { conversationView } from './schemas/views.ts';
import { validateCommand } from './frame.ts';

const CNV = 'cnv_1';

/** A conversation in which everything is said that this version can say. */
class Room {
  state: State = initialState();
  at = Date.UTC(2026, 0, 1);
  readonly events: ConversationEvent[] = [];
  readonly replies: [WireOp, unknown][] = [];

  do<O extends Op>(participant: string | null, op: O, data: CommandData[O]): Record<string, unknown> {
    this.at += 100;
    const author = { participant, steward: participant === null };
    const decided = decide(this.state, { op, data, author } as unknown as Command, this.at);
    if (!decided.ok) throw new Error(`${op}: ${decided.error.code} ${decided.error.message}`);
    this.state = decided.value.state;
    this.events.push(...decided.value.events);
    if (isWireOp(op) && op !== 'conversation.join') this.replies.push([op, decided.value.reply]);
    return decided.value.reply;
  }

  join(participant: string, roles: string[]): void {
    this.do(null, 'conversation.join', {
      participant,
      principal: `principal of ${participant}`,
      kind: 'human',
      displayName: participant.toUpperCase(),
      roles,
      capabilities: [],
      topics: [],
      interests: [],
      metadata: { from: 'afar' },
      verified: false,
    });
  }

  /** As a client would: the data passes the wire's own schema first. */
  say<O extends Op & WireOp>(participant: string, op: O, data: CommandData[O]): Record<string, unknown> {
    const checked = validateCommand(op, data);
    if (!checked.ok) throw new Error(`${op}: ${checked.error.path}: ${checked.error.expected}`);
    return this.do(participant, op, data);
  }
}

function livelyRoom(): Room {
  const room = new Room();
  room.do(null, 'conversation.create', { id: CNV, epoch: 'e1', title: 'Talk', createdBy: 'me', config: {} });
  room.join('ada', ['moderator']);
  room.join('bob', []);
  room.join('eve', ['observer']);
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
  const second = room.state.floor.holders[0]!.grant;
  room.say('bob', 'speech', { grant: second, text: 'Yes.', inReplyTo: utterance, final: false });
  room.say('eve', 'reaction.add', { to: utterance, kind: 'agree', rating: 1 });
  room.say('eve', 'signal', { kind: 'backchannel', text: 'm-hm' });
  room.say('eve', 'presence.set', { status: 'away', expectedReturn: '2026-01-01T01:00:00Z' });
  room.say('eve', 'subscribe', { topics: ['a.*'] });
  room.say('ada', 'topic.set', { topic: 'Plans' });
  const item = room.say('ada', 'item.open', { kind: 'question', text: 'When?', assignee: 'bob' })['item'];
  room.say('ada', 'decision.record', { text: 'Now.', item: item as string, basedOn: room.state.seq });
  room.say('ada', 'item.resolve', { item: item as string, resolution: 'Decided.' });
  room.say('ada', 'floor.request', {});
  room.say('ada', 'floor.cancel', {});
  room.say('ada', 'floor.revoke', { participant: 'bob', reason: 'Enough.' });
  room.say('ada', 'role.set', { participant: 'eve', roles: ['critic'] });
  room.say('ada', 'conversation.configure', { config: { floor: { timers: { silenceMs: 9_000 } } } });
  room.say('ada', 'conversation.pause', {});
  room.say('ada', 'conversation.resume', {});
  room.do(null, 'connection.lost', { participant: 'bob' });
  room.do(null, 'connection.restored', { participant: 'bob' });
  room.say('ada', 'participant.remove', { participant: 'bob' });
  room.say('eve', 'conversation.leave', {});
  return room;
}

describe('core and the wire agree', () => {
  const room = livelyRoom();

  it('on every event: what core decides is what the schemas describe', () => {
    expect(new Set(room.events.map((event) => event.type)).size).toBeGreaterThan(20);
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
    expect(new Set(room.replies.map(([op]) => op)).size).toBeGreaterThan(20);
  });

  it('on the state that everybody sees', () => {
    const early = new Room();
    early.do(null, 'conversation.create', { id: CNV, epoch: 'e', title: '', createdBy: 'me', config: {} });
    for (const state of [room.state, early.state]) {
      const view = JSON.parse(
        JSON.stringify(project(state, { participant: 'ada', moderator: true })),
      ) as unknown;
      const read = conversationView.safeParse(view);
      expect(read.error?.message).toBeUndefined();
      expect(read.data).toEqual(view);
    }
  });
});
