import { describe, expect, it } from 'vitest';
import { CLOSE_CODES, reconnectAdvice } from './close-codes.ts';
import { ERROR_CODES, ERRORS, isErrorCode } from './error-catalogue.ts';
import { errorReply, problem, refusalProblem, refusalReply, wireError } from './errors.ts';
import { errorsDocument } from './documents/errors-document.ts';
import { errorReplySchema, problemSchema } from './schemas/replies.ts';

/** The list of wire.md, word for word. */
const OF_THE_WIRE =
  'auth.required auth.invalid auth.forbidden not_found request.invalid request.too_large rate.limited ' +
  'idempotency.conflict conversation.ended conversation.paused conversation.full participant.not_joined ' +
  'participant.already_joined resume.denied resume.expired invite.invalid floor.not_holder ' +
  'floor.stale_grant floor.retry_after floor.already_holder floor.queue_full floor.observer ' +
  'bidding.window_closed bidding.invalid bidding.insufficient_credits vote.closed vote.not_elector ' +
  'interruption.forbidden interruption.insufficient_priority interruption.declined ' +
  'interruption.too_many context.conflict endpoint.blocked agent.unreachable storage.unavailable ' +
  'storage.full hub.overloaded hub.not_owner internal';

describe('the error catalogue', () => {
  it('has every code of the wire and no other', () => {
    expect(ERROR_CODES.toSorted()).toEqual(OF_THE_WIRE.split(' ').toSorted());
  });

  it.each(ERROR_CODES)('says of %s what it means, how it comes about and what follows', (code) => {
    const row = ERRORS[code];
    expect(row.meaning).toMatch(/^[A-Z].*\.$/);
    expect(row.cause).toMatch(/^[A-Z].*\.$/);
    expect(row.status).toBeGreaterThanOrEqual(400);
    expect(row.status).toBeLessThan(600);
    expect([null, ...Object.keys(CLOSE_CODES).map(Number)]).toContain(row.closeCode);
  });

  it('knows a code from a property that every object has', () => {
    expect(isErrorCode('not_found')).toBe(true);
    expect(isErrorCode('toString')).toBe(false);
  });
});

describe('errors on the wire', () => {
  it('is a problem document with the catalogue’s status', () => {
    const document = problem('floor.retry_after', { detail: 'In a moment.', retryAfterMs: 1_500 });
    expect(document).toEqual({
      type: '/errors.json#/errors/floor.retry_after',
      title: 'The caller has to wait before it may ask for the floor again.',
      status: 429,
      detail: 'In a moment.',
      code: 'floor.retry_after',
      retryable: true,
      retryAfterMs: 1_500,
      details: {},
    });
    expect(problemSchema.safeParse(document).success).toBe(true);
  });

  it('is a reply frame with the same code', () => {
    const reply = errorReply('7', 'floor.not_holder');
    expect(reply).toEqual({
      re: '7',
      ok: false,
      error: {
        code: 'floor.not_holder',
        message: ERRORS['floor.not_holder'].meaning,
        retryable: false,
        retryAfterMs: null,
        details: {},
      },
    });
    expect(errorReplySchema.safeParse(reply).success).toBe(true);
  });

  it('tells the same refusal on both wires', () => {
    const refused = {
      code: 'rate.limited',
      message: 'Slower.',
      retryAfterMs: 20,
      details: { limit: 5 },
    } as const;
    const reply = refusalReply('1', refused);
    expect(reply.error).toEqual(
      wireError('rate.limited', { detail: 'Slower.', retryAfterMs: 20, details: { limit: 5 } }),
    );
    expect(refusalProblem(reply.error)).toEqual(refusalProblem(refused));
    expect(refusalProblem(refused)).toMatchObject({ status: 429, detail: 'Slower.', retryAfterMs: 20 });
  });

  it('has a type that points to its entry in /errors.json', () => {
    const document = errorsDocument() as { errors: Record<string, { code: string }> };
    for (const code of ERROR_CODES) {
      const [, section, key] = problem(code).type.split('#')[1]!.split('/');
      expect(section).toBe('errors');
      expect(document.errors[key!]?.code).toBe(code);
    }
  });
});

describe('close codes', () => {
  it('advises by code, and to come back after anything that is not the hub’s', () => {
    expect(reconnectAdvice(4400)).toBe('no');
    expect(reconnectAdvice(4401)).toBe('withNewToken');
    expect(reconnectAdvice(4408)).toBe('resume');
    expect(reconnectAdvice(4429)).toBe('afterRetryAfter');
    expect(reconnectAdvice(4503)).toBe('resumeWithJitter');
    expect(reconnectAdvice(1006)).toBe('resumeWithJitter');
  });

  it('has the codes of the wire and no other', () => {
    expect(Object.keys(CLOSE_CODES).map(Number)).toEqual([
      1003, 1007, 1009, 4400, 4401, 4408, 4409, 4429, 4503,
    ]);
  });
});
