import type { FastifyInstance } from 'fastify';
import { instantOf, PARTICIPANT_KINDS } from '@parley/core';
import { httpBodies } from '@parley/protocol';
import { refuse } from '../../sessions/refusal.ts';
import type { HttpContext } from './context.ts';
import { bodyOf, reading } from './context.ts';
import { Refused } from './refused.ts';

const WEEK_MS = 7 * 24 * 3_600_000;

/** `POST …/invites`: a code that lets its bearer in, with the roles that it says. */
export function inviteRoutes(server: FastifyInstance, { parts, settings }: HttpContext): void {
  server.post('/v1/conversations/:id/invites', async (request) => {
    const { conversation, access } = await reading(parts, request);
    if (!access.moderator) throw new Refused(refuse('auth.forbidden', 'Only moderators invite.').error);
    const body = bodyOf(httpBodies.createInvite, request);
    const now = parts.clock.now();
    const expiresAt = body.expiresAt === undefined ? now + WEEK_MS : instantOf(body.expiresAt);
    if (expiresAt <= now) {
      const details = { path: 'expiresAt', expected: 'an instant to come' };
      throw new Refused(
        refuse('request.invalid', 'expiresAt: expected an instant to come', { details }).error,
      );
    }
    const code = parts.invites.create({
      conversation,
      roles: body.roles ?? ['participant'],
      kinds: body.kinds ?? PARTICIPANT_KINDS,
      maxUses: body.maxUses ?? 1,
      expiresAt,
    });
    // Behind the #, a browser keeps it to itself: it is in no log on the way.
    return { code, url: `${settings.publicUrl()}/c/${conversation}#invite=${code}` };
  });
}
