import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consistencyLevels } from '../consistency/registry.ts';
import { REPORTED_FAILURES } from '../floor/failure.ts';
import { interruptionPolicies } from '../interruptions/registry.ts';
import { turnStrategies } from '../turns/registry.ts';
import type { Command } from './commands.ts';
import { HUB } from './commands.ts';
import { decide } from './decide.ts';
import { variantOf } from './drawn-settings.fixture.ts';
import { isDurable } from './events.ts';
import { evolve, foldLog } from './evolve.ts';
import { project } from './project.ts';
import type { ConversationView } from './view.ts';
import type { ViewEvent } from './view-event.ts';
import { reduceView } from './reduce-view.ts';
import { TestRoom } from './room.fixture.ts';
import { durableState } from './state.ts';
import { iso } from '../kernel/instant.ts';

/** A step of a random conversation; who and what may make no sense, as from real clients. */
type Step =
  | { readonly kind: 'command'; readonly who: string; readonly op: string; readonly pick: number }
  | { readonly kind: 'join'; readonly who: string }
  | { readonly kind: 'drop'; readonly who: string }
  | { readonly kind: 'return'; readonly who: string }
  | { readonly kind: 'restart' }
  | { readonly kind: 'wait'; readonly ms: number };

const people = ['p0', 'p1', 'p2', 'p3', 'p4'];
const who = fc.constantFrom(...people);
const ops = [
  'floor.request',
  'floor.cancel',
  'floor.release',
  'release.failed',
  'floor.interrupt',
  'floor.revoke',
  'floor.extend',
  'floor.reorder',
  'speech',
  'speech.keep',
  'speech.ask',
  'speech.start',
  'speech.delta',
  'speech.end',
  'conversation.leave',
  'conversation.pause',
  'conversation.resume',
  'role.set',
  'participant.mute',
  'participant.unmute',
  'reaction.add',
  'topic.set',
  'participant.remove',
  'presence.set',
  'bid.request',
  'bid.place',
  'bid.pass',
  'vote.cast',
  'interruption.answer',
  'credits.mint',
  'reaction.rate',
  'signal.yield',
  'conversation.configure',
  'ack',
  'ack',
  'webhook.set',
  'item.open',
];

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      who,
      op: fc.constantFrom(...ops),
      pick: fc.nat(7),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('join' as const, 'drop' as const, 'return' as const), who }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
);

const config = fc.record({
  strategy: variantOf(turnStrategies),
  interruption: variantOf(interruptionPolicies),
  routing: fc.constantFrom(
    { kind: 'broadcast', whisper: true },
    { kind: 'topicBased', whisper: true },
    { kind: 'intelligent', whisper: true },
    { kind: 'roleBased', table: { participant: ['moderator'] } },
  ),
  consistency: fc.constantFrom(
    { kind: 'eventual' },
    { kind: 'strong', barrierTimeoutMs: 1_500 },
    { kind: 'strong', barrierTimeoutMs: 6_000 },
  ),
  minParticipants: fc.constantFrom(0, 2),
  replyWindowMs: fc.constantFrom(0, 2_000),
  revokeGraceMs: fc.constantFrom(0, 3_000),
  minSpeakingMs: fc.constantFrom(0, 1_000),
  queueLengthMax: fc.constantFrom(2, 1_000),
  maxConsecutiveAgentTurns: fc.constantFrom(0, 3),
  maxFailures: fc.constantFrom(0, 1, 2),
});

/** Twice the first time at most, so that a muted agent is tried again within a test. */
const MUTE_MAX_MS = 6_000;

type Drawn = typeof config extends fc.Arbitrary<infer T> ? T : never;

