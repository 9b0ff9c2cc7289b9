import { afterEach, expect, it } from 'vitest';
import { SystemClock } from '../../host/clock.system.ts';
import { Between } from '../between.fixture.ts';
import { call, createConversation, dial, greet, openHub } from '../hub.fixture.ts';
import type { Json } from './ofp.fixture.ts';
import { Assistant, utterance } from './ofp.fixture.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const ACCEPT = { eventType: 'acceptInvite' };

it('[OF-7] who was removed while it waited, and had hung up, is told so with its next call', async () => {
  const between = new Between();
  const hub = await openHub({}, { around: between.around });
  closing.push(() => hub.stop());
  const { id } = await createConversation(hub);
  const ann = await greet(await dial(hub));
  closing.push(async () => ann.close());
  await ann.do('conversation.join', id, { kind: 'human', displayName: 'Ann' });
  const olive = new Assistant(hub, id, 'olive');
  await olive.send([ACCEPT]);
  const isOlive = ({ data }: Json) => data.participant.displayName === 'olive';
  const { participant } = (await ann.event('participant.joined', isOlive))['data'];
  await ann.do('floor.request', id);
  const hangsUp = new AbortController();
  between.after = {
    op: 'floor.request',
    task: async (inner) => {
      hangsUp.abort();
      // The hub knows by then: what comes later over other connections has been answered.
      for (let turn = 0; turn < 3; turn += 1) await call(hub, 'GET', '/healthz');
      await inner.submit(id, {
        op: 'participant.remove',
        data: { participant: participant.id, reason: 'spam' },
        author: { participant: null, steward: true },
      });
    },
  };
  const words = [utterance(olive.speakerUri, 'Me too.')];
  await expect(olive.post(words, { prefer: 'wait=20' }, hangsUp.signal)).rejects.toThrow(/abort/i);
  await ann.event('participant.left');
  expect(await olive.say('Buy oil!')).toEqual([
    { eventType: 'uninvite', reason: '@brokenPolicy removed: spam' },
  ]);
  expect(await olive.send([ACCEPT])).toMatchObject([{ eventType: 'invite' }]);
});

/** What takes more than half a minute is over at once, and noted in whole seconds. */
class NotingClock extends SystemClock {
  readonly waits: number[] = [];

  override after(ms: number, task: () => void): () => void {
    if (ms <= 30_000 || ms > 240_000) return super.after(ms, task);
    this.waits.push(Math.ceil(ms / 1_000));
    return super.after(5, task);
  }
}

it.each([
  ['wait=9999', [240]],
  ['respond-async, wait="31"', [31]],
  ['wait=0', []],
  ['wait=99999', []],
  ['wait=-31', []],
  ['waiting=31', []],
])(
  '[OF-2] Prefer: %s waits for so many seconds, and never for more than four minutes',
  async (prefer, waits) => {
    const clock = new NotingClock();
    const hub = await openHub({ callLeaseMs: 20_000 }, { clock });
    closing.push(() => hub.stop());
    const { id } = await createConversation(hub);
    const olive = new Assistant(hub, id, 'olive');
    await olive.send([ACCEPT]);
    clock.waits.length = 0;
    expect(await olive.send([], { prefer })).toEqual([]);
    expect(clock.waits).toEqual(waits);
  },
);
