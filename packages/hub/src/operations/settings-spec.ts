import type { SettingsSpec } from '@parley/core';
import { PARTICIPANT_SETTINGS } from './participant-settings.ts';

const perSecond = (description: string, value: number) =>
  ({ type: 'integer', description, default: value, min: 1, max: 1_000_000 }) as const;

/** A model of the operator's: address and name, or none of it. */
const model = (description: string) =>
  ({
    type: 'group',
    description,
    settings: {
      baseURL: {
        type: 'text',
        description: 'Where it speaks the OpenAI-compatible protocol, such as http://127.0.0.1:11434/v1.',
        optional: true,
        maxLength: 2_048,
      },
      model: { type: 'text', description: 'Its name there.', optional: true, maxLength: 200 },
      apiKeyEnv: {
        type: 'text',
        description: 'Name of the environment variable that holds the key; the key itself is kept nowhere.',
        optional: true,
        maxLength: 200,
      },
    },
  }) as const;

/** Every setting of a hub, once: flags, environment variables and file keys are made from the names. */
export const SETTINGS = {
  host: {
    type: 'text',
    description: 'Address to listen on.',
    default: '127.0.0.1',
    maxLength: 255,
  },
  port: {
    type: 'integer',
    description: 'TCP port for API, WebSocket and console; 0 takes any free one.',
    default: 8787,
    min: 0,
    max: 65_535,
  },
  data: {
    type: 'text',
    description: 'Directory for the log and the hub’s own keys; made if missing.',
    default: './data',
    maxLength: 4_096,
  },
  log: {
    type: 'choice',
    description: 'Where conversations are kept: an embedded file, or memory that ends with the process.',
    choices: ['sqlite', 'memory'],
    default: 'sqlite',
  },
  open: {
    type: 'boolean',
    description: 'Lets anybody on this machine create and join without a token; loopback hosts only.',
    default: false,
  },
  operatorToken: {
    type: 'text',
    description: 'Token of the operator; left out, one is made and kept in the data directory.',
    optional: true,
    maxLength: 512,
  },
  publicUrl: {
    type: 'text',
    description: 'Address under which people reach the hub, for invites; its own by default.',
    optional: true,
    maxLength: 2_048,
  },
  allowedOrigins: {
    type: 'list',
    description: 'Origins of web pages, beside the hub’s own, that may call it, such as https://example.org.',
    of: { type: 'text', description: 'One origin.', maxLength: 300 },
    maxLength: 100,
    default: [],
  },
  console: {
    type: 'text',
    description: 'Directory of the built web console.',
    optional: true,
    maxLength: 4_096,
  },
  logLevel: {
    type: 'choice',
    description: 'Least important line that is logged.',
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
  },
  heartbeatMs: {
    type: 'integer',
    description: 'Time between pings; two unanswered ones mean disconnected.',
    unit: 'ms',
    default: 15_000,
    min: 50,
    max: 600_000,
  },
  helloMs: {
    type: 'integer',
    description: 'Time for a new connection to say hello.',
    unit: 'ms',
    default: 5_000,
    min: 10,
    max: 60_000,
  },
  pollLeaseMs: {
    type: 'integer',
    description: 'How long an HTTP participant counts as present after its last call.',
    unit: 'ms',
    default: 30_000,
    min: 100,
    max: 600_000,
  },
  callLeaseMs: {
    type: 'integer',
    description: 'The same for participants by MCP and Open Floor, which think between two calls.',
    unit: 'ms',
    default: 120_000,
    min: 100,
    max: 3_600_000,
  },
  relevance: {
    type: 'group',
    description: 'Intelligent routing: how it is found out whom an utterance concerns.',
    settings: {
      timeoutMs: {
        type: 'integer',
        description: 'How long an utterance waits for that; then everybody hears it.',
        unit: 'ms',
        default: 500,
        min: 1,
        max: 60_000,
      },
      embedding: model('A model for the scorer embedding; left out, the hub has none.'),
    },
  },
  summaries: {
    type: 'group',
    description: 'How somebody who missed much is told in short.',
    settings: {
      timeoutMs: {
        type: 'integer',
        description: 'How long a model may take before the summary is made without it.',
        unit: 'ms',
        default: 5_000,
        min: 10,
        max: 10_000,
      },
      model: model('A language model that writes them; without one, they are put together from the log.'),
    },
  },
  ...PARTICIPANT_SETTINGS,
  egress: {
    type: 'group',
    description: 'Calls to addresses that users gave, such as webhooks.',
    settings: {
      allow: {
        type: 'list',
        description:
          'Addresses (host:port) that may be called although they are not public, and by http too.',
        of: { type: 'text', description: 'One host:port.', maxLength: 300 },
        maxLength: 100,
        default: [],
      },
    },
  },
  a2a: {
    type: 'group',
    description: 'Conversations as A2A agents.',
    settings: {
      scripted: {
        type: 'boolean',
        description: 'Tests only: an agent at /a2a/scripted/ that does what the ids of messages say.',
        default: false,
      },
    },
  },
  credentials: {
    type: 'table',
    description:
      'Headers that prove to remote agents who calls, by the name that a bridge’s settings give; in the file only.',
    of: {
      type: 'group',
      description: 'One header; sent to its origin and nowhere else.',
      settings: {
        origin: {
          type: 'text',
          description: 'Whose it is, such as https://agents.example.org.',
          maxLength: 300,
        },
        headerName: { type: 'text', description: 'Such as authorization.', maxLength: 100 },
        valueEnv: {
          type: 'text',
          description: 'Name of the environment variable that holds the header’s whole value.',
          maxLength: 200,
        },
      },
    },
    maxEntries: 100,
  },
  agentKeyOrigins: {
    type: 'list',
    description: 'Origins whose keys may sign the cards of remote agents, beside each card’s own.',
    of: { type: 'text', description: 'One origin.', maxLength: 300 },
    maxLength: 100,
    default: [],
  },
  limits: {
    type: 'group',
    description: 'Rates and numbers that keep one client from being in the others’ way.',
    settings: {
      commandsPerSecond: perSecond('Frames from one connection, or of one caller over HTTP.', 500),
      commandsBurst: perSecond('How many of them may come at once.', 1_000),
      joinsPerSecond: perSecond('Joins from one address.', 100),
      backchannelsPerSecond: perSecond('Backchannels of one participant.', 10),
      connectionsPerPrincipal: perSecond('Open connections of one principal.', 20),
      connectionsPerAddress: perSecond('Open connections from one address.', 200),
      connectionsFromLoopback: perSecond('Open connections from this machine.', 10_000),
      failuresPerMinute: perSecond('Refused tokens, invites and resume tokens from one address.', 60),
      heldMs: {
        type: 'integer',
        description: 'A connection that is refused for that long without a pause is closed.',
        unit: 'ms',
        default: 10_000,
        min: 100,
        max: 600_000,
      },
    },
  },
} as const satisfies SettingsSpec;