function start(drawn: Drawn): TestRoom {
  const room = new TestRoom({
    floor: {
      strategy: drawn.strategy,
      priority: { agingPerSecond: 0.2, decay: 1 },
      timers: {
        firstContentMs: 5_000,
        maxTurnMs: 12_000,
        warnBeforeMs: 2_000,
        silenceMs: 4_000,
        revokeGraceMs: drawn.revokeGraceMs,
        minSpeakingMs: drawn.minSpeakingMs,
      },
      replyWindowMs: drawn.replyWindowMs,
      queueLengthMax: drawn.queueLengthMax,
      maxConsecutiveAgentTurns: drawn.maxConsecutiveAgentTurns,
    },
    interruption: drawn.interruption,
    routing: drawn.routing,
    consistency: drawn.consistency,
    minParticipants: drawn.minParticipants,
    agents: { maxFailures: drawn.maxFailures, muteMs: 3_000, muteMaxMs: MUTE_MAX_MS },
    presence: { reconnectGraceMs: 8_000, idleAfterMs: 10_000 },
  });
  return room
    .join('p0', { roles: ['moderator'] })
    .join('p1', { webhook: { url: 'https://p1.example/' }, async: true })
    .join('p2', { kind: 'agent' });
}

/** Carries a step out; a refusal is a fine answer, an exception or a broken invariant is not. */
function take(room: TestRoom, step: Step): void {
  if (step.kind === 'wait') room.wait(step.ms);
  else if (step.kind === 'restart') room.hub('hub.restarted', {});
  else if (step.kind === 'drop') room.hub('connection.lost', { participant: step.who });
  else if (step.kind === 'return') {
    room.submit({ op: 'connection.restored', data: { participant: step.who }, author: HUB });
  } else if (step.kind === 'join') {
    if (!room.state.participants[step.who]) {
      room.join(step.who, {
        kind: step.who === 'p3' ? 'agent' : 'human',
        ...(step.who === 'p4' ? { consistency: { kind: 'strong', barrierTimeoutMs: 3_000 } } : {}),
      });
    }
  } else room.submit(commandOf(room, step));
}

function commandOf(room: TestRoom, { who: id, op, pick }: Extract<Step, { kind: 'command' }>): Command {
  const other = people[pick % people.length] ?? 'p0';
  const held = room.state.floor.holders.find((grant) => grant.participant === id);
  const grant = pick === 7 ? pick : (held?.grant ?? room.grant);
  const utterance = held?.utterance?.id ?? 'utt_1';
  const data: Record<string, object> = {
    'floor.request': { urgency: pick / 7 },
    'release.failed': { failed: REPORTED_FAILURES[pick % REPORTED_FAILURES.length] },
    'floor.interrupt': { queueIfDenied: pick % 2 === 0, urgency: pick / 7 },
    'floor.revoke': { participant: other },
    'floor.extend': { ms: 1_000 },
    'floor.reorder': { participant: other, position: 1 + (pick % 3) },
    speech: { grant, text: `said ${pick} @${other}`, ...(pick > 5 ? { to: [other] } : {}) },
    'speech.keep': { grant, text: 'more', final: false },
    'speech.ask': { grant, text: 'you?', addressedTo: [other], expectsReply: true },
    'speech.start': { grant },
    'speech.delta': { utterance, text: 'bit ' },
    'speech.end': { utterance },
    'role.set': {
      participant: other,
      roles: pick % 3 === 0 ? ['observer'] : ['participant', ...(other === 'p0' ? ['moderator'] : [])],
    },
    'participant.mute': { participant: other, ...(pick % 2 === 0 ? { ms: 1_000 * pick + 500 } : {}) },
    'participant.unmute': { participant: other },
    'reaction.add': { to: pick, kind: 'agree' },
    'topic.set': { topic: `t${pick}` },
    'participant.remove': { participant: other },
    ack: { seq: Math.max(0, room.state.seq - (pick > 4 ? pick : 0)) },
    'webhook.set': { url: pick === 0 ? null : `https://${id}.example/${pick}` },
    'item.open': { kind: 'task', text: 'do it', assignee: other },
    'presence.set':
      pick % 2 === 0
        ? { status: 'idle' }
        : { status: 'away', expectedReturn: iso(room.at + (pick - 1) * 2_000) },
    'bid.request': { urgency: pick / 7, amount: { currency: 'priorityPoints', value: pick * 7 } },
    'bid.place': {
      window: room.state.floor.window?.id ?? 'win_1',
      urgency: pick / 7,
      estimatedMs: 1_000,
      amount: { currency: 'priorityPoints', value: pick * 11 },
    },
    'bid.pass': { window: room.state.floor.window?.id ?? 'win_1' },
    'vote.cast': { ballot: room.state.floor.ballot?.id ?? 'bal_1', choice: choiceOf(room, other, pick) },
    'interruption.answer': {
      interruption: room.state.floor.interruption?.id ?? 'int_1',
      grant: pick % 2 === 0,
    },
    'credits.mint': { participant: other, value: pick * 10 - 20 },
    'reaction.rate': { to: `utt_${1 + pick * 5}`, kind: 'rating', rating: pick / 3.5 - 1 },
    'signal.yield': { kind: 'yield' },
    'conversation.configure': {
      config: {
        floor: { strategy: { kind: Object.keys(turnStrategies)[pick % 6] } },
        ...(pick > 5 ? { interruption: { kind: Object.keys(interruptionPolicies)[pick % 5] } } : {}),
        ...(pick === 5 ? { consistency: { kind: Object.keys(consistencyLevels)[room.state.seq % 4] } } : {}),
      },
    },
  };
  const author = { participant: id, steward: false };
  // Read by intelligent routing only.
  const facts = { relevance: { [other]: pick / 7 } };
  return { op: wireOp(op), data: data[op] ?? {}, author, facts } as Command;
}

