import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY, headAfter, indexOf, recordAfter } from '../ports/event-log.contract.ts';
import type { EventLog, Head, LogRecord } from '../ports/event-log.ts';
import { MemoryEventLog } from './event-log.memory.ts';
import { openLog, scratch } from './scratch.fixture.ts';
import { verifyLog } from './verify.ts';

const conversations = fc.constantFrom('cnv_a', 'cnv_b', 'cnv_c');
const anyStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('append' as const),
      conversation: conversations,
      /** How many records back from the head it is appended: 0 is right, others are stale. */
      back: fc.constantFrom(0, 0, 0, 0, 1, 2),
      id: fc.option(fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8'), { nil: undefined }),
      author: fc.constantFrom('prt_1', 'prt_2'),
      /** 0 is a record without events where a command may have one. */
      events: fc.integer({ min: 0, max: 4 }),
      text: fc.string({ unit: 'binary', maxLength: 30 }),
      audience: fc.constantFrom('all' as const, ['prt_1'], []),
      hidden: fc.option(fc.json(), { nil: undefined }),
      at: fc.integer({ min: 0, max: 20 }),
      due: fc.option(fc.integer({ min: 0, max: 20 })),
      attended: fc.boolean(),
      readers: fc.subarray(['ann', 'bob', 'eve']),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('read' as const),
      conversation: conversations,
      after: fc.nat(12),
      maxBytes: fc.nat(900),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('snapshot' as const),
      conversation: conversations,
      back: fc.nat(2),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('list' as const),
      reader: fc.constantFrom('ann', 'bob'),
      limit: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('due' as const), at: fc.nat(25) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('reopen' as const) }) },
);
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

/** Does one step on a log; `chains` are the heads that the model has seen, oldest first. */
async function run(
  log: EventLog,
  step: Step,
  chains: ReadonlyMap<string, readonly Head[]>,
): Promise<unknown> {
  if (step.op === 'list') return log.list({ reader: step.reader }, { limit: step.limit });
  if (step.op === 'due') return log.dueBefore(step.at, 2);
  if (step.op === 'reopen') return null;
  const { conversation } = step;
  if (step.op === 'read') {
    const limits = { limit: 5, maxBytes: step.maxBytes };
    return [
      await log.read(conversation, step.after, limits),
      await log.readRecords(conversation, step.after, limits),
    ];
  }
  const head = chains.get(conversation)?.at(-1 - step.back) ?? EMPTY;
  if (step.op === 'snapshot') {
    if (head.seq === 0) return log.latestSnapshot(conversation);
    await log.saveSnapshot(conversation, { ...head, state: `{"at":${head.number}}` });
    return log.latestSnapshot(conversation);
  }
  const outcome = await log.append(recordOf(step, head), head, indexOf(step));
  const found = await log.findCommand(conversation, step.author, step.id ?? '1');
  return { outcome, found, head: await log.head(conversation) };
}

function recordOf(step: Extract<Step, { op: 'append' }>, head: Head): LogRecord {
  const { id, hidden, ...parts } = step;
  const mayBeIdle = id !== undefined && head.seq > 0;
  return recordAfter(head, {
    ...parts,
    events: mayBeIdle ? parts.events : Math.max(1, parts.events),
    ...(id === undefined ? {} : { id }),
    ...(hidden === undefined ? {} : { hidden }),
  });
}

test(
  '[RL-1] whatever is done, reopened or not, the file answers as memory does',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 40 }), async (steps) => {
        const directory = await scratch();
        const model = new MemoryEventLog();
        const chains = new Map<string, Head[]>();
        let log = await openLog(directory);
        for (const step of steps) {
          if (step.op === 'reopen') {
            await log.close();
            log = await openLog(directory);
          }
          const [expected, actual] = [await run(model, step, chains), await run(log, step, chains)];
          expect(actual).toEqual(expected);
          if (step.op !== 'append') continue;
          const records = await model.readRecords(step.conversation, 0, { limit: 1_000, maxBytes: 1e9 });
          chains.set(step.conversation, records.map(headAfter));
        }
        expect(await verifyLog(directory)).toMatchObject({ ok: true, findings: [] });
        await log.close();
      }),
      { numRuns: 20 },
    );
  },
);
