import { LIMITS } from '../kernel/limits.ts';
import type { RoutingStrategy } from './strategy.ts';
import { whisper } from './strategy.ts';

/** RT-2: a speaker's roles say which roles hear it; a role without a row is heard by nobody more. */
export const roleBased: RoutingStrategy = {
  kind: 'roleBased',
  description: 'Each role is heard by the roles that a table gives it.',
  settings: {
    table: {
      type: 'table',
      of: {
        type: 'list',
        of: { type: 'text', maxLength: LIMITS.displayNameCharacters, description: 'A role that hears.' },
        maxLength: LIMITS.listEntries,
        description: 'The roles that hear this one.',
      },
      maxEntries: LIMITS.listEntries,
      description: 'For each role of a speaker, the roles that hear it.',
    },
    whisper,
  },
  audience({ settings, speakerRoles, members }) {
    const table = settings['table'] as Readonly<Record<string, readonly string[]>>;
    const hearing = new Set(speakerRoles.flatMap((role) => (Object.hasOwn(table, role) ? table[role]! : [])));
    return members.filter(({ roles }) => roles.some((role) => hearing.has(role))).map(({ id }) => id);
  },
};
