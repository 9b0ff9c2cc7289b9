import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { validate } from '../validate.ts';
import { httpBodies, httpQueries } from './http.ts';

const token = { subject: 'ada', kinds: ['human'], ttlSeconds: 3_600 };

const BODIES: [keyof typeof httpBodies, unknown][] = [
  ['createToken', token],
  ['createToken', { ...token, scopes: ['create'] }],
  ['createConversation', {}],
  ['createConversation', { title: 'Talk', config: { participantsMax: 3 } }],
  ['configure', { floor: { replyWindowMs: 5 } }],
  ['join', { kind: 'agent', displayName: 'Bot' }],
  ['createInvite', { roles: ['moderator'], kinds: ['human'], maxUses: 1, expiresAt: '2027-01-01T00:00:00Z' }],
];

const WRONG_BODIES: [keyof typeof httpBodies, unknown, string][] = [
  ['createToken', { ...token, subject: '' }, 'subject'],
  ['createToken', { ...token, kinds: [] }, 'kinds'],
  ['createToken', { ...token, kinds: ['robot'] }, 'kinds.0'],
  ['createToken', { subject: 'ada', kinds: ['human'] }, 'ttlSeconds'],
  ['createToken', { ...token, ttlSeconds: 0 }, 'ttlSeconds'],
  ['createConversation', { title: 'a\nb' }, 'title'],
  ['createConversation', { title: 'x'.repeat(201) }, 'title'],
  ['createConversation', { config: { participantsMax: 0 } }, 'config.participantsMax'],
  ['createConversation', { id: 'mine' }, 'id'],
  ['createConversation', [], ''],
  ['createConversation', null, ''],
  ['configure', { config: {} }, 'config'],
  ['join', { kind: 'agent' }, 'displayName'],
  ['createInvite', { maxUses: 0 }, 'maxUses'],
  ['createInvite', { expiresAt: 'soon' }, 'expiresAt'],
];

describe('bodies', () => {
  it.each(BODIES)('%s takes %j', (call, body) => {
    expect(validate(httpBodies[call] as z.ZodType, body)).toEqual({ ok: true, value: body });
  });

  it.each(WRONG_BODIES)('%s refuses %j at "%s"', (call, body, path) => {
    expect(validate(httpBodies[call] as z.ZodType, body)).toMatchObject({ ok: false, error: { path } });
  });

  it('refuses what no input may have', () => {
    const body: unknown = JSON.parse('{"config":{"__proto__":{"participantsMax":1}}}');
    const result = validate(httpBodies.createConversation, body);
    expect(result).toMatchObject({ ok: false, error: { path: 'config.__proto__' } });
  });
});

const QUERIES: [keyof typeof httpQueries, unknown, unknown][] = [
  ['readEvents', {}, {}],
  ['readEvents', { after: '0', limit: '500', wait: '25000' }, { after: 0, limit: 500, wait: 25_000 }],
  ['catchUp', { after: '9007199254740991' }, { after: Number.MAX_SAFE_INTEGER }],
  ['transcript', { format: 'markdown' }, { format: 'markdown' }],
  ['listConversations', { limit: '10', status: 'ended' }, { limit: 10, status: 'ended' }],
];

const WRONG_QUERIES: [keyof typeof httpQueries, unknown, string][] = [
  ['readEvents', { after: '-1' }, 'after'],
  ['readEvents', { after: '1.5' }, 'after'],
  ['readEvents', { after: '0x10' }, 'after'],
  ['readEvents', { after: '1e3' }, 'after'],
  ['readEvents', { after: '' }, 'after'],
  ['readEvents', { after: '9999999999999999' }, 'after'],
  ['readEvents', { after: ['1', '2'] }, 'after'],
  ['readEvents', { limit: '0' }, 'limit'],
  ['readEvents', { wait: '60000' }, 'wait'],
  ['readEvents', { since: '1' }, 'since'],
  ['transcript', { format: 'pdf' }, 'format'],
  ['listConversations', { status: 'gone' }, 'status'],
  ['listConversations', { cursor: 'a b' }, 'cursor'],
];

describe('queries', () => {
  it.each(QUERIES)('%s reads %j', (call, query, value) => {
    expect(validate(httpQueries[call] as z.ZodType, query)).toEqual({ ok: true, value });
  });

  it.each(WRONG_QUERIES)('%s refuses %j at %s', (call, query, path) => {
    expect(validate(httpQueries[call] as z.ZodType, query)).toMatchObject({ ok: false, error: { path } });
  });
});