const wireOp = (op: string): string =>
  ({
    'bid.request': 'floor.request',
    'reaction.rate': 'reaction.add',
    'signal.yield': 'signal',
    'release.failed': 'floor.release',
  })[op] ?? op.replace(/\.(keep|ask)$/, '');

/** Something that fits the open ballot, mostly. */
function choiceOf(room: TestRoom, other: string, pick: number): unknown {
  const { ballot } = room.state.floor;
  if (pick === 7) return 'abstain';
  if (ballot?.kind === 'motion') return pick % 2 === 0 ? 'yes' : 'no';
  return room.state.config.floor.strategy['method'] === 'plurality' ? other : (ballot?.candidates ?? []);
}

const runs = { numRuns: Number(process.env['PARLEY_RUNS'] ?? 300) };

describe('any conversation', () => {
  it('[FL-1] [FL-2] [FL-3] [FL-4] [FL-6] [FL-8] [DG-3] keeps the invariants at every step', () => {
    fc.assert(
      fc.property(config, fc.array(step, { maxLength: 80, size: 'max' }), (drawn, steps) => {
        const room = start(drawn);
        for (const each of steps) take(room, each);
        for (const id of people) lifeIsLegal(room, id);
      }),
      runs,
    );
  });

  it('[FL-10] the same log gives the same state, from the beginning or from any snapshot', () => {
    fc.assert(
      fc.property(config, fc.array(step, { maxLength: 50, size: 'max' }), fc.nat(), (drawn, steps, cut) => {
        const room = start(drawn);
        for (const each of steps) take(room, each);
        const log = room.events.filter(isDurable);
        const whole = foldLog(null, log);
        const middle = cut % (log.length + 1);
        expect(foldLog(foldLog(null, log.slice(0, middle)), log.slice(middle))).toEqual(whole);
        expect({ ...whole, at: 0 }).toEqual({ ...durableState(room.state), at: 0 });
        expect(log.map((event) => event.seq)).toEqual(log.map((_, index) => index + 1));
      }),
      runs,
    );
  });

  it('[FL-10] the same commands at the same instants give the same decisions', () => {
    fc.assert(
      fc.property(config, fc.array(step, { maxLength: 40, size: 'max' }), (drawn, steps) => {
        const [one, two] = [start(drawn), start(drawn)];
        for (const each of steps) {
          take(one, each);
          take(two, each);
        }
        expect(two.events).toEqual(one.events);
      }),
      runs,
    );
  });

  it('a client that folds what it is sent sees what the hub shows', () => {
    fc.assert(
      fc.property(config, fc.array(step, { maxLength: 60, size: 'max' }), fc.nat(), (drawn, steps, cut) => {
        const room = start(drawn);
        const join = cut % (steps.length + 1);
        for (const each of steps.slice(0, join)) take(room, each);
        const from = room.events.length;
        let view = project(room.state, { participant: null, moderator: true });
        for (const each of steps.slice(join)) take(room, each);
        for (const event of room.events.slice(from)) {
          const { type, audience: _, at, ...rest } = event;
          view = reduceView(view, { ...rest, event: type, at: iso(at) } as unknown as ViewEvent);
        }
        expect(timeless(view)).toEqual(timeless(project(room.state, { participant: null, moderator: true })));
      }),
      runs,
    );
  });

  it('[FL-11] every persistent requester is granted or told why not, in bounded time', () => {
    fc.assert(
      fc.property(config, fc.array(step, { maxLength: 40, size: 'max' }), (drawn, steps) => {
        const room = start({ ...drawn, queueLengthMax: 1_000, minParticipants: 0 });
        for (const each of steps) take(room, each);
        if (room.state.status === 'paused') room.submit({ op: 'conversation.resume', data: {}, author: HUB });
        // An async member keeps its place for as long as it is away, so it has to come back for an answer.
        take(room, { kind: 'return', who: 'p1' });
        // Who is muted until a moderator says otherwise waits for that.
        for (const participant of people.filter((id) => room.state.participants[id]?.muted)) {
          room.submit({ op: 'participant.unmute', data: { participant }, author: HUB });
        }
        const waiting = room.queue;
        const from = room.events.length;
        // Nobody does anything any more: each turn ends by its deadlines at the latest.
        // A turn, and before it a bid window or the ballots that nobody decides (three of 15 s by default).
        room.wait(
          (waiting.length + 1) * (5_000 + 12_000 + 3_000 + 2_000 + 6_000 + 3 * 15_000) + 10_000 + MUTE_MAX_MS,
        );
        const answered = room.events
          .slice(from)
          .filter(
            ({ type }) => type === 'floor.granted' || type === 'floor.cancelled' || type === 'floor.denied',
          )
          .map((event) => (event.data as { participant: string }).participant);
        expect(waiting.filter((id) => !answered.includes(id))).toEqual([]);
      }),
      runs,
    );
  });

  it('nothing that a command says makes decide throw', () => {
    const ids = fc.constantFrom('p0', 'p1', 'nobody', '__proto__', 'constructor', 'toString');
    fc.assert(
      fc.property(ids, ids, fc.constantFrom(...ops), fc.integer(), (id, other, op, number) => {
        const room = new TestRoom().join('p0', { roles: ['moderator'] }).join('p1');
        const data = {
          participant: other,
          grant: number,
          utterance: other,
          to: number,
          text: 'x',
          position: 1,
          ms: 1,
          kind: 'k',
          topic: 't',
          roles: [],
        };
        const author = { participant: id, steward: false };
        const result = decide(room.state, { op: wireOp(op), data, author } as unknown as Command, room.at);
        if (result.ok) expect(result.value.events.reduce(evolve, room.state)).toEqual(result.value.state);
      }),
      runs,
    );
  });
});

