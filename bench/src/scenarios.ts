import type { ContenderName } from './contenders.ts';
import type { DiskLimits } from './limits/disk.ts';
import type { CommandsSpec, FanOutSpec } from './load/spec.ts';

type Sized<T> = Omit<T, 'dialect' | 'port'>;

/** A result and the least or most that it should be. */
export type Goal =
  /** The hub's rate, as a share of another's. */
  | { readonly kind: 'share'; readonly of: ContenderName; readonly atLeast: number }
  /** The hub's reply time at the median, at most one commit of the disk and so much more. */
  | { readonly kind: 'commitPlus'; readonly ms: number };

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What `perSecond` counts. */
  readonly unit: string;
  /** The hub first: the others send the bytes that it sent. */
  readonly contenders: readonly ContenderName[];
  readonly load: Sized<FanOutSpec> | Sized<CommandsSpec>;
  readonly goals: readonly Goal[];
}

const IN_FLIGHT = 8;
const MEMBERS = 10;

const fanOut = (participants: number, inFlight: number, utterances: number): Scenario => {
  const several = inFlight > 1;
  return {
    name: `fan-out-${participants}-${several ? 'several' : 'single'}`,
    title: `fan-out to ${participants}, ${several ? `${inFlight} utterances in flight` : 'one utterance at a time'}`,
    unit: 'deliveries/s',
    contenders: ['hub', several ? 'wsCoalesced' : 'wsPreframed', 'wsPlain', 'socketIo'],
    load: {
      kind: 'fan-out',
      participants,
      inFlight,
      warmUp: Math.ceil(utterances / 5),
      utterances,
    },
    goals: several
      ? [
          { kind: 'share', of: 'wsCoalesced', atLeast: 0.85 },
          { kind: 'share', of: 'socketIo', atLeast: 5 },
        ]
      : [
          { kind: 'share', of: 'wsPreframed', atLeast: 0.9 },
          { kind: 'share', of: 'socketIo', atLeast: 1.3 },
        ],
  };
};

const durable = (conversations: number, commands: number, goals: readonly Goal[]): Scenario => ({
  name: `commands-${conversations}`,
  title: `durable commands, ${conversations === 1 ? 'one conversation' : `${conversations} conversations at once`}, ${MEMBERS} members told`,
  unit: 'commands/s',
  contenders: ['hub', 'hubMemory', 'socketIo'],
  load: { kind: 'commands', conversations, members: MEMBERS, warmUp: Math.ceil(commands / 5), commands },
  goals,
});

/** Sizes are fixed, so that results of different days can be laid beside each other. */
export const SCENARIOS: readonly Scenario[] = [
  fanOut(100, IN_FLIGHT, 4_000),
  fanOut(1_000, IN_FLIGHT, 400),
  fanOut(100, 1, 1_500),
  fanOut(1_000, 1, 200),
  durable(1, 1_000, [{ kind: 'commitPlus', ms: 1 }]),
  durable(50, 6_000, [
    { kind: 'share', of: 'hubMemory', atLeast: 0.75 },
    { kind: 'share', of: 'socketIo', atLeast: 2 },
  ]),
  durable(500, 10_000, []),
];

/** For `--quick`: says whether everything runs, not how fast it is. */
export function shortened(scenario: Scenario): Scenario {
  const { load } = scenario;
  const less = (count: number): number => Math.ceil(count / 10);
  return {
    ...scenario,
    load:
      load.kind === 'fan-out'
        ? { ...load, warmUp: less(load.warmUp), utterances: less(load.utterances) }
        : { ...load, warmUp: less(load.warmUp), commands: less(load.commands) },
  };
}

/** What a goal came to. */
export interface Verdict {
  readonly text: string;
  readonly measured: number;
  readonly goal: string;
  readonly met: boolean;
}

export interface Medians {
  readonly perSecond: number;
  readonly p50: number;
}

export function judge(
  goal: Goal,
  medians: Readonly<Partial<Record<ContenderName, Medians>>>,
  labels: Readonly<Record<ContenderName, { label: string }>>,
  disk: DiskLimits,
): Verdict {
  const hub = medians.hub!;
  if (goal.kind === 'share') {
    const measured = hub.perSecond / medians[goal.of]!.perSecond;
    return {
      text: `rate / ${labels[goal.of].label}`,
      measured,
      goal: `≥ ${goal.atLeast}`,
      met: measured >= goal.atLeast,
    };
  }
  const limit = disk.commitP50 + goal.ms;
  return {
    text: `reply p50 in ms (one commit of the engine takes ${disk.commitP50.toFixed(2)})`,
    measured: hub.p50,
    goal: `≤ ${limit.toFixed(2)}`,
    met: hub.p50 <= limit,
  };
}
