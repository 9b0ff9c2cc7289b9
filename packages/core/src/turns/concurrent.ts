import type { Grant } from '../floor/grant.ts';
import type { FloorRequest } from '../floor/request.ts';
import type { Instant } from '../kernel/instant.ts';
import { collisionResolvers } from './collisions.ts';
import type { StrategyView, TurnStrategy } from './strategy.ts';

interface CollisionSettings {
  readonly resolution: string;
  readonly windowMs: number;
}

/** TS-19, TS-20: several may speak at once; who starts at the same time as another is told. */
export const concurrent: TurnStrategy = {
  kind: 'concurrent',
  description: 'Several may speak at once; requests that meet are a collision, and it is settled by rule.',
  settings: {
    maxSimultaneous: {
      type: 'integer',
      min: 1,
      max: 1_000,
      default: 2,
      description: 'How many may hold the floor at once.',
    },
    collision: {
      type: 'group',
      description: 'What happens when a request comes just as the last slot was taken.',
      settings: {
        resolution: {
          type: 'choice',
          choices: () => collisionResolvers.names(),
          default: 'firstStarter',
          description: 'Who keeps the slot.',
        },
        windowMs: {
          type: 'integer',
          unit: 'ms',
          min: 0,
          max: 60_000,
          default: 300,
          description: 'How long after the grant a request still collides with it.',
        },
        slotMs: {
          type: 'integer',
          unit: 'ms',
          min: 1,
          max: 60_000,
          default: 100,
          description: 'The length of one back-off slot.',
        },
      },
    },
  },
  waitsAs: 'accepted',
  slots: (settings) => Number(settings['maxSimultaneous']),
  turnMs: (view) => view.timers.maxTurnMs,
  order: (view) => view.floor.queue,
  next(view) {
    const ready = view
      .waiting()
      .filter((request) => view.eligible(request.participant) && !backsOff(view, request));
    const [first] = ready;
    if (!first) return null;
    if (view.floor.holders.length < Number(view.settings['maxSimultaneous'])) {
      return { move: 'grant', participant: first.participant, cause: 'slot' };
    }
    const holder = view.floor.holders.reduce<Grant | undefined>(
      (latest, grant) => (latest && latest.grant > grant.grant ? latest : grant),
      undefined,
    );
    const met = holder && ready.find((request) => collides(view, holder, request));
    if (!holder || !met) return null;
    const { resolution } = view.settings['collision'] as unknown as CollisionSettings;
    return {
      move: 'collide',
      holder: holder.participant,
      requester: met.participant,
      resolution,
      outcome: collisionResolvers.require(resolution)(view, holder, met),
    };
  },
  deadline(view) {
    const tries = view
      .waiting()
      .filter((request) => view.eligible(request.participant) && backsOff(view, request))
      .map((request) => triesAt(view, request));
    return tries.toSorted((a, b) => a - b).find((at) => this.next({ ...view, at }) !== null) ?? null;
  },
};

/** When the request reaches for a slot: as it comes, as its author comes back, or when its back-off ends. */
const triesAt = (view: StrategyView, { participant, since }: FloorRequest): Instant =>
  Math.max(since, view.member(participant)?.presentSince ?? 0, view.floor.backoff[participant]?.until ?? 0);

const backsOff = (view: StrategyView, request: FloorRequest): boolean => triesAt(view, request) > view.at;

function collides(view: StrategyView, holder: Grant, request: FloorRequest): boolean {
  if (request.collided === true) return false;
  const { windowMs } = view.settings['collision'] as unknown as CollisionSettings;
  const late = triesAt(view, request) - holder.since;
  return (
    late >= 0 &&
    late <= windowMs &&
    (late > 0 || request.seq > holder.grant || view.floor.backoff[request.participant] !== undefined)
  );
}
