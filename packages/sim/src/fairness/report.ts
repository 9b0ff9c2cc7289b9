import type { Figure, Scale, Study } from './study.ts';

/** The figures of a study beside their goals, for a terminal. */
export function linesOf({ title, figures }: Study): string {
  const width = figures.reduce((most, { name }) => Math.max(most, name.length), 0);
  const lines = figures.map(({ name, value, goal, met }) => {
    const mark = goal === '—' ? ' ' : met ? '✓' : '✗';
    return `  ${mark} ${name.padEnd(width)}  ${value}${goal === '—' ? '' : `  (goal ${goal})`}`;
  });
  return [title, ...lines, ''].join('\n');
}

const METHOD = `# Fairness, measured

This page and its charts are written by \`npm run fairness\`; the seeds are fixed, so the same code writes
the same numbers. A shorter version of the same studies runs with the tests
(\`packages/sim/src/fairness/fairness.test.ts\`); its assertions are the goals below.

## Method

- **What runs** is the conversation core itself: every command is decided as in a hub, every deadline is
  reached at its own instant. There is no network, no disk and no waiting: time jumps from one thing that
  happens to the next.
- **Who speaks** are small policies with a seeded generator. All are _backlogged_: each asks for the floor
  again in the instant in which its turn or its request ends. They speak in pieces of at most 6 seconds.
- **What is measured** is read off the events: speaking time from \`floor.granted\` to the end of the turn,
  waiting time from the first \`floor.requested\` to the grant or the denial.
- **Jain's index** J = (Σx)² / (n·Σx²) is taken over x = speaking ms / (weight × ms with pending demand),
  where demand is pending while somebody asks for the floor or holds it. 1 means that all had the same part
  of what they wanted, 1/n that one had everything. All weights are 1 where none are named.
- **Clocks**: first content within 10 s, turns of at most 60 s (RoundRobin: slices of 30 s), 3 s of grace
  before a cut, 5 s until somebody who was cut may ask again.
`;

/** The whole of docs/fairness.md. */
export function pageOf(results: readonly Study[], scale: Scale): string {
  const sections = results.map(({ strategy, title, setting, figures }) =>
    [
      `## ${title}`,
      '',
      setting,
      '',
      ...table(figures),
      '',
      `![${title}: speaking and waiting time of each participant](images/fairness-${strategy}.svg)`,
      '',
      ...(notes[strategy] ?? []),
    ].join('\n'),
  );
  return `${METHOD}- **Length**: ${scale.hours} simulated hours for each conversation, but ${scale.priorityEvents.toLocaleString('en')} events for
  Priority and ${scale.biddingRounds} rounds for Bidding, which is what their goals are about.

${sections.join('\n').trimEnd()}
`;
}

/** With columns of even width, as the repository's formatter wants them. */
function table(figures: readonly Figure[]): readonly string[] {
  const rows = [
    ['figure', 'measured', 'goal'],
    ...figures.map(({ name, value, goal, met }) => [name, value, `${goal}${met ? '' : ' **missed**'}`]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[], fill = ' '): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`;
  const [head, ...body] = rows;
  return [line(head ?? []), line(['', '', ''], '-'), ...body.map((row) => line(row))];
}

/** What the numbers do not say by themselves. */
const notes: Readonly<Record<string, readonly string[]>> = {
  sequential: [
    'Sequential promises order and a bounded wait, not equal time: whoever makes long turns has more of the',
    'floor. `maxTurnDurationMs` limits that, RoundRobin evens it out.',
    '',
  ],
  priority: [
    'Nobody starves because waiting gains the same for everybody, while every head start (role, urgency, a small',
    'recent share) is bounded: after (greatest head start ÷ gain per second) plus the turns of those before, the',
    'request that has waited longest is first. The bound in the table is that sum. Without `agingPerSecond` (its',
    'default is 0) there is no such promise.',
    '',
  ],
  bidding: [
    'The second price makes the true value the best bid as far as the turn and its price are concerned: that is',
    'the goal, and no deviation gained. But payments are not burnt, they are shared out among those who did not win',
    '(TS-8), so a loser can gain a little by driving the winner’s price up; the table says how often and how much.',
    'It is the cost of credits that never run out.',
    '',
  ],
  consensus: [
    'The room closes a ballot as soon as the votes that are missing cannot change the outcome (TS-17). Each election',
    'is compared with a count of all opinions, those included that the room did not wait for.',
    '',
  ],
};
