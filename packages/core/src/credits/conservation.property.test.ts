import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Command } from '../conversation/commands.ts';
import { HUB } from '../conversation/commands.ts';
import { TestRoom } from '../conversation/room.fixture.ts';
import { totalOf } from './ledger.ts';

const INITIAL = 50;
const people = ['p0', 'p1', 'p2', 'p3'];
const step = fc.record({
  who: fc.constantFrom(...people),
  what: fc.constantFrom(
    ...[
      'request',
      'request',
      'place',
      'place',
      'pass',
      'cancel',
      'speak',
      'speak',
      'end',
      'rate',
      'mint',
      'leave',
    ],
    ...[
      'join',
      'drop',
      'return',
      'revoke',
      'observe',
      'configure',
      'wait',
      'wait',
      'interrupt',
      'pause',
      'resume',
    ],
  ),
  pick: fc.nat(40),
});

const drawn = fc.record({
  currency: fc.constantFrom('priorityPoints', 'computeCredits', 'reputation', 'timeCredits'),
  payment: fc.constantFrom('none', 'firstPrice', 'secondPrice', 'allPay'),
  evaluation: fc.constantFrom('highestAmount', 'urgency', 'multiAttribute'),
  interruption: fc.constantFrom('forbidden', 'priorityBased', 'conversational'),
  closeEarly: fc.boolean(),
});

function commandOf(
  r: TestRoom,
  { who, what, pick }: { who: string; what: string; pick: number },
): Command | null {
  const { currency } = r.state.config.credits;
  const amount = { currency, value: pick };
  const window = r.state.floor.window?.id ?? 'win_1';
  const grant = r.state.floor.holders.find(({ participant }) => participant === who)?.grant ?? 1;
  const kind = ['bidding', 'sequential', 'concurrent', 'priority'][pick % 4];
  const own: Record<string, [string, object]> = {
    request: ['floor.request', { amount, urgency: pick / 40 }],
    place: ['bid.place', { window, urgency: pick / 40, estimatedMs: 1, amount }],
    pass: ['bid.pass', { window }],
    cancel: ['floor.cancel', {}],
    speak: ['speech', { grant, text: 'so', final: pick % 2 === 0 }],
    end: ['floor.release', {}],
    rate: ['reaction.add', { to: r.state.recentUtterances.at(-1)?.id ?? 1, kind: 'rating', rating: -1 }],
    leave: ['conversation.leave', {}],
    interrupt: ['floor.interrupt', { urgency: 1 }],
  };
  const hubs: Record<string, [string, object]> = {
    mint: ['credits.mint', { participant: who, value: pick - 20 }],
    drop: ['connection.lost', { participant: who }],
    return: ['connection.restored', { participant: who }],
    revoke: ['floor.revoke', { participant: who }],
    observe: ['role.set', { participant: who, roles: pick % 3 === 0 ? ['observer'] : ['participant'] }],
    configure: [
      'conversation.configure',
      { config: { floor: { strategy: { kind, ...(pick % 4 === 0 ? { currency } : {}) } } } },
    ],
    pause: ['conversation.pause', {}],
    resume: ['conversation.resume', {}],
  };
  const [op, data] = own[what] ?? hubs[what] ?? [null, {}];
  if (op === null) return null;
  return { op, data, author: own[what] ? { participant: who, steward: false } : HUB } as Command;
}

it('[TS-8] balances and escrow change in sum only by minting, burning, joining and leaving; each escrow is settled once', () => {
  fc.assert(
    fc.property(drawn, fc.array(step, { maxLength: 80 }), ({ interruption, ...bidding }, steps) => {
      const { currency, ...strategy } = bidding;
      const r = new TestRoom({
        floor: {
          strategy: { kind: 'bidding', bidWindowMs: 2_000, currency, ...strategy },
          timers: { firstContentMs: 3_000, maxTurnMs: 5_000, silenceMs: 2_000, minSpeakingMs: 0 },
        },
        interruption: { kind: interruption },
        credits: { currency, initial: INITIAL },
        presence: { reconnectGraceMs: 4_000 },
      });
      for (const id of people) r.join(id);
      for (const each of steps) {
        if (each.what === 'join' && !r.state.participants[each.who]) r.join(each.who);
        else if (each.what === 'wait') r.wait(each.pick * 100);
        else {
          const command = commandOf(r, each);
          if (command) r.submit(command);
        }
        expect(totalOf(r.state.credits)).toBe(issued(r));
      }
      if (r.state.status === 'paused') r.hub('conversation.resume', {});
      r.hub('conversation.end', {});
      expect(totalOf(r.state.credits)).toBe(issued(r));
      // Nothing is left in escrow, and nothing was given back twice.
      for (const account of Object.values(r.state.credits)) expect(account.escrow).toBe(0);
    }),
    { numRuns: Number(process.env['PARLEY_RUNS'] ?? 300) },
  );
});

/** What the log says has been issued so far, from its own events alone. */
function issued(r: TestRoom): number {
  const balances = new Map<string, number>();
  let sum = 0;
  for (const event of r.events) {
    if (event.type === 'participant.joined') {
      balances.set(event.data.participant.id, INITIAL);
      sum += INITIAL;
    } else if (event.type === 'participant.left') {
      // The account goes with its owner, as it came.
      sum -= balances.get(event.data.participant) ?? 0;
      balances.delete(event.data.participant);
    } else if (event.type === 'credits.changed') {
      const { participant, balance, escrow, cause } = event.data;
      if (cause === 'mint' || cause === 'burn') {
        sum += balance + escrow - (balances.get(participant) ?? 0);
      }
      balances.set(participant, balance + escrow);
    }
  }
  return sum;
}
