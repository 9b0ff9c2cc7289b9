import type { State } from '@parley/core';
import { project } from '@parley/core';
import { LineWriter } from './lines.ts';
import type { Member } from '../calling/member.ts';
import { viewerOf } from '../calling/member.ts';

/** Who speaks, who waits and where in that the member is. */
export function floorFor(state: State, member: Member): Readonly<Record<string, unknown>> {
  const writer = new LineWriter(state, member.participant);
  const { holders, queue } = project(state, viewerOf(member, state)).floor;
  const held = holders.find(({ participant }) => participant === member.participant);
  const waits = queue.find(({ participant }) => participant === member.participant);
  return {
    you: held ? 'speaking' : waits ? 'waiting' : 'listening',
    ...(held && { turnEndsAt: held.endsAt }),
    ...(waits && { queuePosition: waits.position }),
    speaking: holders.map(({ participant }) => writer.name(participant)),
    waiting: queue.length,
  };
}
