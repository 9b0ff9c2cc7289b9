import type { Agent, AgentTurn } from '@parley/client';
import type { AgentContext } from './thread-protocol.ts';

/** Does whatever the last utterance tells it to: an agent for tests of what its thread endures. */
export default function make({ displayName }: AgentContext): Agent {
  let turns = 0;
  let heard = 0;
  return {
    name: displayName,
    onEvent: ({ event, data }) => {
      if (event === 'speech.ended') heard += 1;
      if (event === 'topic.changed' && data.topic === 'loop') for (;;);
    },
    bid: ({ context }) => (context.topic === 'rubbish' ? ({ urgency: 'much' } as never) : { urgency: 0.8 }),
    vote: ({ candidates }) => candidates[0] ?? null,
    async *onTurn(turn, signal) {
      turns += 1;
      yield* act(turn, signal, { turns, heard });
    },
  };
}

async function* act(turn: AgentTurn, signal: AbortSignal, counts: object): AsyncGenerator<string> {
  const last = turn.transcript.findLast(
    (line) => line.kind === 'utterance' && line.participant !== turn.room.me,
  );
  const told = last?.kind === 'utterance' ? last.text : '';
  const does = /do (\w+)/.exec(told)?.[1] ?? '';
  switch (does) {
    case 'count':
      yield JSON.stringify(counts);
      return;
    case 'read': {
      const { room, participants, addressed } = turn;
      const names = participants.map(({ displayName }) => displayName).join();
      yield `${names} ${addressed} ${room.self?.displayName} ${room.view.title} ${turn.transcript.length}`;
      return;
    }
    case 'act':
      await turn.room.say('without a turn');
      return;
    case 'throw':
      throw new Error('as it was told');
    case 'half':
      yield 'half a';
      throw new Error('as it was told');
    case 'loop':
      for (;;);
    case 'talk':
      for (;;) yield 'blah ';
    case 'exit':
      process.exit(3);
    case 'burst': {
      const kept: unknown[] = [];
      for (;;) kept.push(Array.from({ length: 100_000 }, (_, index) => ({ index })));
    }
    case 'rubbish':
      yield 42 as never;
      return;
    case 'flood':
      yield 'x'.repeat(1_000_000);
      return;
    case 'later':
      setTimeout(() => {
        throw new Error('later');
      }, 1);
      yield 'soon';
      return;
    case 'wait':
      yield 'waiting';
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      return;
    case 'ignore':
      yield 'ignoring';
      await new Promise(() => undefined);
      return;
    default:
      yield `you said: ${told}`;
  }
}
