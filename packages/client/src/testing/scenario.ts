import type { ConnectOptions, Connection, JoinOptions, Room } from '../api.ts';
import { connect } from '../connection.ts';
import { CONVERSATION, FakeHub } from './fake-hub.ts';
import { ManualClock } from './manual-clock.ts';

export interface Scenario {
  readonly clock: ManualClock;
  readonly hub: FakeHub;
  readonly connection: Connection;
  readonly room: Room;
  /** What the SDK reported because nobody else could be told. */
  readonly reported: unknown[];
}

/** A hub, a connection and a room joined as Ann (`prt_ann`), on a clock that the test moves. */
export async function scenario(
  options: ConnectOptions = {},
  join: Partial<JoinOptions> = {},
  prepare: (hub: FakeHub) => void = () => {},
): Promise<Scenario> {
  const clock = new ManualClock();
  const hub = new FakeHub(clock);
  prepare(hub);
  const reported: unknown[] = [];
  const connection = await connect(hub.transport, {
    token: 'token-ann',
    clock,
    onError: (error) => reported.push(error),
    reconnect: { random: () => 0.5 },
    ...options,
  });
  const room = await connection.join(CONVERSATION, { kind: 'human', displayName: 'Ann', ...join });
  return { clock, hub, connection, room, reported };
}
