import { engagementSpec } from '../engagement/registry.ts';
import { idFor } from '../kernel/id.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { LIMITS } from '../kernel/limits.ts';
import type { Result } from '../kernel/result.ts';
import { ok } from '../kernel/result.ts';
import { readSettings, type Variant } from '../kernel/settings.ts';
import { isModerator } from '../participants/role.ts';
import type { Bridge } from './bridge.ts';
import type { Author } from './commands.ts';
import { reasonOf } from './decide-lifecycle.ts';
import type { Draft } from './draft.ts';
import type { Handlers } from './handler.ts';
import { accepted, invalid, mayModerate, rejected } from './handler.ts';
import { freeName } from './names.ts';
import type { Rejection } from './rejections.ts';
import { rosterOf } from './roster.ts';
import type { State } from './state.ts';
import { memberById } from './state.ts';

/**
 * Participants that the hub reaches by itself: which ones the conversation wants, as facts of its log, so
 * that they come back after every restart. How each is reached is the hub's business (`bridges/`).
 */
export const bridgeHandlers: Handlers<'bridge.add' | 'bridge.approve' | 'bridge.remove' | 'bridge.report'> = {
  'bridge.add': (draft, { data, author, facts }) => {
    const allowed = mayModerate(draft.state, author);
    if (!allowed.ok) return allowed;
    if (draft.state.bridges.length >= LIMITS.bridges) {
      return invalid('data', `at most ${LIMITS.bridges} bridges; remove one first`);
    }
    const name = freeName(draft.state, data.displayName, facts);
    if (!name.ok) return name;
    const engagement = readEngagement(data.engagement);
    if (!engagement.ok) return engagement;
    const bridge = idFor.bridge(draft.nextSeq);
    // What reaches beyond the conversation is for a human to decide.
    const status = isHuman(draft.state, author) ? 'active' : 'pending';
    const { engagement: _, ...rest } = data;
    draft.emit(
      'bridge.added',
      { bridge, ...rest, engagement: engagement.value, status },
      { audience: moderatorsOf(draft.state) },
    );
    return accepted({ bridge, status });
  },

  'bridge.approve': (draft, { data, author }) => {
    const bridge = moderated(draft, author, data.bridge);
    if (!bridge.ok) return bridge;
    if (!isHuman(draft.state, author)) {
      return rejected('auth.forbidden', 'A human moderator has to approve this.');
    }
    if (bridge.value.status === 'pending') {
      draft.emit('bridge.approved', { bridge: data.bridge }, { audience: moderatorsOf(draft.state) });
    }
    return accepted({ bridge: data.bridge });
  },

  'bridge.remove': (draft, { data, author }) => {
    const bridge = moderated(draft, author, data.bridge);
    if (!bridge.ok) return bridge;
    draft.emit(
      'bridge.removed',
      { bridge: data.bridge, ...reasonOf(data) },
      { audience: moderatorsOf(draft.state) },
    );
    return accepted({ bridge: data.bridge });
  },

  'bridge.report': (draft, { data }) => {
    const bridge = draft.state.bridges.find((each) => each.bridge === data.bridge);
    if (bridge && JSON.stringify(bridge.problem) !== JSON.stringify(data.problem)) {
      draft.emit('bridge.reported', data, { audience: moderatorsOf(draft.state) });
    }
    return accepted();
  },
};

function moderated(draft: Draft, author: Author, id: string): Result<Bridge, Rejection> {
  const allowed = mayModerate(draft.state, author);
  if (!allowed.ok) return allowed;
  const bridge = draft.state.bridges.find((each) => each.bridge === id);
  return bridge
    ? ok(bridge)
    : rejected('not_found', 'There is no such bridge.', { details: { path: 'data.bridge' } });
}

/** A member by its kind; the creator or an operator from outside by its token. */
function isHuman(state: State, { participant, human = false }: Author): boolean {
  const member = participant === null ? undefined : memberById(state, participant);
  return member ? member.profile.kind === 'human' : human;
}

const moderatorsOf = (state: State): readonly ParticipantId[] =>
  rosterOf(state)
    .members.filter(({ profile }) => isModerator(profile.roles))
    .map(({ profile }) => profile.id);

function readEngagement(engagement: unknown): Result<Variant, Rejection> {
  const read = readSettings({ engagement: engagementSpec }, { engagement }, 'data');
  return read.ok ? ok(read.value['engagement'] as Variant) : invalid(read.error.path, read.error.expected);
}