/** Places that a strategy gives by priority or rotation move with time; who waits does not. */
function timeless(view: ConversationView): unknown {
  const { kind } = view.config.floor.strategy;
  if (kind !== 'priority' && kind !== 'roundRobin') return view;
  const queue = view.floor.queue
    .map(({ position: _, ...entry }) => entry)
    .toSorted((a, b) => a.participant.localeCompare(b.participant));
  return { ...view, floor: { ...view.floor, queue } };
}

/** FL-3: requested, then exactly one end; granted, then exactly one end. */
function lifeIsLegal(room: TestRoom, id: string): void {
  let phase: 'none' | 'live' | 'held' = 'none';
  for (const { type, data } of room.events) {
    if ((data as { participant?: unknown }).participant !== id) continue;
    if (type === 'floor.requested') {
      expect(phase).not.toBe('held');
      phase = 'live';
    } else if (type === 'floor.granted') {
      // Offers, interruptions and turns that are given back need no request.
      const unasked = ['slice', 'interruption', 'returned'].includes((data as { cause: string }).cause);
      if (unasked) expect(phase).not.toBe('held');
      else expect(phase).toBe('live');
      phase = 'held';
    } else if (type === 'floor.cancelled' || type === 'floor.denied') {
      expect(phase).toBe('live');
      phase = 'none';
    } else if (type === 'floor.released' || type === 'floor.revoked') {
      expect(phase).toBe('held');
      phase = 'none';
    }
  }
}
