import { workerData } from 'node:worker_threads';
import type { Agent, AgentTurn, Closing } from '@parley/client';
import { roomSnapshot } from './room-snapshot.ts';
import type {
  Answers,
  AgentContext,
  FromThread,
  Questions,
  ThreadStart,
  ToThread,
} from './thread-protocol.ts';
import { PIECES_AHEAD } from './thread-protocol.ts';

// Runs in a thread of its own (LA-1): loads one module, and asks its agent what the hub asks.

const { module, port, context } = workerData as ThreadStart;
const send = (message: FromThread): void => port.postMessage(message);

interface Asked {
  readonly aborting: AbortController;
  /** How many more pieces may be sent now. */
  allowed: number;
  wake: () => void;
}

const asked = new Map<number, Asked>();

async function load(): Promise<Agent> {
  const loaded = (await import(module)) as { default?: unknown };
  const given = loaded.default;
  const agent =
    typeof given === 'function' ? await (given as (context: AgentContext) => unknown)(context) : given;
  if (!isAgent(agent))
    throw new Error('the default export is no agent: an object with onTurn, or what makes one');
  return agent;
}

const isAgent = (value: unknown): value is Agent =>
  typeof value === 'object' && value !== null && 'onTurn' in value && typeof value.onTurn === 'function';

const answersOf = (agent: Agent): Answers => [
  ...(agent.bid ? (['bid'] as const) : []),
  ...(agent.vote ? (['vote'] as const) : []),
  ...(agent.onInterruption ? (['interruption'] as const) : []),
  ...(agent.onEvent ? (['event'] as const) : []),
];

async function answer(agent: Agent, question: ToThread & { kind: 'ask' }, call: Asked): Promise<unknown> {
  switch (question.what) {
    case 'turn':
      return speak(agent, question.id, question.data, call);
    case 'bid':
      return agent.bid?.(question.data.view) ?? null;
    case 'vote':
      return agent.vote?.(question.data.ballot, question.data.view) ?? null;
    case 'interruption':
      return agent.onInterruption?.(question.data.interruption, question.data.view) ?? null;
  }
}

async function speak(
  agent: Agent,
  id: number,
  { room: copy, since, addressed }: Questions['turn'],
  call: Asked,
): Promise<Closing> {
  const room = roomSnapshot(copy);
  let ending: Closing = {};
  const turn: AgentTurn = {
    room,
    transcript: room.transcript.slice(since),
    addressed,
    participants: room.view.participants,
    close: (closing) => void (ending = closing),
  };
  const said = agent.onTurn(turn, call.aborting.signal);
  const pieces = (Symbol.asyncIterator in said ? said : whole(said))[Symbol.asyncIterator]();
  const lost = rejected(call.aborting.signal);
  let isOver = false;
  try {
    for (;;) {
      // Once the floor is lost nothing is waited for, whatever the agent makes of its signal.
      const { done = false, value } = await Promise.race([pieces.next(), lost]);
      isOver = done;
      if (done) return ending;
      while (call.allowed === 0) {
        await Promise.race([new Promise<void>((resolve) => (call.wake = resolve)), lost]);
      }
      call.allowed -= 1;
      send({ kind: 'piece', id, piece: value });
    }
  } finally {
    // Who fails while it is being stopped has nobody left to tell.
    if (!isOver) pieces.return?.()?.then(undefined, () => undefined);
  }
}

function rejected(signal: AbortSignal): Promise<never> {
  const lost = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  lost.catch(() => undefined);
  return lost;
}

async function* whole(said: Promise<string>): AsyncGenerator<string> {
  const text = await said;
  if (text !== '') yield text;
}

async function respond(agent: Agent, question: ToThread & { kind: 'ask' }): Promise<void> {
  const { id } = question;
  const call: Asked = { aborting: new AbortController(), allowed: PIECES_AHEAD, wake: () => undefined };
  asked.set(id, call);
  try {
    send({ kind: 'done', id, value: await answer(agent, question, call) });
  } catch (error) {
    send({ kind: 'failed', id, message: describe(error) });
  } finally {
    asked.delete(id);
  }
}

async function hear(agent: Agent, { event }: ToThread & { kind: 'event' }): Promise<void> {
  try {
    await agent.onEvent?.(event);
  } catch (error) {
    console.error(`${context.displayName}: onEvent failed:`, error);
  }
}

const describe = (error: unknown): string =>
  (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, 2_000);

function receive(agent: Agent, message: ToThread): void {
  switch (message.kind) {
    case 'ask':
      void respond(agent, message);
      return;
    case 'event':
      void hear(agent, message);
      return;
    case 'ping':
      send({ kind: 'pong' });
      return;
    case 'abort':
    case 'more': {
      const call = asked.get(message.id);
      if (!call) return;
      if (message.kind === 'abort') call.aborting.abort(new Error('the floor is lost'));
      else call.allowed += 1;
      call.wake();
    }
  }
}

try {
  const agent = await load();
  port.on('message', (message: ToThread) => receive(agent, message));
  send({ kind: 'ready', answers: answersOf(agent) });
} catch (error) {
  // It stays until it is ended from outside: a thread that is gone cannot say why.
  port.on('message', () => undefined);
  send({ kind: 'refused', message: describe(error) });
}
