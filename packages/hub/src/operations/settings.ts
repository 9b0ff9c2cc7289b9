import { readFile } from 'node:fs/promises';
import { parse } from 'node:path';
import { readSettings } from '@parley/core';
import type { Millis, SettingSpec, SettingsSpec } from '@parley/core';
import type { LocalAgentSettings, ServiceSettings } from './participant-settings.ts';
import { checkModules, checkParticipants } from './participant-settings.ts';
import { SETTINGS } from './settings-spec.ts';

/** How a hub runs. See settings-spec.ts for what each means. */
export interface HubSettings {
  readonly host: string;
  readonly port: number;
  readonly data: string;
  readonly log: 'sqlite' | 'memory';
  readonly open: boolean;
  readonly operatorToken?: string;
  readonly publicUrl?: string;
  readonly allowedOrigins: readonly string[];
  readonly console?: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly heartbeatMs: Millis;
  readonly helloMs: Millis;
  readonly pollLeaseMs: Millis;
  readonly callLeaseMs: Millis;
  readonly relevance: { readonly timeoutMs: Millis; readonly embedding: ModelSettings };
  /** The model is asked where an address is given. */
  readonly summaries: { readonly timeoutMs: Millis; readonly model: ModelSettings };
  /** Model services that moderators may bring in, by name. */
  readonly services: Readonly<Record<string, ServiceSettings>>;
  /** Agents that moderators may bring in, each in a thread of its own, by name. */
  readonly agents: Readonly<Record<string, LocalAgentSettings>>;
  readonly egress: {
    /** `host:port` that may be called although they are not public. */
    readonly allow: readonly string[];
  };
  readonly a2a: { readonly scripted: boolean };
  /** Headers for remote agents, by name. The secret itself is in the environment. */
  readonly credentials: Readonly<Record<string, CredentialSettings>>;
  /** Origins whose keys may sign agents' cards. */
  readonly agentKeyOrigins: readonly string[];
  readonly limits: {
    readonly commandsPerSecond: number;
    readonly commandsBurst: number;
    readonly joinsPerSecond: number;
    readonly backchannelsPerSecond: number;
    readonly connectionsPerPrincipal: number;
    readonly connectionsPerAddress: number;
    readonly connectionsFromLoopback: number;
    readonly failuresPerMinute: number;
    readonly heldMs: Millis;
  };
}

/** A model of the operator's: address and name, or none of it. */
export interface ModelSettings {
  readonly baseURL?: string;
  readonly model?: string;
  readonly apiKeyEnv?: string;
}

/** A header and the one origin that it is for. */
export interface CredentialSettings {
  readonly origin: string;
  readonly headerName: string;
  readonly valueEnv: string;
}

/** Where values come from; the first that names a key wins: flags, environment, file, default. */
export interface SettingsSources {
  /** By key (`port`, `limits.joinsPerSecond`); undefined where a flag was not given. */
  readonly flags?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** A JSON file with the same keys; `limits` is an object in it. */
  readonly file?: string;
  /** Modules of agents (`--agent`), beside those of the file; each is named after its file. */
  readonly agents?: readonly string[];
}

/** A setting that cannot be: its exact key, where it came from, and what was expected there. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly path: string;
  readonly source: string;
  readonly expected: string;

  constructor(path: string, source: string, expected: string) {
    super(`${path || 'settings'} (from ${source}): expected ${expected}`);
    this.path = path;
    this.source = source;
    this.expected = expected;
  }
}

interface Given {
  readonly value: unknown;
  readonly source: string;
}

/** All settings, with defaults; throws {@link SettingsError} at the first wrong one. */
export async function loadSettings(sources: SettingsSources = {}): Promise<HubSettings> {
  const file = sources.file ?? sources.environment?.['PARLEY_CONFIG'];
  const given = new Map<string, Given>();
  if (file !== undefined) await readFileInto(given, file);
  for (const [path, spec] of leaves(SETTINGS)) {
    const variable = variableOf(path);
    const text = sources.environment?.[variable];
    if (text !== undefined && text !== '') given.set(path, { value: typed(spec, text), source: variable });
    const flag = sources.flags?.[path];
    if (flag !== undefined) {
      const value = typeof flag === 'string' ? typed(spec, flag) : flag;
      given.set(path, { value, source: flagOf(path) });
    }
  }
  for (const module of sources.agents ?? []) {
    const key = `agents.${parse(module).name}.module`;
    if (given.get(key)?.source === AGENT_FLAG) {
      throw new SettingsError(key, AGENT_FLAG, 'one module for each file name');
    }
    given.set(key, { value: module, source: AGENT_FLAG });
  }
  const settings = checked(given);
  await checkModules(settings.agents, wrongIn(given));
  return settings;
}

const AGENT_FLAG = '--agent';

/** Settings from values, for a hub inside another program or a test. */
export function settingsOf(values: Readonly<Record<string, unknown>> = {}): HubSettings {
  const given = new Map<string, Given>();
  flatten(values, '', 'the program', given);
  return checked(given);
}

/** `PARLEY_LIMITS_JOINS_PER_SECOND` of `limits.joinsPerSecond`. */
export const variableOf = (path: string): string =>
  `PARLEY_${path
    .replaceAll('.', '_')
    .replace(/[A-Z]+/g, '_$&')
    .toUpperCase()}`;

/** `--limits.joins-per-second` of `limits.joinsPerSecond`. */
export const flagOf = (path: string): string =>
  `--${path.replace(/[A-Z]+/g, (letters) => `-${letters.toLowerCase()}`)}`;

/** Only this machine can reach a hub that listens there. */
export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);

