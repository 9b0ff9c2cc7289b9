import { LIMITS } from '@parley/core';
import { BRIDGE_CASES } from './bridges.fixture.ts';
import { MEMBER_CASES } from './members.fixture.ts';
import type { WireOp } from './commands.ts';

const joining = { kind: 'human', displayName: 'Ada' };
export const many = (entry: unknown) => Array.from({ length: LIMITS.listEntries + 1 }, () => entry);
const RLO = '\u202E';

export interface Cases {
  readonly valid: readonly unknown[];
  /** Data, and the path of what is wrong with it. */
  readonly invalid: readonly (readonly [unknown, string])[];
}

const because: Cases = {
  valid: [{}, { reason: 'enough' }],
  invalid: [
    [{ reason: 7 }, 'data.reason'],
    [{ reason: 'two\nlines' }, 'data.reason'],
    [{ why: 'x' }, 'data.why'],
  ],
};
const nothing: Cases = {
  valid: [{}],
  invalid: [
    [{ now: true }, 'data.now'],
    [[], 'data'],
  ],
};

const bid = { window: 'win_3', urgency: 0.5, estimatedMs: 4_000 };

/** What each op takes, and what it refuses and where. */
export const CASES: Record<WireOp, Cases> = {
  hello: {
    valid: [{}, { token: 'ey.J-0_=' }, { client: 'console/1.0' }, { client: { name: 'sdk', version: '1' } }],
    invalid: [
      [{ token: '' }, 'data.token'],
      [{ token: 'a b' }, 'data.token'],
      [{ token: null }, 'data.token'],
      [{ client: 7 }, 'data.client'],
      [{ client: { version: '1' } }, 'data.client.name'],
    ],
  },
  'conversation.join': {
    valid: [
      joining,
      { ...joining, roles: ['moderator', 'data scientist'], topics: ['a.*'], interests: ['maths and music'] },
      {
        ...joining,
        metadata: { a: [1, { b: null }], text: 'x\ny' },
        async: true,
        interface: 'console',
        offers: true,
      },
      { ...joining, resume: { participant: 'prt_1', token: 't', epoch: 'e', seq: 0 }, catchUp: { last: 50 } },
      { ...joining, interface: { name: 'terminal', streaming: true, notifications: false } },
      { ...joining, webhook: { url: 'https://ada.example/called?by=parley' } },
    ],
    invalid: [
      [{ displayName: 'Ada' }, 'data.kind'],
      [{ ...joining, kind: 'robot' }, 'data.kind'],
      [{ kind: 'human' }, 'data.displayName'],
      [{ ...joining, displayName: '' }, 'data.displayName'],
      [{ ...joining, displayName: ' \u2003 ' }, 'data.displayName'],
      [{ ...joining, displayName: 'A'.repeat(65) }, 'data.displayName'],
      [{ ...joining, displayName: `Ada${RLO}` }, 'data.displayName'],
      [{ ...joining, displayName: 'A\nB' }, 'data.displayName'],
      [{ ...joining, displayName: 'A\uD800' }, 'data.displayName'],
      [{ ...joining, roles: ['ok', ''] }, 'data.roles.1'],
      [{ ...joining, roles: ['toString'] }, 'data.roles.0'],
      [{ ...joining, roles: many('r') }, 'data.roles'],
      [{ ...joining, roles: 'moderator' }, 'data.roles'],
      [{ ...joining, topics: ['x\u0000'] }, 'data.topics.0'],
      [{ ...joining, metadata: { big: 'x'.repeat(8_200) } }, 'data.metadata'],
      [{ ...joining, metadata: { big: '\u20AC'.repeat(2_800) } }, 'data.metadata'],
      [{ ...joining, metadata: [] }, 'data.metadata'],
      [{ ...joining, metadata: { a: `x${RLO}` } }, 'data.metadata.a'],
      [{ ...joining, catchUp: { last: -1 } }, 'data.catchUp.last'],
      [{ ...joining, catchUp: {} }, 'data.catchUp.last'],
      [{ ...joining, resume: { participant: 'p', token: 't', epoch: 'e' } }, 'data.resume.seq'],
      [{ ...joining, resume: { participant: 'p', token: 't', epoch: 'e', seq: 1, x: 1 } }, 'data.resume.x'],
      [{ ...joining, webhook: 'https://ada.example' }, 'data.webhook'],
      [{ ...joining, webhook: {} }, 'data.webhook.url'],
      [{ ...joining, webhook: { url: 'ftp://ada.example' } }, 'data.webhook.url'],
      [{ ...joining, verified: true }, 'data.verified'],
      [{ ...joining, principal: 'me' }, 'data.principal'],
    ],
  },
  'conversation.leave': because,
  'conversation.pause': because,
  'conversation.end': because,
  'conversation.resume': nothing,
  'conversation.configure': {
    valid: [
      { config: {} },
      { config: { floor: { timers: { silenceMs: 20_000 } } } },
      { config: { floor: { strategy: { kind: 'sequential', maxTurnDurationMs: 9 } } } },
      { config: { floor: { strategy: { maxTurnDurationMs: 9 } } } },
    ],
    invalid: [
      [{}, 'data.config'],
      [{ config: { floor: { timers: { silenceMs: 0.5 } } } }, 'data.config.floor.timers.silenceMs'],
      [{ config: { floor: { timers: { soonMs: 5 } } } }, 'data.config.floor.timers.soonMs'],
      [{ config: { floor: { strategy: { kind: 'nope' } } } }, 'data.config.floor.strategy.kind'],
      [
        { config: { floor: { strategy: { kind: 'sequential', maxTurnDurationMs: '1' } } } },
        'data.config.floor.strategy.maxTurnDurationMs',
      ],
      [{ config: { floor: { strategy: { x: 1 } } } }, 'data.config.floor.strategy.x'],
      [{ config: { floor: { strategy: { kind: 'sequential', x: 1 } } } }, 'data.config.floor.strategy.x'],
    ],
  },
  'participant.remove': {
    valid: [{ participant: 'prt_1' }, { participant: 'prt_1', reason: 'spam' }],
    invalid: [
      [{}, 'data.participant'],
      [{ participant: 'a b' }, 'data.participant'],
      [{ participant: 'x'.repeat(65) }, 'data.participant'],
      [{ participant: ['prt_1'] }, 'data.participant'],
    ],
  },
  ...MEMBER_CASES,
  'role.set': {
    valid: [
      { participant: 'prt_1', roles: [] },
      { participant: 'prt_1', roles: ['observer'] },
    ],
    invalid: [
      [{ participant: 'prt_1' }, 'data.roles'],
      [{ participant: 'prt_1', roles: [7] }, 'data.roles.0'],
    ],
  },
  'presence.set': {
    valid: [{ status: 'idle' }, { status: 'away', expectedReturn: '2026-01-01T10:00:00+01:00' }],
    invalid: [
      [{ status: 'offline' }, 'data.status'],
      [{ status: 'away', expectedReturn: 'tomorrow' }, 'data.expectedReturn'],
      [{ status: 'away', expectedReturn: '2026-02-30T10:00:00Z' }, 'data.expectedReturn'],
    ],
  },
  subscribe: {
    valid: [{ topics: [] }, { topics: ['a.>', 'b'], interests: ['x'] }],
    invalid: [
      [{}, 'data.topics'],
      [{ topics: many('t') }, 'data.topics'],
      [{ topics: ['t'], interests: [null] }, 'data.interests.0'],
    ],
  },
  'floor.request': {
    valid: [
      {},
      { urgency: 0.3, estimatedMs: 9_000, preview: 'A point.', addressedTo: ['prt_2'] },
      { amount: { currency: 'priorityPoints', value: 7 } },
      // TS-5: out of range is the conversation's to refuse.
      { urgency: 1.01, estimatedMs: -1, amount: { currency: 'gold', value: -0.5 } },
    ],
    invalid: [
      [{ urgency: null }, 'data.urgency'],
      [{ amount: 7 }, 'data.amount'],
      [{ amount: { value: 7 } }, 'data.amount.currency'],
      [{ amount: { currency: 'priorityPoints', value: '7' } }, 'data.amount.value'],
      [{ amount: { currency: 'priorityPoints', value: 7, of: 'me' } }, 'data.amount.of'],
      [{ urgency: '1' }, 'data.urgency'],
      [{ estimatedMs: '9000' }, 'data.estimatedMs'],
      [{ preview: 'x'.repeat(281) }, 'data.preview'],
      [{ addressedTo: 'prt_2' }, 'data.addressedTo'],
      [{ addressedTo: ['prt_2', 'no id'] }, 'data.addressedTo.1'],
    ],
  },
  'floor.cancel': nothing,
  'floor.release': {
    valid: [{}, { failed: 'error' }, { failed: 'timeout' }, { failed: 'invalid' }, { failed: 'unreachable' }],
    invalid: [
      [{ failed: true }, 'data.failed'],
      [{ failed: 'ECONNREFUSED 10.0.0.1' }, 'data.failed'],
      [{ now: true }, 'data.now'],
    ],
  },
  'floor.interrupt': {
    valid: [{}, { reason: 'Fire!', urgency: 1, queueIfDenied: true }],
    invalid: [
      [{ queueIfDenied: 'yes' }, 'data.queueIfDenied'],
      [{ urgency: 'high' }, 'data.urgency'],
    ],
  },
  'interruption.answer': {
    valid: [
      { interruption: 'int_4', grant: true },
      { interruption: 'int_4', grant: false },
    ],
    invalid: [
      [{ interruption: 'int_4' }, 'data.grant'],
      [{ interruption: 'int_4', grant: 'yes' }, 'data.grant'],
      [{ grant: true }, 'data.interruption'],
    ],
  },
  'bid.place': {
    valid: [
      { window: 'win_3', urgency: 0.5, estimatedMs: 4_000 },
      { ...bid, preview: 'A point.', amount: { currency: 'priorityPoints', value: 10 } },
      { ...bid, urgency: 2, amount: { currency: 'priorityPoints', value: 1.5 } },
    ],
    invalid: [
      [{ urgency: 0.5, estimatedMs: 1 }, 'data.window'],
      [{ window: 'win_3', estimatedMs: 1 }, 'data.urgency'],
      [{ window: 'win_3', urgency: 0.5 }, 'data.estimatedMs'],
      [{ ...bid, urgency: '1' }, 'data.urgency'],
      [{ ...bid, urgency: Number.POSITIVE_INFINITY }, 'data.urgency'],
      [{ ...bid, preview: 'x'.repeat(281) }, 'data.preview'],
      [{ ...bid, amount: { currency: 'priorityPoints', value: Number.NaN } }, 'data.amount.value'],
    ],
  },
  'bid.pass': {
    valid: [{ window: 'win_3' }],
    invalid: [
      [{}, 'data.window'],
      [{ window: 3 }, 'data.window'],
    ],
  },
  'vote.cast': {
    valid: [
      { ballot: 'bal_3', choice: 'prt_1' },
      { ballot: 'bal_3', choice: ['prt_2', 'prt_1'] },
      { ballot: 'bal_3', choice: [] },
      { ballot: 'bal_3', choice: 'yes' },
      { ballot: 'bal_3', choice: 'abstain' },
    ],
    invalid: [
      [{ ballot: 'bal_3' }, 'data.choice'],
      [{ choice: 'yes' }, 'data.ballot'],
      [{ ballot: 'bal_3', choice: true }, 'data.choice'],
      [{ ballot: 'bal_3', choice: ['prt_1', 2] }, 'data.choice.1'],
    ],
  },
  'credits.mint': {
    valid: [
      { participant: 'prt_1', value: 50 },
      { participant: 'prt_1', value: -5, reason: 'fine' },
    ],
    invalid: [
      [{ participant: 'prt_1' }, 'data.value'],
      [{ value: 5 }, 'data.participant'],
      [{ participant: 'prt_1', value: '5' }, 'data.value'],
    ],
  },
  'floor.revoke': {
    valid: [{ participant: 'prt_1' }],
    invalid: [[{ participant: '' }, 'data.participant']],
  },
  'floor.extend': {
    valid: [{ ms: 1 }],
    invalid: [
      [{}, 'data.ms'],
      [{ ms: 0 }, 'data.ms'],
      [{ ms: 1e12 }, 'data.ms'],
    ],
  },
  'floor.reorder': {
    valid: [{ participant: 'prt_1', position: 1 }],
    invalid: [
      [{ participant: 'prt_1', position: 0 }, 'data.position'],
      [{ participant: 'prt_1' }, 'data.position'],
    ],
  },
  speech: {
    valid: [
      { grant: 1, text: 'x'.repeat(32_000) },
      { grant: 1, text: '\tfirst\nsecond \u{1F468}\u200D\u{1F469} \u200Fabc' },
      { grant: 1, text: '', parts: [{ type: 'file', url: 'https://example.org' }] },
      { grant: 1, text: 'x', topics: ['t'], expectsReply: true, inReplyTo: 4, to: ['prt_1'], final: false },
      { grant: 1, text: 'x', inReplyTo: 'utt_4' },
    ],
    invalid: [
      [{ text: 'x' }, 'data.grant'],
      [{ grant: '1', text: 'x' }, 'data.grant'],
      [{ grant: 0, text: 'x' }, 'data.grant'],
      [{ grant: 1 }, 'data.text'],
      [{ grant: 1, text: '' }, 'data.text'],
      [{ grant: 1, text: '', parts: [] }, 'data.text'],
      [{ grant: 1, text: 'x'.repeat(32_001) }, 'data.text'],
      [{ grant: 1, text: 'a\rb' }, 'data.text'],
      [{ grant: 1, text: 'a\u001B[31mb' }, 'data.text'],
      [{ grant: 1, text: `a${RLO}b` }, 'data.text'],
      [{ grant: 1, text: 'a\u2066b' }, 'data.text'],
      [{ grant: 1, text: 'a\u0085b' }, 'data.text'],
      [{ grant: 1, text: 'x', parts: [{ url: 'x' }] }, 'data.parts.0.type'],
      [{ grant: 1, text: 'x', inReplyTo: -1 }, 'data.inReplyTo'],
      [{ grant: 1, text: 'x', inReplyTo: {} }, 'data.inReplyTo'],
      [{ grant: 1, text: 'x', final: 0 }, 'data.final'],
      [{ grant: 1, text: 'x', by: 'prt_9' }, 'data.by'],
    ],
  },
  'speech.start': {
    valid: [{ grant: 3 }, { grant: 3, topics: ['t'], inReplyTo: 2, to: ['a'] }],
    invalid: [
      [{}, 'data.grant'],
      [{ grant: 3, text: 'x' }, 'data.text'],
    ],
  },
  'speech.delta': {
    valid: [
      { utterance: 'utt_1', text: ' ' },
      { utterance: 'utt_1', text: 'x', offset: 0 },
    ],
    invalid: [
      [{ text: 'x' }, 'data.utterance'],
      [{ utterance: 'utt_1', text: '' }, 'data.text'],
      [{ utterance: 'utt_1', text: 'x', offset: -1 }, 'data.offset'],
    ],
  },
  'speech.end': {
    valid: [{ utterance: 'utt_1' }, { utterance: 'utt_1', text: 'whole', final: false, expectsReply: true }],
    invalid: [
      [{}, 'data.utterance'],
      [{ utterance: 'utt_1', parts: 'x' }, 'data.parts'],
    ],
  },
  'reaction.add': {
    valid: [
      { to: 3, kind: '\u{1F44D}' },
      { to: 'utt_3', kind: 'agree', rating: -1 },
    ],
    invalid: [
      [{ kind: 'like' }, 'data.to'],
      [{ to: 1.5, kind: 'like' }, 'data.to'],
      [{ to: 3 }, 'data.kind'],
      [{ to: 3, kind: 'like', rating: 1.1 }, 'data.rating'],
    ],
  },
  signal: {
    valid: [{ kind: 'hand' }, { kind: 'backchannel', text: 'm-hm' }],
    invalid: [
      [{ kind: 'shout' }, 'data.kind'],
      [{ kind: 'backchannel', text: 'x'.repeat(81) }, 'data.text'],
      [{ kind: 'backchannel', text: 'a\nb' }, 'data.text'],
    ],
  },
  'topic.set': {
    valid: [{ topic: 'Budget' }],
    invalid: [
      [{ topic: '' }, 'data.topic'],
      [{ topic: 'x'.repeat(2_001) }, 'data.topic'],
    ],
  },
  'item.open': {
    valid: [
      { kind: 'question', text: 'Who?\nAnd when?' },
      { kind: 'task', text: 'x', assignee: 'prt_1' },
    ],
    invalid: [
      [{ kind: 'wish', text: 'x' }, 'data.kind'],
      [{ kind: 'task', text: '' }, 'data.text'],
      [{ kind: 'task', text: 'x', assignee: null }, 'data.assignee'],
    ],
  },
  'item.resolve': {
    valid: [{ item: 'itm_1', resolution: 'done' }],
    invalid: [
      [{ item: 'itm_1' }, 'data.resolution'],
      [{ item: 1, resolution: 'x' }, 'data.item'],
    ],
  },
  'decision.record': {
    valid: [
      { text: 'We do it.', basedOn: 0 },
      { text: 'x', item: 'itm_1', supersedes: 'dec_1', basedOn: 9 },
    ],
    invalid: [
      [{ text: 'x' }, 'data.basedOn'],
      [{ text: 'x', basedOn: '9' }, 'data.basedOn'],
    ],
  },
  ...BRIDGE_CASES,
  ack: {
    valid: [{ seq: 0 }],
    invalid: [
      [{}, 'data.seq'],
      [{ seq: -1 }, 'data.seq'],
    ],
  },
};
