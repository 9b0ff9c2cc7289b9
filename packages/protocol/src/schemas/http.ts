import { z } from 'zod';
import { commandData } from './commands.ts';
import { config, configInput } from './config.ts';
import { durableEventFrame } from './events.ts';
import { count, id, label, listOf, participantKind, roles, seq, timestamp, title } from './primitives.ts';
import { catchUp, replyData } from './replies.ts';
import { name, opaque } from './text.ts';
import { contribution, conversationView, status, text } from './views.ts';

/** Longest life of a token: a leap year. */
const TOKEN_TTL_SECONDS_MAX = 31_622_400;
const PAGE_MAX = 100;
const EVENTS_PAGE_MAX = 5_000;
/** Longest a poll waits: below what proxies between commonly allow. */
const WAIT_MAX_MS = 55_000;

const kinds = listOf(participantKind).min(1);

/** Bodies that clients send, by call. */
export const httpBodies = {
  createToken: z.strictObject({
    subject: name(128).describe('Names the principal.'),
    kinds: kinds.describe('As what the principal may join.'),
    scopes: listOf(label).exactOptional(),
    model: name(200).describe('Of an agent: what answers in its place, shown to everybody.').exactOptional(),
    owner: name(200).describe('Whose agent it is, shown to everybody.').exactOptional(),
    ttlSeconds: z.int().min(1).max(TOKEN_TTL_SECONDS_MAX).meta({ 'x-unit': 's' }),
  }),
  createConversation: z.strictObject({ title: title.exactOptional(), config: configInput.exactOptional() }),
  configure: configInput,
  join: commandData['conversation.join'],
  createInvite: z.strictObject({
    roles: roles.exactOptional(),
    kinds: kinds.exactOptional(),
    maxUses: z.int().min(1).max(10_000).exactOptional(),
    expiresAt: timestamp.exactOptional(),
  }),
} as const;

/** A whole number in an address: digits, nothing else. */
const digits = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value),
    z.int().min(min).max(max),
  );

/** Query parameters, by call: texts that become numbers where they are numbers. */
export const httpQueries = {
  listConversations: z.strictObject({
    limit: digits(1, PAGE_MAX).exactOptional(),
    cursor: opaque(1_024).exactOptional(),
    status: status.exactOptional(),
  }),
  readEvents: z.strictObject({
    after: digits(0, Number.MAX_SAFE_INTEGER).exactOptional(),
    limit: digits(1, EVENTS_PAGE_MAX).exactOptional(),
    wait: digits(0, WAIT_MAX_MS).exactOptional(),
  }),
  catchUp: z.strictObject({ after: digits(0, Number.MAX_SAFE_INTEGER).exactOptional() }),
  transcript: z.strictObject({ format: z.enum(['json', 'markdown']).exactOptional() }),
} as const;

export type HttpBody<K extends keyof typeof httpBodies> = z.output<(typeof httpBodies)[K]>;
export type HttpQuery<K extends keyof typeof httpQueries> = z.output<(typeof httpQueries)[K]>;

const guestToken = text.describe('A guest’s token; only where there was none, under --open.').exactOptional();

const summary = z.object({
  id,
  epoch: text,
  seq,
  title: text,
  status,
  createdAt: timestamp,
  changedAt: timestamp,
  strategy: text.describe('Kind of the turn strategy.'),
  participants: z.object({
    count,
    humans: count,
    agents: count,
    connected: count,
    first: z.array(z.object({ displayName: text, kind: participantKind })),
  }),
  holder: text.nullable().describe('Display name of whoever has the floor.'),
  lastLine: z.object({ speaker: text, text, at: timestamp }).nullable(),
});

/** What the hub answers, by call. */
export const httpAnswers = {
  createToken: z.object({ token: text }),
  createConversation: z.object({ id, epoch: text, title: text, status, config, token: guestToken }),
  listConversations: z.object({
    conversations: z.array(summary),
    cursor: text.nullable().describe('Where the next page starts; null on the last one.'),
  }),
  getConversation: conversationView,
  configure: z.object({ config }),
  join: replyData['conversation.join'],
  leave: z.object({}),
  createInvite: z.object({ code: text, url: text }),
  readEvents: z.object({
    epoch: text,
    events: z.array(durableEventFrame),
    next: seq.describe('The `after` of the next call.'),
  }),
  catchUp,
  transcript: z.object({
    conversation: id,
    title: text,
    epoch: text,
    seq,
    events: z.array(durableEventFrame).describe('All that the caller may read, oldest first.'),
  }),
  fairness: z.object({
    participants: z.array(
      contribution.extend({
        demandMs: count.describe('Spent wanting the floor: with a live request, or holding it.'),
        fairShare: z
          .number()
          .min(0)
          .nullable()
          .describe('Speaking time for each millisecond of demand; null for whoever never wanted the floor.'),
        recentShare: z.number().min(0).max(1).describe('Part of everybody’s decayed speaking time.'),
      }),
    ),
    jain: z.number().min(0).max(1).describe('Of the fair shares of those who take part now: 1 is even.'),
    gini: z.number().min(0).max(1),
    evenness: z.number().min(0).max(1),
  }),
  services: z.object({
    services: z.array(
      z.object({ name: text, provider: text.describe('Which protocol it speaks.'), model: text }),
    ),
    agents: z.array(z.object({ name: text })).describe('Agents in threads of their own.'),
  }),
  health: z.object({ status: z.literal('ok') }),
  readiness: z.object({
    ready: z.boolean(),
    phase: z.enum(['starting', 'ready', 'stopping']),
    problems: z.record(z.string(), z.string()),
  }),
} as const;