function checked(given: ReadonlyMap<string, Given>): HubSettings {
  const sourceOf = (path: string): string => given.get(path)?.source ?? 'the default';
  const result = readSettings(SETTINGS, nest(given), '');
  if (!result.ok) {
    const { path, expected } = result.error;
    throw new SettingsError(path, nearest(path, given), expected);
  }
  const settings = result.value as unknown as HubSettings;
  const wrong = (path: string, expected: string) => new SettingsError(path, sourceOf(path), expected);
  if (settings.host.trim() === '') throw wrong('host', 'an address or a name');
  if (settings.data.trim() === '') throw wrong('data', 'a directory');
  if (settings.operatorToken !== undefined && !/^[\x21-\x7e]+$/.test(settings.operatorToken)) {
    throw wrong('operatorToken', 'printable ASCII characters without spaces');
  }
  if (settings.open && !isLoopbackHost(settings.host)) {
    throw wrong('open', `false, or a loopback host such as 127.0.0.1 (host is ${settings.host})`);
  }
  for (const key of ['allowedOrigins', 'agentKeyOrigins'] as const) {
    settings[key].forEach((origin, index) => {
      if (!isOrigin(origin)) throw new SettingsError(`${key}.${index}`, sourceOf(key), AN_ORIGIN);
    });
  }
  for (const [name, { origin, headerName }] of Object.entries(settings.credentials)) {
    const path = `credentials.${name}`;
    if (!isOrigin(origin)) throw wrong(`${path}.origin`, AN_ORIGIN);
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(headerName)) throw wrong(`${path}.headerName`, 'the name of a header');
  }
  if (settings.publicUrl !== undefined && !isHttpAddress(settings.publicUrl)) {
    throw wrong('publicUrl', HTTP_ADDRESS);
  }
  for (const [path, model] of [
    ['relevance.embedding', settings.relevance.embedding],
    ['summaries.model', settings.summaries.model],
  ] as const) {
    checkModel(path, model, wrong);
  }
  checkParticipants(settings, isHttpAddress, wrongIn(given));
  settings.egress.allow.forEach((entry, index) => {
    if (!isHostAndPort(entry)) {
      const path = `egress.allow.${index}`;
      throw new SettingsError(path, sourceOf('egress.allow'), 'a host and a port such as 10.0.0.5:8443');
    }
  });
  return settings;
}

const AN_ORIGIN = 'an origin such as https://example.org';
const HTTP_ADDRESS = 'an address that begins with http:// or https://';
const isHttpAddress = (text: string): boolean => /^https?:$/.test(URL.parse(text)?.protocol ?? '');

/** All that is needed to ask it, or nothing. */
function checkModel(
  path: string,
  { baseURL, model, apiKeyEnv }: ModelSettings,
  wrong: (path: string, expected: string) => SettingsError,
): void {
  if (baseURL === undefined && model === undefined && apiKeyEnv === undefined) return;
  if (!isHttpAddress(baseURL ?? '')) throw wrong(`${path}.baseURL`, HTTP_ADDRESS);
  if (!model?.trim()) throw wrong(`${path}.model`, 'the name of a model');
}

async function readFileInto(given: Map<string, Given>, file: string): Promise<void> {
  let values: unknown;
  try {
    values = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingsError('config', file, `a readable JSON file (${reason})`);
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new SettingsError('', file, 'an object');
  }
  flatten(values as Record<string, unknown>, '', file, given);
}

function flatten(
  values: Readonly<Record<string, unknown>>,
  prefix: string,
  source: string,
  into: Map<string, Given>,
): void {
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (nested) flatten(value as Record<string, unknown>, path, source, into);
    else into.set(path, { value, source });
  }
}

/** `limits.joinsPerSecond` back to an object within an object. */
function nest(given: ReadonlyMap<string, Given>): Record<string, unknown> {
  // Without a prototype, a key such as __proto__ is a key like any other, and refused as unknown.
  const root = Object.create(null) as Record<string, unknown>;
  for (const [path, { value }] of given) {
    const keys = path.split('.');
    const last = keys.pop()!;
    let at = root;
    for (const key of keys) at = (at[key] ??= Object.create(null)) as Record<string, unknown>;
    at[last] = value;
  }
  return root;
}

/**
 * A wrong group or list entry came from wherever the first of its parts did; what is missing in a group,
 * from where the rest of the group did.
 */
function nearest(path: string, given: ReadonlyMap<string, Given>): string {
  for (const [key, { source }] of given) {
    if (key === path || key.startsWith(`${path}.`) || path.startsWith(`${key}.`)) return source;
  }
  const group = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return group === '' ? 'the default' : nearest(group, given);
}

/** What one text can say: tables come from the file. */
function* leaves(spec: SettingsSpec, prefix = ''): Generator<[string, SettingSpec]> {
  for (const [key, setting] of Object.entries(spec)) {
    if (setting.type === 'group') yield* leaves(setting.settings, `${prefix}${key}.`);
    // A table's keys are anybody's choice, so that no flag or variable can be named after them.
    else if (setting.type !== 'table') yield [`${prefix}${key}`, setting];
  }
}

/** A text as what its setting is; one that does not fit stays a text and is refused with its key. */
function typed(spec: SettingSpec, text: string): unknown {
  switch (spec.type) {
    case 'integer':
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
    case 'boolean':
      return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
    case 'list':
      return text
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '');
    default:
      return text;
  }
}

/** As an address's parser would write it, so that the two can be compared. */
const isHostAndPort = (text: string): boolean => {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const url = URL.parse(`https://${host}`);
  return url !== null && url.host === host?.toLowerCase() && Number(port) >= 1 && Number(port) <= 65_535;
};

const isOrigin = (text: string): boolean => {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
};

const wrongIn = (given: ReadonlyMap<string, Given>) => (path: string, expected: string) =>
  new SettingsError(path, nearest(path, given), expected);
