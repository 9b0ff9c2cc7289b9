/**
 * Who may import whom (docs/architecture.md), as overrides for oxlint. The last override that matches a
 * file replaces the ones before it, so each folder's entry is complete in itself.
 */

const PACKAGES = ['core', 'protocol', 'hub', 'client', 'console', 'cli', 'sim'] as const;
type Package = (typeof PACKAGES)[number];

/** What each package may import of the others. */
const USES: Readonly<Record<Package, readonly Package[]>> = {
  core: [],
  protocol: ['core'],
  client: ['core', 'protocol'],
  hub: ['core', 'protocol'],
  console: ['client'],
  cli: ['core', 'protocol', 'client', 'hub'],
  sim: ['core', 'protocol', 'client', 'hub'],
};

/** Inside core, each folder with those that it may import; conversation may import all of them. */
const CORE_SIBLINGS = [
  'turns',
  'interruptions',
  'routing',
  'credits',
  'fairness',
  'context',
  'consistency',
  'engagement',
];
const CORE: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  participants: ['kernel'],
  floor: ['kernel', 'participants'],
  ...Object.fromEntries(CORE_SIBLINGS.map((name) => [name, ['kernel', 'participants', 'floor']])),
};
const CORE_FOLDERS = [...Object.keys(CORE), 'conversation'];

/** Inside hub, the same; app.ts and its own folder alone wire everything together. */
const HUB: Readonly<Record<string, readonly string[]>> = {
  ports: [],
  egress: ['ports'],
  host: ['ports', 'operations'],
  delivery: ['ports', 'host', 'operations'],
  'catch-up': ['ports', 'host', 'delivery', 'operations'],
  webhooks: ['ports', 'host', 'delivery', 'egress'],
  sessions: ['ports', 'host', 'delivery', 'egress', 'webhooks', 'operations'],
  'open-floor': [],
  channels: ['ports', 'host', 'delivery', 'sessions', 'open-floor', 'operations'],
  storage: ['ports'],
  cluster: ['ports'],
  routing: ['ports', 'host', 'operations'],
  bridges: ['ports', 'egress', 'open-floor', 'operations'],
  operations: ['ports', 'host', 'delivery', 'sessions', 'egress', 'webhooks'],
};
const HUB_FOLDERS = [...Object.keys(HUB), 'app'];

interface Pattern {
  readonly group?: readonly string[];
  readonly regex?: string;
  readonly message: string;
}

const sourcesOf = (folder: string): string => `packages/${folder}/**/*.{ts,tsx}`;

/** Every way into a package except by its name. (oxlint's expressions know no look-ahead.) */
const AROUND: Pattern = {
  regex: `^(@parley/[^/]+/src(/|$)|\\.\\./(.*/)?(packages/|(${PACKAGES.join('|')})/src/))`,
  message: "Import a package by its name, such as '@parley/core'.",
};

function packagesExcept(name: Package, also: readonly Package[] = []): Pattern {
  const allowed = [...USES[name], ...also];
  const refused = PACKAGES.filter((each) => !allowed.includes(each));
  return {
    regex: `^@parley/(${refused.join('|')})(/|$)`,
    message: `${name} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other package'} (docs/architecture.md).`,
  };
}

function foldersExcept(folders: readonly string[], own: string, allowed: readonly string[]): Pattern {
  const refused = folders.filter((each) => each !== own && !allowed.includes(each));
  return {
    regex: `^\\.\\.?/(.*/)?(${refused.join('|')})/`,
    message: `${own} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other folder'} (docs/architecture.md).`,
  };
}

const override = (files: string, ...patterns: Pattern[]) => ({
  files: [files],
  rules: { 'no-restricted-imports': ['error', { patterns: [...patterns, AROUND] }] },
});

const NOTHING_OUTSIDE: Pattern = {
  regex: '^[^.]',
  message: 'core has no dependencies, Node and other packages included.',
};
const NO_NODE: Pattern = { regex: '^node:', message: 'This runs in browsers too.' };
const NO_APP: Pattern = {
  regex: '^\\.\\.?/(.*/)?app\\.ts$',
  message: 'app.ts wires the hub; only index.ts imports it.',
};

const coreOverrides = [
  override(sourcesOf('core/src'), NOTHING_OUTSIDE),
  ...Object.entries(CORE).map(([folder, allowed]) =>
    override(sourcesOf(`core/src/${folder}`), NOTHING_OUTSIDE, foldersExcept(CORE_FOLDERS, folder, allowed)),
  ),
];

const hubOverrides = [
  override(sourcesOf('hub/src'), packagesExcept('hub'), NO_APP),
  override('packages/hub/src/{app,index}.ts', packagesExcept('hub', ['client'])),
  ...Object.entries(HUB).map(([folder, allowed]) =>
    override(
      sourcesOf(`hub/src/${folder}`),
      packagesExcept('hub', folder === 'bridges' ? ['client'] : []),
      foldersExcept(HUB_FOLDERS, folder, allowed),
      NO_APP,
    ),
  ),
];

/** Tests may look at their subject from all sides; what they exercise is still held by the arrows. */
const TESTS = ['**/*.{test,contract,fixture}.{ts,tsx}', '**/testing/**', 'packages/*/test/**'];

const UNREPEATABLE = [
  'process',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'performance',
  'crypto',
  'fetch',
];
const DETERMINISM =
  "core is deterministic: time comes with the command, chance from the conversation's seed.";
const restricted = (names: readonly string[]) => names.map((name) => ({ name, message: DETERMINISM }));
const NO_CHANCE = { object: 'Math', property: 'random', message: DETERMINISM };

export const arrows = [
  ...coreOverrides,
  override(sourcesOf('protocol/src'), packagesExcept('protocol'), NO_NODE),
  override(sourcesOf('client/src'), packagesExcept('client'), NO_NODE),
  override(sourcesOf('console/src'), packagesExcept('console'), NO_NODE),
  override(sourcesOf('cli/src'), packagesExcept('cli')),
  override(sourcesOf('sim/src'), packagesExcept('sim')),
  ...hubOverrides,
  {
    files: [sourcesOf('core/src')],
    rules: {
      'no-restricted-globals': ['error', ...restricted([...UNREPEATABLE, 'Date'])],
      'no-restricted-properties': ['error', NO_CHANCE],
    },
  },
  {
    // The one place that may name Date: to read and write instants, never to ask for the time.
    files: ['packages/core/src/kernel/instant.ts'],
    rules: {
      'no-restricted-globals': ['error', ...restricted(UNREPEATABLE)],
      'no-restricted-properties': [
        'error',
        NO_CHANCE,
        { object: 'Date', property: 'now', message: DETERMINISM },
      ],
    },
  },
  {
    files: TESTS,
    rules: {
      'no-restricted-imports': 'off',
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
    },
  },
];
