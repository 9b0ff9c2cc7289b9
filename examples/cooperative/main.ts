import type { AgentTurn } from '@parley/client';
import { isOffered, openStage } from '../stage.ts';

// IP-4: the holder is asked, and decides: no to the first, yes to the second. Who was declined waits.
const stage = await openStage('May I?', {
  interruption: { kind: 'cooperative', requestTimeoutMs: 5_000 },
  floor: { timers: { minSpeakingMs: 0 } },
});
const [ada, bob] = [await stage.enter('Ada'), await stage.enter('Bob')];
let asked = 0;
const lecturer = {
  name: 'Ada',
  wantsFloor: isOffered,
  async *onTurn(_turn: AgentTurn, signal: AbortSignal) {
    yield 'In this lecture I shall';
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  },
  onInterruption: () => ++asked > 1,
};
await ada.floor.request();
stage.run(ada, lecturer);
await stage.until(({ speaking }) => speaking.some(({ text }) => text !== ''));

await bob.floor.interrupt({ reason: 'A question' });
await stage.until(({ floor }) => floor.interruption.state === 'none' && floor.queue.length === 1);
await bob.floor.interrupt({ reason: 'The same question' });
await stage.turnOf(bob);
await bob.withFloor((turn) => turn.say('Which lecture is this?', { final: true }));
await stage.until(({ floor }) => floor.phase === 'idle');
await stage.close();
